import process from 'node:process';
import { listDirectory } from '../files/list-directory.ts';
import { readText } from '../files/read-text-file.ts';
import type { ConfigHost } from './load-config.ts';

/** The files and the environment of this process. */
export const nodeConfigHost: ConfigHost = { env: process.env, readFile: readText, listDirectory };
