import { open } from 'node:fs/promises';
import type { SecretSource, TextSource } from '../config/types.ts';
import { HttpClientError } from './http-client-error.ts';

/** Larger than any key, chain of certificates or token. */
const MAX_FILE_BYTES = 1 << 20;

/** The text, as the file holds it if it is one, without white space at its ends. */
export async function readSource(source: TextSource | SecretSource, what: string): Promise<string> {
  if ('text' in source) return source.text;
  if ('secret' in source) return source.secret.reveal();
  return readSecretFile(source.file, what);
}

export async function readSecretFile(path: string, what: string): Promise<string> {
  try {
    return (await readBounded(path)).trim();
  } catch (cause) {
    if (cause instanceof HttpClientError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HttpClientError('unreadable_secret', `cannot read ${what}: ${reason}`, { cause });
  }
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES) throw new Error(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
