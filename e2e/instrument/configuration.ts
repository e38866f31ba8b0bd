/** What is scraped, by the name of its job. */
export interface ScrapedInstance {
  readonly job: string;
  readonly instance: string;
}

/**
 * The prometheus.yml of this project's first plans, with the addresses of a test, and intervals that do not keep it waiting.
 * `self` is Prometheus' own address.
 */
export function configuration(self: string, targets: readonly ScrapedInstance[]): string {
  const names = [...new Set(targets.map((target) => target.job))];
  const jobs = names.map((name) =>
    job(
      name,
      targets.filter((target) => target.job === name).map((target) => target.instance),
    ),
  );
  return `global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels:
    cluster: 'tic-tac-toe-swarm'
    environment: 'production'

scrape_configs:
${[job('prometheus', [self]), ...jobs, job('docker-nodes', [])].join('\n')}
`;
}

function job(name: string, instances: readonly string[]): string {
  return `  - job_name: '${name}'
    metrics_path: '/metrics'
    static_configs:
      - targets: [${instances.map((instance) => `'${instance}'`).join(', ')}]
`;
}
