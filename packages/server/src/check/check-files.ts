import type { Finding } from '../config/finding.ts';
import type { ConfigHost } from '../config/load-config.ts';
import type { Config, DiscoveryConfig, HttpClientConfig, ScrapeConfig } from '../config/types.ts';
import { expandGlob } from '../files/glob.ts';

export interface FileChecks {
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Whether the files are there that a configuration names for its secrets, certificates and targets. */
export async function checkFiles(config: Config, host: ConfigHost): Promise<FileChecks> {
  const findings: Finding[] = [];
  const warnings: Finding[] = [];
  for (const job of config.scrapeConfigs) {
    for (const [field, path] of filesOf(job)) {
      const reason = await tryReason(path, host);
      if (reason !== undefined) findings.push(describe(job, `${field}: ${path}: ${reason}`));
    }
    for (const pattern of job.discovery.flatMap(patternsOf)) {
      const found = await expandGlob(pattern, host.listDirectory);
      if (found.length === 0) warnings.push(describe(job, `file_sd_configs: there is no ${pattern} yet`));
    }
  }
  return { findings, warnings };
}

function describe({ file, jobName }: ScrapeConfig, text: string): Finding {
  return { code: 'unreadable', file, reason: `job "${jobName}": ${text}` };
}

async function tryReason(path: string, { readFile }: ConfigHost): Promise<string | undefined> {
  try {
    await readFile(path);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function patternsOf(config: DiscoveryConfig): readonly string[] {
  return config.kind === 'file' ? config.files : [];
}

type NamedFile = readonly [field: string, path: string];

function filesOf({ httpClient, discovery }: ScrapeConfig): readonly NamedFile[] {
  const clients = discovery.flatMap((each) => ('httpClient' in each ? [each.httpClient] : []));
  return [httpClient, ...clients].flatMap(filesOfClient);
}

function filesOfClient({ basicAuth, authorization, tls, httpHeaders }: HttpClientConfig): readonly NamedFile[] {
  const sources = [
    ['username_file', basicAuth?.username],
    ['password_file', basicAuth?.password],
    ['credentials_file', authorization?.credentials],
    ['ca_file', tls.ca],
    ['cert_file', tls.cert],
    ['key_file', tls.key],
  ] as const;
  const named: NamedFile[] = [];
  for (const [field, source] of sources) if (source && 'file' in source) named.push([field, source.file]);
  for (const { files } of Object.values(httpHeaders)) for (const file of files) named.push(['http_headers', file]);
  return named;
}
