import type { ConfigHost } from '../load-config.ts';

/** Files in memory, by absolute path. */
export function createMemoryHost(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}): ConfigHost {
  return {
    env,
    readFile: async (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('there is no such file');
      return text;
    },
    listDirectory: async (path) =>
      Object.keys(files)
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1)),
  };
}
