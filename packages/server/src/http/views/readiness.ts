/** How far the program is: what reads the storage answers 503 until it is `ready`, and from `stopping` on. */
export interface Readiness {
  state(): 'starting' | 'ready' | 'stopping';
}
