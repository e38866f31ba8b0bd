/** The methods of RFC 9110 and RFC 5789. Anything else a client sends is counted as `OTHER`: methods are labels. */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'OTHER',
] as const;

export type Method = (typeof METHODS)[number];

const INDEX: ReadonlyMap<string, number> = new Map(METHODS.map((method, index) => [method, index]));
const OTHER = INDEX.get('OTHER')!;

/** Place of a method in {@link METHODS}. */
export function methodIndex(method: string | undefined): number {
  return INDEX.get(method ?? '') ?? OTHER;
}
