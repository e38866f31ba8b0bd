/** The path of a request target (RFC 9112 §3.2), in origin or absolute form, without its query; never throws. */
export function requestPath(target: string | undefined): string {
  if (target === undefined || target === '') return '/';
  const start = target.charCodeAt(0) === 0x2f ? 0 : startOfAbsolutePath(target);
  if (start === -1) return '/';
  for (let i = start; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code === 0x3f /* ? */ || code === 0x23 /* # */) return target.slice(start, i);
  }
  return start === 0 ? target : target.slice(start);
}

/** What precedes the path in `http://host/path`. */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** Where the path begins in absolute form, or -1 if there is none. */
function startOfAbsolutePath(target: string): number {
  const start = ORIGIN.exec(target)?.[0].length ?? 0;
  return target[start] === '/' ? start : -1;
}
