import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import { fileSystemSuite } from './file-system.suite.ts';
import { nodeFileSystem } from './node-file-system.ts';

fileSystemSuite('the file system of the operating system', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-wal-'));
  return { fileSystem: nodeFileSystem, directory, dispose: () => rm(directory, { recursive: true }) };
});

fileSystemSuite('files in memory', async () => {
  const fileSystem = new MemoryDisk();
  await fileSystem.makeDirectory('/data');
  return { fileSystem, directory: '/data', dispose: async () => {} };
});
