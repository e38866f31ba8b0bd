import type { Db } from '@hearth/tsdb';

/** What the API reads and changes of the storage. */
export type StorageView = Pick<
  Db,
  'querier' | 'exemplars' | 'headStats' | 'blocks' | 'deleteSeries' | 'cleanTombstones' | 'snapshot'
>;
