/** What a user may do: see everything, or change things as well. */
export type Role = 'viewer' | 'admin';

declare module 'fastify' {
  /** Said where a route is registered, and held to by hooks. */
  interface FastifyContextConfig {
    /** What a user has to be; a viewer where it is not said, as for paths where there is nothing. */
    readonly role?: Role;
    /** Errors are answered as Prometheus' API answers them, in JSON. */
    readonly isApi?: boolean;
    /** It answers 503 while the server starts or stops. */
    readonly needsReadiness?: boolean;
    /** A page of another site must not make a browser ask for it. */
    readonly changesSomething?: boolean;
  }
}
