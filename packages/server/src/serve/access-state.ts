import type { ConfigHost } from '../config/load-config.ts';
import { loadWebConfig, viewersAmong } from '../config/web/load-web-config.ts';
import { type AccessConfig, OPEN_ACCESS } from '../http/access/access-config.ts';
import { accessOfWebConfig } from '../http/access/access-of-web-config.ts';
import type { ServerTls } from '../http/access/server-tls.ts';
import { readServerTls } from '../http/access/tls-options.ts';

/** What the web configuration file comes to, with what it names. */
export interface WebAccess {
  readonly access: AccessConfig;
  readonly tls: ServerTls | undefined;
}

/** Throws a ConfigError, or what cannot be read of certificates. Without a file everybody may come in. */
export async function loadWebAccess(
  { configFile, viewers }: { readonly configFile: string | undefined; readonly viewers: readonly string[] },
  host: ConfigHost,
): Promise<WebAccess> {
  if (configFile === undefined) return { access: OPEN_ACCESS, tls: undefined };
  const config = await loadWebConfig(configFile, host);
  const tls = config.tls && (await readServerTls(config.tls));
  return { access: accessOfWebConfig(config, viewersAmong(config, viewers, configFile)), tls };
}
