import type { Labels, ValidationScheme } from '@hearth/model';
import type { CredentialUrl, Secret } from './secret.ts';

/*
 * What prometheus.yml and the web configuration file come to, with every default filled in: scrape configurations have
 * taken over what they inherit from `global`, and paths are resolved against the directory of the file they stand in.
 * Plain data, so that two loads can be compared with `isSameConfig`. Limits: 0 means none, as in the file.
 */

export interface Config {
  readonly global: GlobalConfig;
  readonly storage: StorageConfig;
  readonly runtime: RuntimeConfig;
  /** Those of the file itself in their order, then those of `scrapeConfigFiles`. Job names are unique. */
  readonly scrapeConfigs: readonly ScrapeConfig[];
  /** Patterns, such as `/etc/hearth/jobs/*.yml`. */
  readonly scrapeConfigFiles: readonly string[];
  /** Patterns, such as `/etc/hearth/rules/*.yml`. */
  readonly ruleFiles: readonly string[];
  readonly alerting: AlertingConfig;
  readonly remoteWrite: readonly RemoteWriteConfig[];
}

export type ScrapeProtocol =
  | 'OpenMetricsText0.0.1'
  | 'OpenMetricsText1.0.0'
  | 'PrometheusText0.0.4'
  | 'PrometheusText1.0.0';

export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

export interface GlobalConfig {
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly externalLabels: Labels;
  readonly queryLogFile?: string;
  readonly scrapeFailureLogFile?: string;
  /** Absent where the file leaves them to the scrape configurations. */
  readonly scrapeProtocols?: readonly ScrapeProtocol[];
  readonly limits: ScrapeLimits;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly extraScrapeMetrics: boolean;
  readonly metricNameValidationScheme: ValidationScheme;
  /** Absent where the file leaves it to follow the validation scheme. */
  readonly metricNameEscapingScheme?: EscapingScheme;
}

/** More than this fails the scrape (targets: all scrapes of the job). Lengths are in bytes. */
export interface ScrapeLimits {
  /** Of the body once it is uncompressed. */
  readonly bodySizeBytes: number;
  readonly samples: number;
  readonly targets: number;
  readonly labels: number;
  readonly labelNameLength: number;
  readonly labelValueLength: number;
  /** Fails nothing: only so many targets that relabelling dropped are kept to be shown. */
  readonly keepDroppedTargets: number;
}

export interface ScrapeConfig {
  readonly jobName: string;
  /** The file it stands in. */
  readonly file: string;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly scrapeIntervalMs: number;
  /** Never above the interval. */
  readonly scrapeTimeoutMs: number;
  /** The most wanted first; never empty. */
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  /** What a target speaks whose Content-Type is blank or unknown. Absent: such a scrape fails. */
  readonly fallbackScrapeProtocol?: ScrapeProtocol;
  readonly alwaysScrapeClassicHistograms: boolean;
  /** Whether to store `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` too. */
  readonly extraScrapeMetrics: boolean;
  readonly scrapeFailureLogFile?: string;
  readonly metricsPath: string;
  /** `http` or `https` in all that works; Prometheus does not check it here, since relabelling may change it. */
  readonly scheme: string;
  readonly enableCompression: boolean;
  readonly limits: ScrapeLimits;
  readonly metricNameValidationScheme: ValidationScheme;
  readonly metricNameEscapingScheme: EscapingScheme;
  readonly httpClient: HttpClientConfig;
  readonly discovery: readonly DiscoveryConfig[];
  readonly relabelRules: readonly RelabelRule[];
  readonly metricRelabelRules: readonly RelabelRule[];
}

export interface HttpClientConfig {
  /** At most one of `basicAuth` and `authorization` is there. */
  readonly basicAuth?: BasicAuth;
  /** From `authorization`, `bearer_token` or `bearer_token_file`. */
  readonly authorization?: Authorization;
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
  readonly followRedirects: boolean;
  readonly enableHttp2: boolean;
  /** By canonical name, such as `X-Scope-Orgid`. Sent after the headers of the program itself, which they replace. */
  readonly httpHeaders: Readonly<Record<string, HttpHeader>>;
}

/** The text itself, or the file that holds it: read anew whenever it is needed, without white space at its ends. */
export type TextSource = { readonly text: string } | { readonly file: string };
export type SecretSource = { readonly secret: Secret } | { readonly file: string };

export interface BasicAuth {
  readonly username: TextSource;
  readonly password: SecretSource;
}

export interface Authorization {
  /** `Bearer` unless the file says otherwise. */
  readonly type: string;
  readonly credentials: SecretSource;
}

export type TlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

export interface TlsConfig {
  readonly ca?: TextSource;
  /** With `key`, or neither. */
  readonly cert?: TextSource;
  readonly key?: SecretSource;
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
}

export interface ProxyConfig {
  /** Not together with `fromEnvironment`. */
  readonly url?: CredentialUrl;
  /** Addresses, networks and domains that are reached without the proxy, separated by commas. */
  readonly noProxy?: string;
  /** Whether `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are followed. */
  readonly fromEnvironment: boolean;
}

/** All values of one header, in the order in which Prometheus sends them: values, secrets, files. */
export interface HttpHeader {
  readonly values: readonly string[];
  readonly secrets: readonly Secret[];
  readonly files: readonly string[];
}

