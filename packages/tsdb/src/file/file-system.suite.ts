import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileSystem } from './file-system.ts';

export interface FileSystemUnderTest {
  readonly fileSystem: FileSystem;
  /** An empty directory. */
  readonly directory: string;
  dispose(): Promise<void>;
}

/** What every FileSystem promises. */
export function fileSystemSuite(name: string, create: () => Promise<FileSystemUnderTest>): void {
  describe(name, () => {
    let fs: FileSystem;
    let directory: string;
    let dispose: () => Promise<void>;

    beforeEach(async () => {
      ({ fileSystem: fs, directory, dispose } = await create());
    });

    afterEach(() => dispose());

    async function put(path: string, text: string): Promise<void> {
      const file = await fs.open(path, 'create');
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += await file.write(bytes.subarray(done), done);
      await file.close();
    }

    async function get(path: string): Promise<string> {
      const file = await fs.open(path, 'read');
      const into = Buffer.alloc(await file.size());
      expect(await file.read(into, 0)).toBe(into.length);
      await file.close();
      return into.toString();
    }

    test('create makes a file and keeps one that is there; read and write want one', async () => {
      const path = `${directory}/a`;
      for (const access of ['read', 'write'] as const) {
        await expect(fs.open(path, access)).rejects.toMatchObject({ code: 'ENOENT' });
      }
      await put(path, 'abc');
      await (await fs.open(path, 'create')).close();
      expect(await get(path)).toBe('abc');
      await expect(fs.open(`${directory}/none/a`, 'create')).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('bytes are written and read at positions; a hole is zeros; a read ends with the file', async () => {
      const file = await fs.open(`${directory}/a`, 'create');
      expect(await file.write(Buffer.from('xyz'), 5)).toBe(3);
      expect(await file.write(Buffer.from('b'), 1)).toBe(1);
      const into = Buffer.alloc(10, 0xff);
      expect(await file.read(into, 0)).toBe(8);
      expect(into.toString('hex')).toBe('006200000078797affff');
      expect(await file.read(into, 8)).toBe(0);
      expect(await file.read(into, 100)).toBe(0);
      await file.sync();
      await file.close();
    });

    test('truncate cuts, and extends with zeros', async () => {
      await put(`${directory}/a`, 'abcdef');
      const file = await fs.open(`${directory}/a`, 'write');
      await file.truncate(2);
      expect(await file.size()).toBe(2);
      await file.truncate(4);
      await file.close();
      expect(await get(`${directory}/a`)).toBe('ab\0\0');
    });

    test('a file that was closed is of no more use', async () => {
      const file = await fs.open(`${directory}/a`, 'create');
      await file.close();
      await expect(file.sync()).rejects.toMatchObject({ code: 'EBADF' });
    });

    test('directories are made with their parents and list what is directly in them', async () => {
      await fs.makeDirectory(`${directory}/x/y`);
      await fs.makeDirectory(`${directory}/x/y`);
      await put(`${directory}/x/y/deep`, '');
      await put(`${directory}/x/file`, '');
      expect([...(await fs.list(`${directory}/x`))].sort()).toEqual(['file', 'y']);
      await fs.syncDirectory(`${directory}/x`);
      await expect(fs.list(`${directory}/none`)).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(fs.syncDirectory(`${directory}/none`)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('rename moves files and directories, over a file that is there but not over a full directory', async () => {
      await put(`${directory}/a`, 'new');
      await put(`${directory}/b`, 'old');
      await fs.rename(`${directory}/a`, `${directory}/b`);
      expect(await get(`${directory}/b`)).toBe('new');
      await fs.makeDirectory(`${directory}/x`);
      await fs.makeDirectory(`${directory}/full`);
      await put(`${directory}/x/inside`, '1');
      await put(`${directory}/full/inside`, '2');
      await expect(fs.rename(`${directory}/x`, `${directory}/full`)).rejects.toMatchObject({ code: 'ENOTEMPTY' });
      await fs.rename(`${directory}/x`, `${directory}/y`);
      expect(await get(`${directory}/y/inside`)).toBe('1');
      expect([...(await fs.list(directory))].sort()).toEqual(['b', 'full', 'y']);
      await expect(fs.rename(`${directory}/none`, `${directory}/a`)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('a copy is another file', async () => {
      await put(`${directory}/a`, 'abc');
      await fs.copy(`${directory}/a`, `${directory}/b`);
      const file = await fs.open(`${directory}/b`, 'write');
      await file.truncate(1);
      await file.close();
      expect([await get(`${directory}/a`), await get(`${directory}/b`)]).toEqual(['abc', 'a']);
    });

    test('remove takes a file, a directory with its content, or nothing', async () => {
      await fs.makeDirectory(`${directory}/x/y`);
      await put(`${directory}/x/y/a`, '');
      await put(`${directory}/xa`, '');
      await fs.remove(`${directory}/x`);
      await fs.remove(`${directory}/none`);
      expect(await fs.list(directory)).toEqual(['xa']);
      await fs.remove(`${directory}/xa`);
      expect(await fs.list(directory)).toEqual([]);
    });
  });
}
