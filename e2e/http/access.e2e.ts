import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/bcrypt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeConfigHost } from '../../packages/server/src/config/node-config-host.ts';
import { loadWebConfig } from '../../packages/server/src/config/web/load-web-config.ts';
import { accessOfWebConfig } from '../../packages/server/src/http/access/access-of-web-config.ts';
import { readServerTls } from '../../packages/server/src/http/access/tls-options.ts';
import { SERVER_CERTIFICATE, SERVER_KEY } from '../../packages/server/src/http/testing/certificates.ts';
import { type RunningProcess, startProcess } from '../support/running-process.ts';
import { missing } from '../tsdb/prometheus-tools.ts';
import { type Hearth, startHearth } from './hearth.ts';

const skipped = missing('prometheus');

interface SecureAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(port: string, path: string, authorization?: string): Promise<SecureAnswer> {
  const headers = authorization === undefined ? {} : { authorization };
  const target = { host: 'localhost', port, path, ca: SERVER_CERTIFICATE, agent: false, headers };
  return new Promise((resolve, reject) => {
    request(target, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status } = response;
        const { 'www-authenticate': challenge, 'x-frame-options': frames, 'content-type': type } = response.headers;
        resolve({ status, headers: { challenge, frames, type }, body: Buffer.concat(chunks).toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

describe.skipIf(skipped !== '')(`one web configuration file for Hearth and for Prometheus${skipped}`, () => {
  let directory: string;
  let hearth: Hearth;
  let prometheus: RunningProcess;
  let ports: readonly [ours: string, theirs: string];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-http-'));
    await writeFile(join(directory, 'cert.pem'), SERVER_CERTIFICATE);
    await writeFile(join(directory, 'key.pem'), SERVER_KEY);
    await writeFile(join(directory, 'prometheus.yml'), 'global: {}\n');
    const webFile = join(directory, 'web.yml');
    const passwordHash = (await hash('right', { cost: 5 })).replace('$2b$', '$2y$');
    const lines = [
      'tls_server_config: { cert_file: cert.pem, key_file: key.pem, min_version: TLS12 }',
      'http_server_config: { http2: false, headers: { X-Frame-Options: deny } }',
      `basic_auth_users: { ann: "${passwordHash}" }`,
    ];
    await writeFile(webFile, `${lines.join('\n')}\n`);

    prometheus = startProcess('prometheus', [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'prometheus')}`,
      '--web.listen-address=127.0.0.1:0',
      `--web.config.file=${webFile}`,
    ]);
    const web = await loadWebConfig(webFile, nodeConfigHost);
    const access = accessOfWebConfig(web, new Set());
    hearth = await startHearth(join(directory, 'hearth'), {
      access: () => access,
      ...(web.tls !== undefined && { tls: await readServerTls(web.tls) }),
    });
    const [, theirs] = await prometheus.untilPrinted(/msg="Listening on" address=127\.0\.0\.1:(\d+)/);
    await prometheus.untilPrinted(/Server is ready to receive web requests/);
    ports = [new URL(hearth.url).port, theirs!];
  });

  afterAll(async () => {
    await hearth?.close();
    await prometheus?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([
    ['nothing', undefined],
    ['another scheme', 'Bearer abc'],
    ['no colon', `Basic ${Buffer.from('ann').toString('base64')}`],
    ['a wrong password', basic('ann', 'wrong')],
    ['an unknown user', basic('bob', 'right')],
    ['the right password', basic('ann', 'right')],
  ])('with %s the same happens', async (_name, authorization) => {
    for (const path of ['/api/v1/query?query=1&time=1', '/nothing', '/api/v1/query?query=sum(&time=1']) {
      const [ours, theirs] = await Promise.all(ports.map((port) => ask(port, path, authorization)));
      expect(ours, path).toEqual(theirs);
    }
  });
});
