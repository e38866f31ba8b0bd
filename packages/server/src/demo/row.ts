/** A line of the table that says what runs where. */
export interface Row {
  readonly what: string;
  /** Where to find it: a URL. */
  readonly where: string;
  /** The URL of its metrics, when it has some. */
  readonly metrics?: string;
  /** A few words, shown where the metrics would be. */
  readonly note?: string;
  /** What it is made of. */
  readonly parts?: readonly Row[];
}
