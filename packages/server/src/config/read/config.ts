import { resolve } from 'node:path';
import { DEFAULTS } from '../defaults.ts';
import type { Config, GlobalConfig, RemoteWriteConfig, RuntimeConfig, ScrapeConfig } from '../types.ts';
import { NOT_SUPPORTED_AT_THE_TOP, NOT_YET } from '../unsupported.ts';
import { readList, readSections } from '../yaml/collections.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place, Reader } from '../yaml/place.ts';
import { readInteger, readText } from '../yaml/scalars.ts';
import { NO_ALERTING, readAlerting } from './alerting.ts';
import { DEFAULT_GLOBAL, readGlobal } from './global.ts';
import { readRemoteWrite } from './remote-write.ts';
import { type JobNames, readScrapeConfig } from './scrape-config.ts';
import { DEFAULT_STORAGE, readStorage } from './storage.ts';

const RULE_PATH = /^[^*]*(\*[^/]*)?$/;

export const DEFAULT_CONFIG: Config = {
  global: DEFAULT_GLOBAL,
  storage: DEFAULT_STORAGE,
  runtime: { gogc: DEFAULTS.gogc },
  scrapeConfigs: [],
  scrapeConfigFiles: [],
  ruleFiles: [],
  alerting: NO_ALERTING,
  remoteWrite: [],
};

/** The main file. An empty one is all defaults. */
export function readConfig(place: Place, env: NodeJS.ProcessEnv, jobNames: JobNames): Config {
  return readFields(place, (fields) => readTop(fields, env, jobNames)) ?? DEFAULT_CONFIG;
}

function readTop(fields: Fields, env: NodeJS.ProcessEnv, jobNames: JobNames): Config {
  const global = fields.read('global', (place) => readGlobal(place, env)) ?? DEFAULT_GLOBAL;
  const scheme = global.metricNameValidationScheme;
  fields.refuse(NOT_SUPPORTED_AT_THE_TOP);
  const ruleFiles = fields.read('rule_files', readList(readPattern)) ?? [];
  if ('rule_files' in NOT_YET && ruleFiles.length > 0) fields.reportRefusal('rule_files', NOT_YET.rule_files);
  const remoteWrite = readRemoteWrites(fields, scheme);
  if ('remote_write' in NOT_YET && remoteWrite.length > 0) fields.reportRefusal('remote_write', NOT_YET.remote_write);
  return {
    global,
    storage: fields.read('storage', readStorage) ?? DEFAULT_STORAGE,
    runtime: fields.read('runtime', readRuntime) ?? DEFAULT_CONFIG.runtime,
    scrapeConfigs: readScrapeConfigs(fields, global, jobNames),
    scrapeConfigFiles: fields.read('scrape_config_files', readList(readPattern)) ?? [],
    ruleFiles,
    alerting: fields.read('alerting', (place) => readAlerting(place, scheme)) ?? NO_ALERTING,
    remoteWrite,
  };
}

/** A file that `scrape_config_files` names. */
export function readScrapeConfigFile(place: Place, global: GlobalConfig, jobNames: JobNames): readonly ScrapeConfig[] {
  return readFields(place, (fields) => readScrapeConfigs(fields, global, jobNames)) ?? [];
}

function readScrapeConfigs(fields: Fields, global: GlobalConfig, jobNames: JobNames): readonly ScrapeConfig[] {
  const reader: Reader<ScrapeConfig> = (place) => readScrapeConfig(place, global, jobNames);
  return fields.read('scrape_configs', readSections('scrape_configs', reader)) ?? [];
}

/** Stays a pattern: files may come and go while the program runs. */
function readPattern(place: Place): string | undefined {
  const text = readText(place);
  if (text === undefined) return undefined;
  if (!RULE_PATH.test(text)) {
    const suggestion = 'it has at most one *, in its last part';
    place.report(`"${text}" is not a path of files`, { suggestion });
  }
  return text === '' ? text : resolve(place.directory, text);
}

function readRuntime(place: Place): RuntimeConfig | undefined {
  return readFields(place, (fields) => {
    const gogc = fields.read('gogc', readInteger);
    if (gogc !== undefined)
      fields.placeOf('gogc').warn('gogc has no effect: it tunes Go, and this program runs on Node.js');
    return { gogc: gogc || DEFAULTS.gogc };
  });
}

function readRemoteWrites(
  fields: Fields,
  scheme: GlobalConfig['metricNameValidationScheme'],
): readonly RemoteWriteConfig[] {
  const names = new Set<string>();
  const reader: Reader<RemoteWriteConfig> = (place) => {
    const config = readRemoteWrite(place, scheme);
    if (!config || config.name === '') return config;
    if (names.has(config.name))
      place.report(`the name "${config.name}" is used by two of remote_write`, { code: 'conflict' });
    names.add(config.name);
    return config;
  };
  return fields.read('remote_write', readSections('remote_write', reader)) ?? [];
}
