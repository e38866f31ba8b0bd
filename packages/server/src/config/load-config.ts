import { expandGlob } from '../files/glob.ts';
import { ConfigError } from './config-error.ts';
import type { Finding } from './finding.ts';
import { readConfig, readScrapeConfigFile } from './read/config.ts';
import type { JobNames } from './read/scrape-config.ts';
import type { Config, ScrapeConfig } from './types.ts';
import { parseYaml } from './yaml/parse-yaml.ts';

/** What loading needs of the world outside. */
export interface ConfigHost {
  /** Rejects with the reason, without the path. */
  readonly readFile: (path: string) => Promise<string>;
  /** The names in a directory; none where there is no such directory. */
  readonly listDirectory: (path: string) => Promise<readonly string[]>;
  readonly env: NodeJS.ProcessEnv;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What was let through though it does less than it says. */
  readonly warnings: readonly Finding[];
}

/** Throws a ConfigError with everything that is wrong, in the main file and in those that it includes. */
export async function loadConfig(path: string, host: ConfigHost): Promise<LoadedConfig> {
  const findings: Finding[] = [];
  const warnings: Finding[] = [];
  const open = async (file: string) => {
    const text = await tryRead(file, host, findings);
    return text === undefined ? undefined : parseYaml(text, file, findings, warnings);
  };

  const jobNames: JobNames = new Map();
  const root = await open(path);
  if (!root) throw new ConfigError(findings);
  const main = readConfig(root, host.env, jobNames);
  const included: ScrapeConfig[] = [];
  for (const pattern of main.scrapeConfigFiles) {
    const files = await tryExpand(pattern, path, host, findings);
    if (files.length === 0) {
      warnings.push({ code: 'unreadable', file: path, reason: `scrape_config_files: there is no ${pattern}` });
    }
    for (const file of files) {
      const place = await open(file);
      if (place) included.push(...readScrapeConfigFile(place, main.global, jobNames));
    }
  }
  if (findings.length > 0) throw new ConfigError(inOrder(findings));
  return { config: { ...main, scrapeConfigs: [...main.scrapeConfigs, ...included] }, warnings: inOrder(warnings) };
}

async function tryExpand(
  pattern: string,
  file: string,
  { listDirectory }: ConfigHost,
  findings: Finding[],
): Promise<readonly string[]> {
  try {
    return await expandGlob(pattern, listDirectory);
  } catch (error) {
    findings.push({ code: 'unreadable', file, reason: `scrape_config_files: ${messageOf(error)}` });
    return [];
  }
}

async function tryRead(file: string, { readFile }: ConfigHost, findings: Finding[]): Promise<string | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    findings.push({ code: 'unreadable', file, reason: messageOf(error) });
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Files as they were read, and each from top to bottom. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const files = [...new Set(findings.map(({ file }) => file))];
  return findings.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
