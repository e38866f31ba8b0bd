/** A list of texts without spaces, written in one. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
