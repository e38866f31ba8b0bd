// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Go's templates look like JavaScript's.
import { describe, expect, it, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';
import { CONFIG_PATH, findingsOf, loadText } from './testing/load-text.ts';
import { createMemoryHost } from './testing/memory-host.ts';

const job = (text: string) => `scrape_configs:\n- job_name: app\n${text.replace(/^/gm, '  ')}`;
const rule = (text: string) => job(`relabel_configs:\n- ${text}`);

describe('what is wrong is told with its place', () => {
  it.each<[string, ...string[]]>([
    ['a: [', '1:5: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['global: {}\nglobal: {}', '2:1: this mapping has that key already'],
    ['- a', '1:1: expected a mapping of fields, found a list'],
    ['globl:', '1:1: unknown field "globl"; did you mean "global"?'],
    ['xyz: 1', '1:1: unknown field "xyz"'],
    ['global: {scrape_intervall: 5s}', '1:10: unknown field "scrape_intervall"; did you mean "scrape_interval"?'],
    ['global: {scrape_interval: 15}', '1:27: not a valid duration string: "15"; did you mean "15s"?'],
    ['global: {scrape_interval: 5x}', '1:27: unknown unit "x" in duration "5x"; write it like 30s, 5m or 1h30m'],
    ['global: {scrape_interval: [5s]}', '1:27: expected a text, found a list'],
    [
      'global: {scrape_interval: 5s, scrape_timeout: 6s}',
      '1:47: the global scrape_timeout is greater than the scrape_interval',
    ],
    ['global: {external_labels: {"": x}}', '1:28: "" is not a valid label name'],
    ['global: {sample_limit: -1}', '1:24: expected a whole number from 0 on, found "-1"'],
    ['global: {sample_limit: "5"}', '1:24: expected a whole number from 0 on, found the text "5"'],
    ['global: {body_size_limit: 100}', '1:27: not a size: "100"; did you mean "100B"?'],
    ['global: {scrape_protocols: []}', '1:28: scrape_protocols is empty; leave it out to offer them all'],
    [
      'global: {query_log_file: q.log}',
      '1:10: query_log_file is not supported: queries are not logged to a file; leave it out',
    ],
    [
      'rule_files: [a/*/b.yml]',
      '1:1: rule_files is not supported: rules are not evaluated yet; leave it out for now; hearth check rules and hearth test rules read such files',
      '1:14: "a/*/b.yml" is not a path of files; it has at most one *, in its last part',
    ],
    [
      'tracing: {endpoint: x}',
      '1:1: tracing is not supported: no traces are written; the log and /metrics tell what the program does',
    ],
    [
      'storage: {tsdb: {out_of_order_time_window: 5m}}',
      '1:18: out_of_order_time_window is not supported: samples are stored in the order of their time only; leave it out, or write 0s',
    ],
    ['scrape_configs:\n- ', '2:3: empty section in scrape_configs'],
    ['scrape_configs: [{}]', '1:18: job_name is missing or empty'],
    [
      'scrape_configs: [{job_name: a}, {job_name: a}]',
      '1:44: job_name "a" is used twice: first at /etc/hearth/prometheus.yml:1:29',
    ],
    [
      job('scrape_interval: 5s\nscrape_timeout: 6s'),
      '4:19: the scrape_timeout of job "app" is greater than its scrape_interval',
    ],
    [job('honor_labels: maybe'), '3:17: expected true or false, found "maybe"'],
    [job('honor_labels: "true"'), '3:17: expected true or false, found the text "true"'],
    [
      job('static_configs: [{targets: [http://a:1/metrics]}]'),
      '3:31: "http://a:1/metrics" is not a valid hostname; write "a:1", and the rest as scheme and metrics_path of the job',
    ],
    [job('static_configs: [{target: [a]}]'), '3:21: unknown field "target"; did you mean "targets"?'],
    [job('static_config: []'), '3:3: unknown field "static_config"; did you mean "static_configs"?'],
    [
      job('kubernetes_sd_configs: [{role: pod}]'),
      '3:3: kubernetes_sd_configs is not supported: there is no such discovery; write its targets to a file for file_sd_configs, or serve them to http_sd_configs',
    ],
    [
      job('dns_sd_configs: [{names: [a], type: A}]'),
      '3:39: records of type A carry no port; add port: with the port that the targets listen on',
    ],
    [
      job('dns_sd_configs: [{names: [], type: X, port: 99999}]'),
      '3:28: dns_sd_configs needs at least one of names',
      '3:38: "X" is not a type of DNS records; it is one of SRV, A, AAAA, MX, NS',
      '3:47: 99999 is not a port',
    ],
    [
      job('file_sd_configs: [{files: [a.txt]}]'),
      '3:30: "a.txt" is not a path for file discovery; it ends in .json, .yml or .yaml, and has at most one *, in its last part',
    ],
    [job('http_sd_configs: [{url: "ftp://x"}]'), '3:27: the url must start with http:// or https:// and name a host'],
    [job('http_sd_configs: [{}]'), '3:21: http_sd_configs needs a url'],
    [
      job('dockerswarm_sd_configs: [{host: /run/docker.sock, role: task}]'),
      '3:35: "/run/docker.sock" is not an address of Docker; write it like unix:///var/run/docker.sock or tcp://127.0.0.1:2375',
      '3:59: "task" is not one of its values; did you mean "tasks"?',
    ],
    [
      job('basic_auth: {username: a}\nbearer_token: b'),
      '4:17: at most one of basic_auth, authorization and bearer_token can be set, and there is basic_auth too',
    ],
    [job('basic_auth: {password: a, password_file: b}'), '3:44: at most one of password and password_file can be set'],
    [
      job('authorization: {type: Basic}'),
      '3:25: the type cannot be "basic"; use basic_auth with username and password',
    ],
    [
      job('oauth2: {client_id: a}'),
      '3:3: oauth2 is not supported: no tokens are fetched; use authorization with credentials_file, or basic_auth',
    ],
    [job('tls_config: {cert_file: a}'), '3:15: a client certificate needs its key or key_file'],
    [job('tls_config: {min_version: TLS1.2}'), '3:29: "TLS1.2" is not one of its values; did you mean "TLS12"?'],
    [
      job('proxy_url: "socks5://a:1"\nproxy_from_environment: true'),
      '3:3: proxy_url is not supported: only HTTP proxies are used; use a proxy with a URL that starts with http:// or https://',
      '3:14: proxy_url cannot be set together with proxy_from_environment',
    ],
    [job('no_proxy: a'), '3:13: no_proxy needs a proxy_url'],
    [
      job('http_headers: {authorization: {values: [a]}, "a b": {}}'),
      '3:18: the header "Authorization" cannot be set here; use basic_auth or authorization',
      '3:48: "a b" is not the name of a header',
    ],
    [
      job('scrape_protocols: [PrometheusProto]'),
      '3:22: PrometheusProto is not supported: metrics are read as text; use OpenMetricsText1.0.0 or PrometheusText0.0.4',
    ],
    [
      job('fallback_scrape_protocol: PrometheusText'),
      '3:29: unknown scrape protocol "PrometheusText"; did you mean "PrometheusProto"?',
    ],
    [
      job('convert_classic_histograms_to_nhcb: yes'),
      '3:3: convert_classic_histograms_to_nhcb is not supported: native histograms are not stored; leave it out; classic histograms are stored as they are',
    ],
    [
      job('metric_name_validation_scheme: legacy\nmetric_name_escaping_scheme: allow-utf-8'),
      '4:32: metric_name_escaping_scheme allow-utf-8 does not go with legacy names; use underscores, dots or values, or set metric_name_validation_scheme to utf8',
    ],
    [
      'remote_write: [{url: "http://a"}]',
      '1:1: remote_write is not supported: samples are not sent to other storage yet; let the other side read: /federate and /api/v1/read are served',
    ],
    [
      'alerting: {alertmanagers: [{static_configs: [{targets: [a]}]}]}',
      '1:12: alertmanagers is not supported: alerts are not sent yet; leave alertmanagers without targets',
    ],
    ['a: &a [*a]', '1:1: an alias stands inside of what it stands for'],
    ['global: {external_labels: {a: !!binary "/w=="}}', '1:40: expected a text, found a value'],
    ['a: 1\n---\nb: 1', '2:1: a second document begins here, and only one is read'],
  ])('%s', async (text, ...expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

describe('relabelling rules', () => {
  it.each<[string, ...string[]]>([
    ['{}', '4:5: the action replace needs a target_label'],
    [
      'action: repace',
      '4:13: unknown relabel action "repace"; did you mean "replace"?',
      '4:13: the action replace needs a target_label',
    ],
    ['{target_label: a, regex: "("}', '4:30: error parsing regexp: missing closing ): `(`'],
    ['{target_label: a, source_labels: [""]}', '4:39: "" is not a valid label name'],
    [
      '{target_label: a, source_labels: a}',
      '4:38: expected a list, found a value; write it like [a, b], or one "- " a line',
    ],
    ['{action: hashmod, target_label: a}', '4:14: the action hashmod needs a modulus above 0'],
    ['{action: labeldrop, source_labels: [a]}', '4:40: the action labeldrop takes regex only, not source_labels'],
    [
      '{action: keepequal, source_labels: [a], target_label: b, regex: (.*)}',
      '4:69: the action keepequal takes source_labels and target_label only, not regex',
    ],
    ['{action: lowercase, target_label: a, replacement: b}', '4:55: the action lowercase takes no replacement'],
    ['{action: labelmap, replacement: ""}', '4:37: "" is not a valid replacement for labelmap'],
  ])('%s', async (text, ...expected) => {
    expect((await findingsOf(rule(text))).toSorted()).toEqual(expected.toSorted());
  });

  it('hold to the legacy names where the job asks for them', async () => {
    const legacy = (text: string) => job(`metric_name_validation_scheme: legacy\nrelabel_configs: [${text}]`);
    expect(await findingsOf(legacy('{target_label: my.name}'))).toEqual([
      '4:36: "my.name" is not a valid target_label for replace',
    ]);
    expect(await findingsOf(legacy('{target_label: "a-$1"}'))).toEqual([
      '4:36: "a-$1" is not a valid target_label for replace',
    ]);
    expect(await findingsOf(legacy('{target_label: "a_${1}_b"}'))).toEqual([]);
  });
});

test('everything wrong is told at once, file by file', async () => {
  const text = 'global: {scrape_interval: x}\nscrape_config_files: [jobs/*.yml]\nscrape_configs: [{}, {job_name: a}]';
  expect(
    await findingsOf(text, {
      '/etc/hearth/jobs/b.yml': 'scrape_configs: [{job_name: a}]',
      '/etc/hearth/jobs/a.yml': 'global: {}',
      '/etc/hearth/jobs/c.txt': 'no yaml: [',
    }),
  ).toEqual([
    '1:27: not a valid duration string: "x"; write it like 30s, 5m or 1h30m',
    '3:18: job_name is missing or empty',
    '/etc/hearth/jobs/a.yml:1:1: unknown field "global"',
    '/etc/hearth/jobs/b.yml:1:29: job_name "a" is used twice: first at /etc/hearth/prometheus.yml:3:33',
  ]);
});

test('a file that cannot be read is a ConfigError too', async () => {
  const error = await loadConfig(CONFIG_PATH, createMemoryHost({})).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toMatchObject({
    code: 'HEARTH_BAD_CONFIG',
    message: '/etc/hearth/prometheus.yml: there is no such file',
  });
});

test('no error shows a secret', async () => {
  const text = job(
    'basic_auth: {username: a, password: rosebud}\nbearer_token: rosebud\nproxy_url: "http://a:rosebud@"',
  );
  const error = await loadText(text).catch((reason: unknown) => reason);
  expect(String(error)).toContain('ConfigError');
  expect(String(error)).not.toContain('rosebud');
});

describe('defaults', () => {
  it('fill in what the file leaves out', async () => {
    const { config, warnings } = await loadText(job('static_configs: [{targets: [a:1], labels: {x: 1}}]'));
    expect(warnings).toEqual([]);
    expect(config.scrapeConfigs).toEqual([
      {
        jobName: 'app',
        file: CONFIG_PATH,
        honorLabels: false,
        honorTimestamps: true,
        trackTimestampsStaleness: false,
        params: {},
        scrapeIntervalMs: 60_000,
        scrapeTimeoutMs: 10_000,
        scrapeProtocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText1.0.0', 'PrometheusText0.0.4'],
        alwaysScrapeClassicHistograms: false,
        extraScrapeMetrics: false,
        metricsPath: '/metrics',
        scheme: 'http',
        enableCompression: true,
        limits: {
          bodySizeBytes: 0,
          samples: 0,
          targets: 0,
          labels: 0,
          labelNameLength: 0,
          labelValueLength: 0,
          keepDroppedTargets: 0,
        },
        metricNameValidationScheme: 'utf8',
        metricNameEscapingScheme: 'allow-utf-8',
        httpClient: {
          tls: { insecureSkipVerify: false },
          proxy: { fromEnvironment: false },
          followRedirects: true,
          enableHttp2: true,
          httpHeaders: {},
        },
        discovery: [{ kind: 'static', groups: [{ targets: ['a:1'], labels: { x: '1' } }] }],
        relabelRules: [],
        metricRelabelRules: [],
      },
    ]);
  });

  it.each<[string, number, number]>([
    ['global: {scrape_interval: 5s}', 5000, 5000],
    ['global: {scrape_interval: 0s, scrape_timeout: 0}', 60_000, 10_000],
    ['global: {scrape_interval: 30s, scrape_timeout: 20s}', 30_000, 20_000],
    ['global:', 60_000, 10_000],
  ])('%s', async (text, intervalMs, timeoutMs) => {
    const { config } = await loadText(`${text}\n${job('')}`);
    expect(config.global).toMatchObject({ scrapeIntervalMs: intervalMs, scrapeTimeoutMs: timeoutMs });
    expect(config.scrapeConfigs[0]).toMatchObject({ scrapeIntervalMs: intervalMs, scrapeTimeoutMs: timeoutMs });
  });

  it('let a job inherit from global and override it', async () => {
    const { config } = await loadText(
      `global: {scrape_timeout: 20s, sample_limit: 5, body_size_limit: 1MB, metric_name_validation_scheme: legacy}\n${job('scrape_interval: 15s\nsample_limit: 7')}`,
    );
    expect(config.scrapeConfigs[0]).toMatchObject({
      scrapeIntervalMs: 15_000,
      scrapeTimeoutMs: 15_000,
      limits: { samples: 7, bodySizeBytes: 1_048_576 },
      metricNameValidationScheme: 'legacy',
      metricNameEscapingScheme: 'underscores',
    });
  });

  it('are all there is for an empty file', async () => {
    const { config } = await loadText('');
    expect(config.scrapeConfigs).toEqual([]);
    expect(config.storage).toEqual({ retention: { timeMs: 0, sizeBytes: 0 }, maxExemplars: 100_000 });
  });
});

test('paths start at the directory of their file', async () => {
  const { config } = await loadText('scrape_config_files: [jobs/*.yml]', {
    files: {
      '/etc/hearth/jobs/a.yml': job(
        'basic_auth: {password_file: pw}\ntls_config: {ca_file: /abs/ca}\nfile_sd_configs: [{files: ["../t/*.json"]}]\nhttp_headers: {x-a: {files: [h]}}',
      ),
    },
  });
  expect(config.scrapeConfigs).toMatchObject([
    {
      file: '/etc/hearth/jobs/a.yml',
      httpClient: {
        basicAuth: { username: { text: '' }, password: { file: '/etc/hearth/jobs/pw' } },
        tls: { ca: { file: '/abs/ca' } },
        httpHeaders: { 'X-A': { values: [], secrets: [], files: ['/etc/hearth/jobs/h'] } },
      },
      discovery: [{ kind: 'file', files: ['/etc/hearth/t/*.json'], refreshIntervalMs: 300_000 }],
    },
  ]);
});

test('secrets are kept out of sight', async () => {
  const { config } = await loadText(job('authorization: {credentials: rosebud}'));
  expect(JSON.stringify(config)).not.toContain('rosebud');
  const { authorization } = config.scrapeConfigs[0].httpClient;
  expect(authorization).toMatchObject({ type: 'Bearer', credentials: { secret: { reveal: expect.any(Function) } } });
});

test('aliases and merged mappings are followed', async () => {
  const { config } = await loadText(`
scrape_configs:
- &base
  job_name: a
  scrape_interval: &often 5s
  honor_labels: y
- <<: *base
  job_name: b
  scrape_timeout: *often
`);
  expect(config.scrapeConfigs).toMatchObject([
    { jobName: 'a', scrapeIntervalMs: 5000, honorLabels: true },
    { jobName: 'b', scrapeIntervalMs: 5000, scrapeTimeoutMs: 5000, honorLabels: true },
  ]);
});

test('what is let through though it does less is warned of', async () => {
  const { warnings } = await loadText(
    `runtime: {gogc: 50}\nscrape_config_files: [none.yml]\n${job('scrape_native_histograms: true\nscrape_protocols: [PrometheusProto, PrometheusText0.0.4]')}`,
  );
  expect(warnings).toEqual([
    'scrape_config_files: there is no /etc/hearth/none.yml',
    '1:17: gogc has no effect: it tunes Go, and this program runs on Node.js',
    '5:29: scrape_native_histograms is not supported: histograms are read in their classic form',
    '6:22: PrometheusProto is not supported and will not be offered to targets',
  ]);
});

test('an example with an Alertmanager that has no target is fine', async () => {
  const text =
    'alerting:\n  alertmanagers:\n  - static_configs:\n    - targets:\n      # - alertmanager:9093\nrule_files:\n  # - first.yml\n';
  expect(await findingsOf(text)).toEqual([]);
});

test('variables of the environment are put into external labels, and nowhere else', async () => {
  const text = `global: {external_labels: {a: "\${HOST}-$HOST-$$HOST-$NONE", b: "$1 5$"}}\n${job('params: {x: ["$HOST"]}')}`;
  const { config, warnings } = await loadText(text, { env: { HOST: 'h' } });
  expect(config.global.externalLabels.toString()).toBe('{a="h-h-$HOST-", b=" 5$"}');
  expect(config.scrapeConfigs[0].params).toEqual({ x: ['$HOST'] });
  expect(warnings).toEqual([
    '1:31: the environment variable "NONE" is empty or not set',
    '1:64: the environment variable "1" is empty or not set',
  ]);
});
