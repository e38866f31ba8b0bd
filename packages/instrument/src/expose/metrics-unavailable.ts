/** The metrics cannot be had at the moment, through no fault of whoever asks. Endpoints answer 503 with its message. */
export class MetricsUnavailable extends Error {
  override readonly name = 'MetricsUnavailable';
}
