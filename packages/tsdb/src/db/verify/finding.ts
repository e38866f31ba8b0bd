/** Something that is not as the formats promise. */
export interface Finding {
  /** The file, or the directory if it is no single file. */
  readonly place: string;
  readonly problem: string;
}
