/** A process that was started, from its first moment to its last. */
export interface Child {
  /** Resolves with the port when the process says that it listens. Never rejects; stays open if that never comes. */
  readonly listening: Promise<number>;

  /** Resolves when the process is gone and what it wrote has been read. Never rejects. */
  readonly ended: Promise<ChildEnd>;

  /** The last lines that it wrote, oldest first; a few, for the message that says why it failed. */
  lastLines(): readonly string[];

  /** Without effect on a process that is gone. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface ChildEnd {
  /** A verb phrase: `exited with code 1`, `was killed by SIGKILL`. */
  readonly how: string;
}
