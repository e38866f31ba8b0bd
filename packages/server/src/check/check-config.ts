import { ConfigError } from '../config/config-error.ts';
import { type Finding, renderFinding } from '../config/finding.ts';
import { type ConfigHost, loadConfig } from '../config/load-config.ts';
import { loadWebConfig } from '../config/web/load-web-config.ts';
import { checkFiles } from './check-files.ts';

/** What is to be said of one file. */
export interface Verdict {
  readonly isSound: boolean;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
}

type Praise = Omit<Verdict, 'isSound'>;

/** `looksAtFiles`: whether the files that it names have to be there too. */
export async function checkConfig(
  file: string,
  host: ConfigHost,
  { looksAtFiles }: { readonly looksAtFiles: boolean },
): Promise<Verdict> {
  return judge(file, async () => {
    const { config, warnings } = await loadConfig(file, host);
    const files = looksAtFiles ? await checkFiles(config, host) : { findings: [], warnings: [] };
    if (files.findings.length > 0) throw new ConfigError(files.findings);
    return {
      lines: [`${file}: sound: ${inWords(config.scrapeConfigs.length, 'job')}`],
      warnings: [...warnings, ...files.warnings].map(renderWarning),
    };
  });
}

export async function checkWebConfig(file: string, host: ConfigHost): Promise<Verdict> {
  return judge(file, async () => {
    const { tls, users } = await loadWebConfig(file, host);
    const who = users.size === 0 ? 'nobody is asked who they are' : inWords(users.size, 'user');
    return { lines: [`${file}: sound: ${tls ? 'TLS' : 'no TLS'}, ${who}`], warnings: [] };
  });
}

async function judge(file: string, check: () => Promise<Praise>): Promise<Verdict> {
  try {
    return { isSound: true, ...(await check()) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const summary = `${file}: ${inWords(error.findings.length, 'finding')}`;
    return { isSound: false, lines: [...error.findings.map(renderFinding), summary], warnings: [] };
  }
}

function renderWarning(warning: Finding): string {
  return renderFinding({ ...warning, reason: `warning: ${warning.reason}` });
}

function inWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
