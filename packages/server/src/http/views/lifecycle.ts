/** What `/-/reload` and `/-/quit` ask of the program. */
export interface Lifecycle {
  /** Rejects with what is wrong with the new configuration; then the old one stays in force. */
  reload(): Promise<void>;
  /** Begins to stop, after the answer is out. False when that was asked for before. */
  quit(): boolean;
}
