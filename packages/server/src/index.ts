export { type ConfigHost, type LoadedConfig, loadConfig } from './config/load-config.ts';
export { nodeConfigHost } from './config/node-config-host.ts';
export type { Config, RelabelRule, ScrapeConfig } from './config/types.ts';
export { JsonWriter } from './http/json/json-writer.ts';
export { resultPart } from './http/json/result-part.ts';
export { createRelabeler } from './relabel/create-relabeler.ts';
export type { Relabeler } from './relabel/relabeler.ts';
