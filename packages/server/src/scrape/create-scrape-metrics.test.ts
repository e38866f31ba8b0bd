import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createScrapeMetrics } from './create-scrape-metrics.ts';

test('metrics have the names that Prometheus gives them', async () => {
  const registry = new Registry();
  const metrics = createScrapeMetrics(registry);
  metrics.count('sample_limit_exceeded');
  metrics.count('out_of_order', 3);
  metrics.observeInterval(15_000, 15_001);
  metrics.observeSync('web', { durationMs: 2, targets: 3, failures: 1 });
  metrics.setTargetLimit('web', 10);
  const text = await registry.metrics();
  for (const line of [
    'prometheus_target_scrapes_exceeded_sample_limit_total 1',
    'prometheus_target_scrapes_sample_out_of_order_total 3',
    'prometheus_target_interval_length_seconds{quantile="0.5",interval="15s"} 15.001',
    'prometheus_target_scrape_pool_targets{scrape_job="web"} 3',
    'prometheus_target_scrape_pool_target_limit{scrape_job="web"} 10',
    'prometheus_target_sync_failed_total{scrape_job="web"} 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  metrics.removeJob('web');
  expect(await registry.metrics()).not.toContain('scrape_job="web"');
});
