const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** `three replicas`, `one replica`, `12 replicas`. */
export function countInWords(count: number, singular: string): string {
  return `${WORDS[count] ?? count} ${singular}${count === 1 ? '' : 's'}`;
}
