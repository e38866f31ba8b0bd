import { readdir } from 'node:fs/promises';
import process from 'node:process';
import { readText } from '../files/read-text-file.ts';
import type { ConfigHost } from './load-config.ts';

/** The files and the environment of this process. */
export const nodeConfigHost: ConfigHost = {
  env: process.env,
  readFile: readText,
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
