import { expect, test } from 'vitest';
import { CONFIG_PATH, loadText } from '../testing/load-text.ts';
import { printConfig, printScrapeConfig } from './print-config.ts';

const print = async (text: string, files: Record<string, string> = {}) =>
  printConfig((await loadText(text, { files })).config, CONFIG_PATH);

test('defaults are printed as Prometheus prints them', async () => {
  expect(await print('')).toBe(`global:
  scrape_interval: 1m
  scrape_timeout: 10s
  evaluation_interval: 1m
  metric_name_validation_scheme: utf8
  scrape_native_histograms: false
  extra_scrape_metrics: false
runtime:
  gogc: 75
`);
});

test('everything is printed, and no secret', async () => {
  const text = `
global:
  scrape_interval: 15s
  external_labels: {b: "true", a: x}
storage: {tsdb: {retention: {time: 15d, size: 10GB}}, exemplars: {max_exemplars: 10}}
scrape_configs:
- job_name: app
  honor_labels: true
  params: {"match[]": ['{a="b"}'], collect: [x, y]}
  body_size_limit: 10MB
  sample_limit: 5
  basic_auth: {username: ana, password: rosebud}
  tls_config: {ca_file: ca.pem, min_version: TLS12}
  proxy_url: http://ana:rosebud@127.0.0.1:3128
  http_headers: {x-scope-orgid: {secrets: [rosebud]}}
  relabel_configs: [{source_labels: [a, b], target_label: c, replacement: x-$1, regex: "(.+);.*"}, {action: labeldrop, regex: tmp_.*}]
  static_configs: [{targets: ["a:1", "b:2"], labels: {x: "1"}}, {targets: []}]
  dns_sd_configs: [{names: [tasks.app], type: a, port: 80}]
  dockerswarm_sd_configs: [{host: "unix:///var/run/docker.sock", role: tasks}]
  http_sd_configs: [{url: "http://ana:rosebud@x/y", bearer_token: rosebud}]
`;
  const printed = await print(text);
  expect(printed).not.toContain('rosebud');
  expect(printed).toBe(`global:
  scrape_interval: 15s
  scrape_timeout: 10s
  evaluation_interval: 1m
  external_labels:
    a: x
    b: "true"
  metric_name_validation_scheme: utf8
  scrape_native_histograms: false
  extra_scrape_metrics: false
runtime:
  gogc: 75
scrape_configs:
- job_name: app
  honor_labels: true
  honor_timestamps: true
  track_timestamps_staleness: false
  params:
    collect:
    - x
    - "y"
    match[]:
    - '{a="b"}'
  scrape_interval: 15s
  scrape_timeout: 10s
  scrape_protocols:
  - OpenMetricsText1.0.0
  - OpenMetricsText0.0.1
  - PrometheusText1.0.0
  - PrometheusText0.0.4
  scrape_native_histograms: false
  always_scrape_classic_histograms: false
  convert_classic_histograms_to_nhcb: false
  metrics_path: /metrics
  scheme: http
  enable_compression: true
  body_size_limit: 10MiB
  sample_limit: 5
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  extra_scrape_metrics: false
  basic_auth:
    username: ana
    password: <secret>
  tls_config:
    ca_file: /etc/hearth/ca.pem
    insecure_skip_verify: false
    min_version: TLS12
  follow_redirects: true
  enable_http2: true
  proxy_url: http://ana:xxxxx@127.0.0.1:3128
  http_headers:
    X-Scope-Orgid:
      secrets:
      - <secret>
  relabel_configs:
  - source_labels: [a, b]
    separator: ;
    regex: (.+);.*
    target_label: c
    replacement: x-$1
    action: replace
  - separator: ;
    regex: tmp_.*
    replacement: $1
    action: labeldrop
  dns_sd_configs:
  - names:
    - tasks.app
    refresh_interval: 30s
    type: A
    port: 80
  dockerswarm_sd_configs:
  - follow_redirects: true
    enable_http2: true
    host: unix:///var/run/docker.sock
    role: tasks
    port: 80
    filters: []
    refresh_interval: 1m
  http_sd_configs:
  - authorization:
      type: Bearer
      credentials: <secret>
    follow_redirects: true
    enable_http2: true
    refresh_interval: 1m
    url: http://ana:xxxxx@x/y
  static_configs:
  - targets:
    - a:1
    - b:2
    labels:
      x: "1"
  - targets: []
storage:
  tsdb:
    retention:
      time: 15d
      size: 10GiB
  exemplars:
    max_exemplars: 10
`);
});

test('what is printed loads to the same', async () => {
  const printed = await print(
    'scrape_configs: [{job_name: "yes", static_configs: [{targets: ["a:1"], labels: {on: "1"}}]}]',
  );
  expect(await print(printed)).toBe(printed);
});

test('other files are named, not printed; each job can be printed alone', async () => {
  const { config } = await loadText('scrape_config_files: [jobs/*.yml]', {
    files: { '/etc/hearth/jobs/a.yml': 'scrape_configs: [{job_name: a}]' },
  });
  expect(printConfig(config, CONFIG_PATH)).toContain('scrape_config_files:\n- /etc/hearth/jobs/*.yml\n');
  expect(printConfig(config, CONFIG_PATH)).not.toContain('job_name');
  expect(printScrapeConfig(config.scrapeConfigs[0])).toMatch(/^job_name: a\nhonor_timestamps: true\n/);
});
