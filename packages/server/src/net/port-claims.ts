/** Hands out ports to programs that bind them later, so that two of them are never sent to the same one. */
export interface PortClaims {
  /**
   * Resolves with `wanted` or, when that is taken, with the first port after it that is free and that nobody else has
   * claimed or reserved. The claim is kept. Calls may overlap. Throws HEARTH_NO_FREE_PORT.
   *
   * Between the claim and the moment the port is bound a stranger may take it: then claim again, from the next port on.
   */
  claim(wanted: number): Promise<number>;
}
