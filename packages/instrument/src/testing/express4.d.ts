/** The alias of the older Express that tests run beside the newer one; what they use of it has the same types. */
declare module 'express4' {
  export { default } from 'express';
}
