import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import type { ConfigHost } from './load-config.ts';

/** The files and the environment of this process. Text that is not UTF-8 is an error, as YAML asks. */
export const nodeConfigHost: ConfigHost = {
  env: process.env,
  readFile: async (path) => new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)),
  listDirectory: async (path) => {
    try {
      return await readdir(path);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },
};

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