export type DiscoveryConfig =
  | StaticDiscoveryConfig
  | FileDiscoveryConfig
  | DnsDiscoveryConfig
  | HttpDiscoveryConfig
  | DockerSwarmDiscoveryConfig;

export interface StaticDiscoveryConfig {
  readonly kind: 'static';
  readonly groups: readonly StaticTargets[];
}

export interface StaticTargets {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface FileDiscoveryConfig {
  readonly kind: 'file';
  /** Patterns with at most one `*`, in the last part of the path; never empty. */
  readonly files: readonly string[];
  readonly refreshIntervalMs: number;
}

export type DnsRecordType = 'SRV' | 'A' | 'AAAA' | 'MX' | 'NS';

export interface DnsDiscoveryConfig {
  readonly kind: 'dns';
  readonly names: readonly string[];
  readonly type: DnsRecordType;
  /** 0 for SRV records, which carry their own. */
  readonly port: number;
  readonly refreshIntervalMs: number;
}

export interface HttpDiscoveryConfig {
  readonly kind: 'http';
  readonly url: CredentialUrl;
  readonly httpClient: HttpClientConfig;
  readonly refreshIntervalMs: number;
}

export interface DockerSwarmDiscoveryConfig {
  readonly kind: 'dockerswarm';
  /** Such as `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`. */
  readonly host: string;
  readonly role: 'services' | 'tasks' | 'nodes';
  /** For containers and nodes that publish none. */
  readonly port: number;
  readonly filters: readonly DockerSwarmFilter[];
  readonly httpClient: HttpClientConfig;
  readonly refreshIntervalMs: number;
}

export interface DockerSwarmFilter {
  readonly name: string;
  readonly values: readonly string[];
}

export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

/** One checked rule: what it needs for its action is there, and its regular expression compiles. */
export interface RelabelRule {
  readonly action: RelabelAction;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  /** RE2 syntax, not yet anchored. */
  readonly regex: string;
  readonly modulus: number;
  readonly targetLabel: string;
  readonly replacement: string;
  /** What a name that comes out of a replacement must keep to. */
  readonly nameValidationScheme: ValidationScheme;
}

export interface StorageConfig {
  readonly retention: RetentionConfig;
  /** Up to so many exemplars are kept in memory; 0 or less keeps none. */
  readonly maxExemplars: number;
}

/** 0: left to the command line. */
export interface RetentionConfig {
  readonly timeMs: number;
  readonly sizeBytes: number;
}

/** What tunes Go's runtime, which has no counterpart here: kept to be printed. */
export interface RuntimeConfig {
  readonly gogc: number;
}

export interface AlertingConfig {
  readonly alertRelabelRules: readonly RelabelRule[];
  readonly alertmanagers: readonly AlertmanagerConfig[];
}

export interface AlertmanagerConfig {
  readonly scheme: string;
  readonly pathPrefix: string;
  readonly timeoutMs: number;
  readonly apiVersion: 'v2';
  readonly httpClient: HttpClientConfig;
  readonly discovery: readonly DiscoveryConfig[];
  readonly relabelRules: readonly RelabelRule[];
  readonly alertRelabelRules: readonly RelabelRule[];
}

export interface RemoteWriteConfig {
  readonly url: CredentialUrl;
  /** Unique where it is not empty. */
  readonly name: string;
  readonly remoteTimeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly sendExemplars: boolean;
  readonly httpClient: HttpClientConfig;
  readonly writeRelabelRules: readonly RelabelRule[];
  readonly queue: RemoteWriteQueueConfig;
  readonly metadata: RemoteWriteMetadataConfig;
}

export interface RemoteWriteQueueConfig {
  readonly capacity: number;
  readonly maxShards: number;
  readonly minShards: number;
  readonly maxSamplesPerSend: number;
  readonly batchSendDeadlineMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly retryOnHttp429: boolean;
  /** Older samples are dropped; 0: none are. */
  readonly sampleAgeLimitMs: number;
}

export interface RemoteWriteMetadataConfig {
  readonly send: boolean;
  readonly sendIntervalMs: number;
  readonly maxSamplesPerSend: number;
}

/** Prometheus' web configuration file. */
export interface WebConfig {
  /** Absent: plain HTTP. */
  readonly tls?: WebTlsConfig;
  readonly http2: boolean;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Users and their bcrypt hashes. Empty: nobody is asked who they are. */
  readonly users: ReadonlyMap<string, Secret>;
  /** Absent: no limit. */
  readonly rateLimit?: WebRateLimit;
}

export type ClientAuthType =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

export interface WebTlsConfig {
  readonly cert: TextSource;
  readonly key: SecretSource;
  readonly clientAuthType: ClientAuthType;
  readonly clientCa?: TextSource;
  /** Names, addresses or URIs of which a client's certificate must carry one. Empty: any will do. */
  readonly clientAllowedSans: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Go's names, such as `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`. Empty: the platform's own choice. */
  readonly cipherSuites: readonly string[];
  /** Go's names, such as `CurveP256`. Empty: the platform's own choice. */
  readonly curvePreferences: readonly string[];
  readonly preferServerCipherSuites: boolean;
}

/** One request every `intervalMs`, and up to `burst` at once. */
export interface WebRateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}
