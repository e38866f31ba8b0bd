/** Whether a path is one of those listed: a string is that path, or a prefix if it ends in `*`. */
export function createPathMatcher(patterns: readonly (string | RegExp)[]): (path: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  const expressions: RegExp[] = [];
  for (const pattern of patterns) {
    // A sticky or global expression remembers where it stopped, and would answer differently the next time.
    if (typeof pattern !== 'string') expressions.push(new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')));
    else if (pattern.endsWith('*')) prefixes.push(pattern.slice(0, -1));
    else exact.add(pattern);
  }
  return (path) =>
    exact.has(path) ||
    prefixes.some((prefix) => path.startsWith(prefix)) ||
    expressions.some((expression) => expression.test(path));
}
