/** Why a scrape failed, once the target had answered. */
export const scrapeErrorCodes = {
  bad_status: 'the target answered with another status than 200',
  timed_out: 'the target took longer than the scrape timeout',
  stopped: 'the scrape was ended because its target is not scraped any more',
  missing_metric_name: 'relabelling left a series without a name',
  invalid_name: 'a metric or a label has a name that the configured validation scheme does not allow',
  invalid_value: 'relabelling made a label value that is no text',
  sample_limit: 'more samples than sample_limit, or than one target may have at all',
  label_limit: 'a series has more labels than label_limit, or than a series may have at all',
  label_name_length_limit: 'a label has a longer name than label_name_length_limit',
  label_value_length_limit: 'a label has a longer value than label_value_length_limit',
  line_too_long: 'a line of the answer is longer than any line may be',
  series_too_long: 'name and labels of a series are longer than any series may be',
  target_limit: 'the job has more targets than target_limit',
  storage_failed: 'the samples could not be stored',
} as const;

export type ScrapeErrorCode = keyof typeof scrapeErrorCodes;

/** A scrape that failed. The message is what people read as the target's last error. */
export class ScrapeError extends Error {
  override readonly name = 'ScrapeError';
  readonly code: ScrapeErrorCode;

  constructor(code: ScrapeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
