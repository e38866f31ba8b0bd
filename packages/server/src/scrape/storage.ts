import type { Appender } from '@hearth/tsdb';

/** What scrapes write to: the storage, as far as they need it. Several transactions may be open at once. */
export interface Storage {
  appender(): Appender;
}
