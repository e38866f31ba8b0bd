import type { SecureVersion } from 'node:tls';
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { HttpClientConfig, ProxyConfig, TlsConfig, TlsVersion } from '../config/types.ts';
import { HttpClientError } from './http-client-error.ts';
import { isWithoutProxy } from './no-proxy.ts';
import { readSource } from './read-source.ts';

/** As long as Go keeps idle connections. The other side usually closes them earlier. */
const IDLE_MS = 5 * 60 * 1000;
const CONNECT_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 1 << 16;

const SECURE_VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConnectionsOptions {
  readonly config: Pick<HttpClientConfig, 'tls' | 'proxy'>;
  readonly environment: Environment;
  /** A Unix socket that takes the place of host and port. */
  readonly socketPath?: string;
}

interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The dispatchers of one client: connections with its TLS settings, directly or through its proxy. */
export class Connections {
  readonly #options: ConnectionsOptions;
  #files: TlsFiles = {};
  /** By the proxy; `''` is none. */
  #dispatchers = new Map<string, Dispatcher>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  async dispatcherFor(url: URL): Promise<Dispatcher> {
    if (url.protocol === 'https:') await this.#readFiles();
    const proxy = this.#proxyFor(url);
    let dispatcher = this.#dispatchers.get(proxy);
    if (dispatcher === undefined) {
      dispatcher = this.#createDispatcher(proxy);
      this.#dispatchers.set(proxy, dispatcher);
    }
    return dispatcher;
  }

  async close(): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  }

  /** New files make new connections; the old ones finish what they have. */
  async #readFiles(): Promise<void> {
    const { ca, cert, key } = this.#options.config.tls;
    const files: TlsFiles = {
      ...(ca && { ca: await readSource(ca, 'ca_file') }),
      ...(cert && { cert: await readSource(cert, 'cert_file') }),
      ...(key && { key: await readSource(key, 'key_file') }),
    };
    const known = this.#files;
    if (files.ca === known.ca && files.cert === known.cert && files.key === known.key) return;
    this.#files = files;
    const replaced = [...this.#dispatchers.values()];
    this.#dispatchers = new Map();
    for (const dispatcher of replaced) void dispatcher.close();
  }

  #createDispatcher(proxy: string): Dispatcher {
    const tls = tlsOptions(this.#options.config.tls, this.#files);
    const { socketPath } = this.#options;
    const common = {
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    try {
      if (proxy !== '') {
        const tunnel = { requestTls: tls, proxyTls: tls, proxyTunnel: false, clientFactory: createProxyPool };
        return new ProxyAgent({ ...common, ...tunnel, uri: proxy });
      }
      const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS, ...(socketPath !== undefined && { socketPath }) };
      return new Agent({ ...common, connect });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new HttpClientError('bad_tls_settings', `the settings make no connection: ${reason}`, { cause });
    }
  }

  #proxyFor(url: URL): string {
    const { proxy } = this.#options.config;
    const { proxyUrl, noProxy } = proxy.fromEnvironment ? this.#proxyOfEnvironment(url) : proxyOf(proxy);
    if (proxyUrl === '' || isWithoutProxy(noProxy, url)) return '';
    return proxyUrl;
  }

  #proxyOfEnvironment(url: URL): { readonly proxyUrl: string; readonly noProxy: string } {
    const { environment } = this.#options;
    const read = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
    const proxyUrl = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    const isUrl = proxyUrl === '' || proxyUrl.includes('://');
    return { proxyUrl: isUrl ? proxyUrl : `http://${proxyUrl}`, noProxy: read('NO_PROXY') };
  }
}

/**
 * Connections to a proxy. Where one is closed before the tunnel is there, undici would try again without end, because it
 * takes that for the loss of a connection that had been there: so that gets another error.
 */
function createProxyPool(origin: URL, options: object): Dispatcher {
  const pool = new Pool(origin, options);
  const connect = pool.connect.bind(pool) as (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;
  const connectOrSay = async (target: Dispatcher.ConnectOptions) => {
    try {
      return await connect(target);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new HttpClientError('cannot_connect', `the proxy makes no connection: ${reason}`, { cause });
    }
  };
  return Object.assign(pool, { connect: connectOrSay });
}

function proxyOf({ url, noProxy = '' }: ProxyConfig): { readonly proxyUrl: string; readonly noProxy: string } {
  return { proxyUrl: url?.reveal() ?? '', noProxy };
}

function tlsOptions({ serverName, insecureSkipVerify, minVersion, maxVersion }: TlsConfig, files: TlsFiles) {
  return {
    ...files,
    rejectUnauthorized: !insecureSkipVerify,
    ...(serverName && { servername: serverName }),
    ...(minVersion && { minVersion: SECURE_VERSIONS[minVersion] }),
    ...(maxVersion && { maxVersion: SECURE_VERSIONS[maxVersion] }),
  };
}
