import { EventEmitter, once } from 'node:events';

/** Lets those pass who come while it is open, and holds up the others until it is opened. */
export interface Gate {
  passed(): Promise<void>;
  close(): void;
  open(): void;
}

export function createGate(): Gate {
  const bell = new EventEmitter();
  let isOpen = true;
  return {
    passed: async () => {
      if (!isOpen) await once(bell, 'open');
    },
    close: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
      bell.emit('open');
    },
  };
}
