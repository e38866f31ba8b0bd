import { HearthError } from '../errors.ts';
import { type Finding, renderFinding } from './finding.ts';

/** A configuration that cannot be used, with everything that is wrong with it, in the order of the files. */
export class ConfigError extends HearthError {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super('HEARTH_BAD_CONFIG', findings.map(renderFinding).join('\n'));
    this.name = 'ConfigError';
    this.findings = findings;
  }
}
