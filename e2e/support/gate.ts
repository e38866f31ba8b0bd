import { EventEmitter, once } from 'node:events';

/** Holds up whoever waits for it, once. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  const bell = new EventEmitter();
  return { opened: once(bell, 'open').then(() => undefined), open: () => void bell.emit('open') };
}
