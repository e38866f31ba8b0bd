import { readFile } from 'node:fs/promises';

/** The domains that this machine looks names up in. */
export async function readSearchDomains(file = '/etc/resolv.conf'): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    // Without the file, names are complete.
    return [];
  }
  const last = text.split('\n').findLast((line) => /^(search|domain)\s/.test(line));
  return (
    last
      ?.trim()
      .split(/\s+/)
      .slice(1)
      .map((domain) => domain.replace(/\.$/, ''))
      .filter((domain) => domain !== '') ?? []
  );
}
