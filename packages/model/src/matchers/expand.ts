/** The text of a capture group by number or name: `''` for a group that took no part or does not exist. */
export type GroupLookup = (group: number | string) => string;

/** `$$`, `${name}` or `$name`, where the name is as long as possible. */
const REFERENCE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/**
 * Fills a template as Go's regexp.Expand does, which relabelling and label_replace use. A `$` that starts no reference
 * stays.
 */
export function expandTemplate(template: string, lookup: GroupLookup): string {
  return template.replace(REFERENCE, (_, dollar?: string, braced?: string, bare?: string) => {
    if (dollar) return '$';
    const name = braced ?? bare!;
    return lookup(/^\d+$/.test(name) ? Number(name) : name);
  });
}
