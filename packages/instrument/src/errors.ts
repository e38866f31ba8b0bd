/** What can be wrong with the options and calls of a developer. Never thrown while a request is served. */
export type InstrumentErrorCode =
  | 'invalid_metric_name'
  | 'invalid_label_name'
  | 'invalid_buckets'
  | 'invalid_option'
  | 'name_taken'
  | 'not_a_worker'
  | 'not_the_primary';

export class InstrumentError extends Error {
  override readonly name = 'InstrumentError';
  readonly code: InstrumentErrorCode;

  constructor(code: InstrumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
