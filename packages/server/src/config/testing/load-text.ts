import { ConfigError } from '../config-error.ts';
import { type Finding, renderFinding } from '../finding.ts';
import { loadConfig } from '../load-config.ts';
import type { Config } from '../types.ts';
import { createMemoryHost } from './memory-host.ts';

export const CONFIG_PATH = '/etc/hearth/prometheus.yml';

/** Loads a text as the main file, with other files beside it. */
export async function loadText(
  text: string,
  { files = {}, env = {} }: { files?: Readonly<Record<string, string>>; env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly config: Config; readonly warnings: readonly string[] }> {
  const { config, warnings } = await loadConfig(CONFIG_PATH, createMemoryHost({ ...files, [CONFIG_PATH]: text }, env));
  return { config, warnings: warnings.map(shorten) };
}

/** What is wrong with a text, a line for each, without the path of the main file. */
export async function findingsOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  try {
    await loadText(text, { files });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.findings.map(shorten);
    throw error;
  }
}

function shorten(finding: Finding): string {
  const rendered = renderFinding(finding);
  return rendered.startsWith(`${CONFIG_PATH}:`) ? rendered.slice(CONFIG_PATH.length + 1).trim() : rendered;
}
