import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { build } from 'vite';

const requireHere = createRequire(import.meta.url);

/** Native modules cannot be bundled; the bundle finds them where they are installed. */
const NATIVE = Object.fromEntries(['snappy', '@node-rs/crc32'].map((name) => [name, requireHere.resolve(name)]));

/** Makes one JavaScript file of a TypeScript program, for a test to run in a process of its own. Returns its path. */
export async function bundleProgram(source: string, directory: string): Promise<string> {
  const name = basename(source, '.ts');
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source'] },
    ssr: { noExternal: true, external: Object.keys(NATIVE), resolve: { conditions: ['source'] } },
    build: {
      ssr: source,
      outDir: directory,
      emptyOutDir: false,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: `${name}.mjs`, paths: NATIVE } },
    },
  });
  return join(directory, `${name}.mjs`);
}
