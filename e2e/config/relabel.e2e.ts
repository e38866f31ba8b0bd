import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabels } from '@hearth/model';
import { createRelabeler, loadConfig, nodeConfigHost, type ScrapeConfig } from '@hearth/server';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { createRandom } from '../tsdb/generated-series.ts';
import { missing, startPrometheus } from '../tsdb/prometheus-tools.ts';

const JOBS = 400;
const NAMES = ['a', 'b', 'ab', 'B_c', '__meta_x', '__tmp', 'other'];
const VALUES = ['x', 'xy', 'X-1', 'ÄÖ ß', 'foo;bar', '', 'Σίσυφος', '12'];
const PATTERNS = ['(.*)', 'x.*', '(x)(y)?', '(.)(.*)', '.*;.*', '(?i)X.*', 'a|b', '(?P<n>.)(.*)', '', '.+'];
const TARGETS = [...NAMES, 'n_$1', '$1', 'z$2'];
const REPLACEMENTS = ['$1', '$2-$1', 'k', '', '$0!', '$n', '$$1', '$1x'];

type Pick = <T>(choices: readonly T[]) => T;

/**
 * Where Debian's Prometheus differs from what came after is left out: names in UTF-8, two labels mapped to one name, and
 * an empty value for a target that is made of groups.
 */
function createRule(pick: Pick): object {
  const source_labels = pick([[pick(NAMES)], [pick(NAMES), pick(NAMES)], [pick(NAMES), '__tmp', 'missing']]);
  const target_label = pick(NAMES);
  switch (
    pick(['replace', 'replace', 'keep', 'drop', 'equal', 'hashmod', 'labelmap', 'labeldrop', 'labelkeep', 'case'])
  ) {
    case 'replace':
      return createReplace(pick, source_labels);
    case 'keep':
      return { action: 'keep', source_labels, regex: pick(['x.*', '(.*)', '.+', '.*[a-z].*']) };
    case 'drop':
      return { action: 'drop', source_labels, regex: pick(['x.*', 'X', '12.*', '']) };
    case 'equal':
      return { action: pick(['keepequal', 'dropequal']), source_labels, target_label };
    case 'hashmod':
      return { action: 'hashmod', source_labels, target_label, modulus: pick([1, 2, 7, 1000, 4_294_967_296]) };
    case 'labelmap':
      return { action: 'labelmap', regex: pick(['__meta_(.+)', '(B)_(.)']), replacement: pick(['$1', 'n_$1']) };
    case 'labeldrop':
      return { action: 'labeldrop', regex: pick(['a', 'a.*', '.*_c', '__tmp']) };
    case 'labelkeep':
      return { action: 'labelkeep', regex: pick(['a.*|__.*|job', '__.*|B_c|job']) };
    default:
      return { action: pick(['lowercase', 'uppercase']), source_labels, target_label };
  }
}

function createReplace(pick: Pick, source_labels: readonly string[]): object {
  const target_label = pick(TARGETS);
  const replacement = pick(target_label.includes('$') ? ['k', '$0!'] : REPLACEMENTS);
  return { source_labels, regex: pick(PATTERNS), separator: pick([';', '', '-']), target_label, replacement };
}

function createConfig(seed: number): string {
  const random = createRandom(seed);
  const pick: Pick = (choices) => choices[Math.floor(random() * choices.length)];
  const jobs = Array.from({ length: JOBS }, (_, i) => ({
    job_name: `job${i}`,
    scrape_interval: '1h',
    scrape_timeout: '1s',
    static_configs: [
      { targets: ['127.0.0.1:1'], labels: Object.fromEntries(NAMES.map((name) => [name, pick(VALUES)])) },
    ],
    relabel_configs: Array.from({ length: 1 + Math.floor(random() * 4) }, () => createRule(pick)),
  }));
  return JSON.stringify({ scrape_configs: jobs });
}

/** What a target is called after the rules; `dropped` where they drop it. */
function relabel({ jobName, discovery, relabelRules }: ScrapeConfig): Readonly<Record<string, string>> | 'dropped' {
  const [found] = discovery;
  if (found?.kind !== 'static') throw new Error('BUG: no static targets');
  const rules = relabelRules.map((rule) => ({ ...rule, nameValidationScheme: 'legacy' as const }));
  const labels = createRelabeler(rules).relabel(
    createLabels({
      ...found.groups[0]!.labels,
      __address__: '127.0.0.1:1',
      __scheme__: 'http',
      __metrics_path__: '/metrics',
      __scrape_interval__: '1h',
      __scrape_timeout__: '1s',
      job: jobName,
    }),
  );
  if (labels === undefined) return 'dropped';
  const shown = Object.entries(labels.toJSON()).filter(([name]) => !name.startsWith('__'));
  return { instance: '127.0.0.1:1', ...Object.fromEntries(shown) };
}

/** Of each job one target: those that are not active are dropped. */
interface PrometheusTargets {
  readonly activeTargets: readonly { readonly scrapePool: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly droppedTargets: readonly unknown[];
}

test(`rules make of labels what they make of them in Prometheus${missing('prometheus')}`, async (context) => {
  if (missing('prometheus') !== '') return context.skip();
  const seed = Date.now();
  const directory = await mkdtemp(join(tmpdir(), 'hearth-relabel-'));
  const file = join(directory, 'rules.yml');
  const text = createConfig(seed);
  await writeFile(file, text);
  const prometheus = await startPrometheus(join(directory, 'data'), () => text);
  try {
    const targets = await until('the targets of all jobs', async () => {
      const answer = (await (await fetch(`${prometheus.url}/api/v1/targets`)).json()) as { data: PrometheusTargets };
      const { activeTargets, droppedTargets } = answer.data;
      return activeTargets.length + droppedTargets.length === JOBS ? answer.data : undefined;
    });
    const active = new Map(targets.activeTargets.map(({ scrapePool, labels }) => [scrapePool, labels]));
    const { config } = await loadConfig(file, nodeConfigHost);
    const jobs = config.scrapeConfigs;
    const ours = Object.fromEntries(jobs.map((job) => [job.jobName, relabel(job)]));
    const theirs = Object.fromEntries(jobs.map(({ jobName }) => [jobName, active.get(jobName) ?? 'dropped']));
    expect(ours, `seed ${seed}`).toEqual(theirs);
  } finally {
    await prometheus.stop();
    await rm(directory, { recursive: true, force: true });
  }
});
