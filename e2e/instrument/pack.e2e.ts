import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { scrape } from '../support/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { type PackedLibrary, packLibrary } from '../support/packed-library.ts';
import { startProcess } from '../support/running-process.ts';

const DOCS = fileURLToPath(new URL('../../docs/instrument/', import.meta.url));

describe('the package of @hearth/instrument', () => {
  let library: PackedLibrary;

  beforeAll(async () => {
    library = await packLibrary();
    await library.project.install('express');
  }, 120_000);
  afterAll(() => library?.close());

  it('holds what was built, a README and the licence', () => {
    const others = library.files.filter((file) => !/^(?:dist|src)\/[\w/-]+(?:\.d)?\.(?:js|ts)(?:\.map)?$/.test(file));
    expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json']);
  });

  it('holds no tests, and nothing for tests only', () => {
    expect(library.files.filter((file) => /test|suite|fixture|bench/.test(file))).toEqual([]);
  });

  it('has every file that its exports name', async () => {
    const manifest = JSON.parse(await readFile(join(library.folder, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    const named = Object.values(manifest.exports).flatMap((conditions) => Object.values(conditions));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(join(library.folder, file)))).toEqual([]);
  });

  it('has every source that its source maps lead to', async () => {
    const maps = library.files.filter((file) => file.endsWith('.map'));
    const missing: string[] = [];
    for (const map of maps) {
      const file = join(library.folder, map);
      const { sources, sourcesContent } = JSON.parse(await readFile(file, 'utf8')) as {
        readonly sources: readonly string[];
        readonly sourcesContent?: readonly string[];
      };
      const lost = sources.filter((source, i) => !sourcesContent?.[i] && !existsSync(resolve(dirname(file), source)));
      if (lost.length > 0) missing.push(map);
    }
    expect(missing).toEqual([]);
  });

  it('brings prom-client along, and none of the frameworks that it adapts to', () => {
    const has = (name: string) => existsSync(join(library.project.folder, 'node_modules', name));
    expect(['prom-client', 'express', 'fastify', 'koa', 'hono'].filter(has)).toEqual(['prom-client', 'express']);
  });

  it("runs the first example of its manual as a new user's JavaScript", async () => {
    const [appPort, metricsPort] = [await freePort(), await freePort()];
    const [first] = examplesIn(await readFile(join(DOCS, 'README.md'), 'utf8'));
    const example = first!.replace('9464', String(metricsPort)).replace('3306', String(appPort));
    expect(example).toContain(`port: ${metricsPort} `);
    expect(example).toContain(`listen(${appPort})`);
    await library.project.write('first-example.js', example);
    const node = startProcess(process.execPath, ['first-example.js'], { cwd: library.project.folder });
    onTestFinished(async () => void (await node.stop()));

    const app = `http://127.0.0.1:${appPort}`;
    await vi.waitFor(() => fetch(app, { method: 'HEAD' }), { timeout: 10_000, interval: 20 });
    expect(await (await fetch(`${app}/games/7`)).json()).toEqual({ id: '7' });
    expect((await fetch(`${app}/metrics`)).status).toBe(404);
    await vi.waitFor(
      async () => {
        const { families } = await scrape(`http://127.0.0.1:${metricsPort}/metrics`, 'text');
        const samples = families.flatMap((family) =>
          family.samples.map(({ labels, value }) => `${labels.toMetricString()} ${value}`),
        );
        expect(samples).toContain('http_requests_total{endpoint="/games/:id", method="GET", status="200"} 1');
        expect(samples).toContain(`app_info{node_version="${process.versions.node}", version="1.4.0"} 1`);
      },
      { timeout: 5_000, interval: 20 },
    );
    expect(node.output()).toBe('');
  });

  it('type-checks the examples for Express where nothing but Express is installed', async () => {
    await library.project.install('@types/express', '@types/node');
    for (const page of ['README.md', 'express.md']) await writeExamples(page);
    expect(await library.project.typeCheck()).toEqual([]);
  });

  it('type-checks the examples of the whole manual', async () => {
    await library.project.install();
    const pages = (await readdir(DOCS)).filter((file) => file.endsWith('.md'));
    for (const page of pages) await writeExamples(page);
    expect(await library.project.typeCheck()).toEqual([]);
  });

  it('finds mistakes by type', async () => {
    await library.project.write('mistaken.ts', MISTAKEN);
    expect(await library.project.typeCheck()).toEqual([
      "mistaken.ts(5,26): error TS2322: Type 'number' is not assignable to type 'string'.",
    ]);
  });

  /** Each example becomes a file of its own. */
  async function writeExamples(page: string): Promise<void> {
    const examples = examplesIn(await readFile(join(DOCS, page), 'utf8'));
    for (const [i, text] of examples.entries()) await library.project.write(`${page}-${i + 1}.ts`, text);
  }
});

const MISTAKEN = `import express from 'express';
import { instrumentExpress } from '@hearth/instrument/express';

const app = express();
instrumentExpress(app, { version: 1.4 });
`;

function examplesIn(markdown: string): readonly string[] {
  const examples = [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text!);
  expect(examples).not.toEqual([]);
  return examples;
}
