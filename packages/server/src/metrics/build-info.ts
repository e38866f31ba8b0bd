import process from 'node:process';
import { Gauge, type Registry } from 'prom-client';

export function registerBuildInfo(registry: Registry, version: string): void {
  new Gauge({
    name: 'hearth_build_info',
    help: 'The version of Hearth and of Node.js that it runs on; always 1.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.version }, 1);
}
