import { ConfigError } from '../config-error.ts';
import type { Finding } from '../finding.ts';
import type { ConfigHost } from '../load-config.ts';
import type { WebConfig } from '../types.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { checkCertificates } from './check-certificates.ts';
import { DEFAULT_WEB_CONFIG, readWebConfig } from './read-web-config.ts';

/**
 * Reads Prometheus' web configuration file, and makes sure that its certificates can be used. Throws a ConfigError with
 * everything that is wrong.
 */
export async function loadWebConfig(path: string, host: Pick<ConfigHost, 'readFile'>): Promise<WebConfig> {
  const findings: Finding[] = [];
  let text: string;
  try {
    text = await host.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ code: 'unreadable', file: path, reason }]);
  }
  const root = parseYaml(text, path, findings, []);
  const config = (root && readWebConfig(root)) ?? DEFAULT_WEB_CONFIG;
  if (config.tls) findings.push(...(await checkCertificates(config.tls, path, host)));
  if (findings.length > 0) throw new ConfigError(findings);
  return config;
}

/**
 * Those of the users who may see everything and change nothing. The web configuration file has no place for them, so a
 * flag names them. Throws a ConfigError for a name that is not among the users.
 */
export function viewersAmong({ users }: WebConfig, names: readonly string[], path: string): ReadonlySet<string> {
  const unknown = names.filter((name) => !users.has(name));
  if (unknown.length === 0) return new Set(names);
  const reason = `no user ${unknown.map((name) => `"${name}"`).join(' or ')} in basic_auth_users`;
  throw new ConfigError([{ code: 'missing', file: path, reason }]);
}
