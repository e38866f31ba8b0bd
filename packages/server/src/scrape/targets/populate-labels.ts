import { formatDuration, isValidLabelValue, type Labels, LabelsBuilder, parseDuration } from '@hearth/model';
import type { ScrapeConfig } from '../../config/types.ts';
import type { Relabeler } from '../../relabel/relabeler.ts';
import {
  ADDRESS,
  INSTANCE,
  JOB,
  META_PREFIX,
  METRICS_PATH,
  PARAM_PREFIX,
  SCHEME,
  SCRAPE_INTERVAL,
  SCRAPE_TIMEOUT,
} from './label-names.ts';

/** The labels of a target before relabelling: its own, then those of its group, then what the job says. */
export function discoveredLabels(target: Labels, group: Labels, config: ScrapeConfig): Labels {
  const builder = new LabelsBuilder(target);
  const setMissing = (name: string, value: string) => {
    if (builder.get(name) === '') builder.set(name, value);
  };
  for (const { name, value } of group) if (!target.has(name)) builder.set(name, value);
  setMissing(JOB, config.jobName);
  setMissing(SCRAPE_INTERVAL, formatDuration(config.scrapeIntervalMs));
  setMissing(SCRAPE_TIMEOUT, formatDuration(config.scrapeTimeoutMs));
  setMissing(METRICS_PATH, config.metricsPath);
  setMissing(SCHEME, config.scheme);
  for (const [name, [first]] of Object.entries(config.params)) {
    if (first !== undefined) setMissing(PARAM_PREFIX + name, first);
  }
  return builder.build();
}

/**
 * The labels of a target after relabelling, those that start with `__` included; `undefined` if it is dropped. Throws an
 * Error, whose message is for people, for what cannot be scraped.
 */
export function populateLabels(discovered: Labels, relabeler: Relabeler): Labels | undefined {
  const relabelled = relabeler.relabel(discovered);
  if (relabelled === undefined) return undefined;
  const address = relabelled.get(ADDRESS);
  if (address === '') throw new Error('no address');
  if (address.includes('/')) throw new Error(`${JSON.stringify(address)} is not a valid hostname`);
  checkTimes(relabelled);

  const builder = new LabelsBuilder(relabelled);
  for (const { name, value } of relabelled) {
    if (name.startsWith(META_PREFIX)) builder.del(name);
    else if (!isValidLabelValue(value))
      throw new Error(`the value of the label ${JSON.stringify(name)} is not valid text`);
  }
  if (relabelled.get(INSTANCE) === '') builder.set(INSTANCE, address);
  return builder.build();
}

function checkTimes(labels: Labels): void {
  const interval = readTime(labels, SCRAPE_INTERVAL, 'scrape interval');
  const timeout = readTime(labels, SCRAPE_TIMEOUT, 'scrape timeout');
  if (timeout <= interval) return;
  const shown = `${labels.get(SCRAPE_TIMEOUT)} > ${labels.get(SCRAPE_INTERVAL)}`;
  throw new Error(`scrape timeout cannot be greater than scrape interval (${shown})`);
}

function readTime(labels: Labels, name: string, what: string): number {
  let timeMs: number;
  try {
    timeMs = parseDuration(labels.get(name));
  } catch (cause) {
    throw new Error(`error parsing ${what}: ${(cause as Error).message}`, { cause });
  }
  if (timeMs === 0) throw new Error(`${what} cannot be 0`);
  return timeMs;
}
