/** What goes wrong with scrapes, and is counted. */
export type ScrapeEvent =
  | 'sample_limit_exceeded'
  | 'body_size_limit_exceeded'
  | 'label_limits_exceeded'
  | 'target_limit_exceeded'
  | 'duplicate_timestamp'
  | 'out_of_order'
  | 'out_of_bounds'
  | 'exemplar_out_of_order'
  | 'pool_created'
  | 'pool_reloaded';

/** Where scraping counts what it does. Must not throw. */
export interface ScrapeMetrics {
  count(event: ScrapeEvent, by?: number): void;
  /** The time between two scrapes of a target that is scraped every `intervalMs`. */
  observeInterval(intervalMs: number, actualMs: number): void;
  /** Targets of a job were found anew: so many are scraped now, so many could not be made. */
  observeSync(
    job: string,
    sync: { readonly durationMs: number; readonly targets: number; readonly failures: number },
  ): void;
  observeReload(intervalMs: number, durationMs: number): void;
  setTargetLimit(job: string, limit: number): void;
  /** Forgets a job that is not scraped any more. */
  removeJob(job: string): void;
}
