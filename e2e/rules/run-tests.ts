import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

/** How a program judges a file of tests. */
export interface Verdict {
  readonly passed: boolean;
  /** What failed, as `alert <name> at <time>` or `<query> at <time>`, sorted. */
  readonly failures: readonly string[];
  /** The alerts that are there instead of those that were expected, by failure: labels, then annotations. */
  readonly alerts: ReadonlyMap<string, readonly string[]>;
}

export async function judgeWithHearth(testFile: string): Promise<Verdict> {
  const { code, out } = await run(process.execPath, [HEARTH, 'test', 'rules', testFile]);
  const sections = out.split(/\n(?= {2}\S)/).slice(1);
  const alerts = new Map<string, readonly string[]>();
  const failures = sections.map((section) => {
    const title = /^ {2}\S+:\d+:\d+: [^:]*: (.+? at \w+)/.exec(section)?.[1] ?? section;
    if (title.startsWith('alert ')) alerts.set(title, parseOurAlerts(section));
    return title;
  });
  return { passed: code === 0, failures: failures.sort(), alerts };
}

/** Lines of labels, each followed by deeper ones with annotations, behind `got`. */
function parseOurAlerts(section: string): readonly string[] {
  const [, got = ''] = section.split(/\n {4}got\n/);
  const alerts: string[] = [];
  for (const line of got.split('\n').filter((each) => each.trim() !== '')) {
    if (line.startsWith('      {')) alerts.push(`${line.trim()} {`);
    else alerts.push(`${alerts.pop()}${toGo(line.trim())}`);
  }
  return alerts.map((alert) => `${alert.replace(/, $/, '').replaceAll('Value interface {}', 'Value float64')}}`).sort();
}

/** `name: "text"` as `name="text", `. */
function toGo(annotation: string): string {
  const [, name, text] = /^([^:]+): (".*")$/.exec(annotation)!;
  return `${name}=${text}, `;
}

export async function judgeWithPromtool(testFile: string): Promise<Verdict> {
  const { code, err } = await run('promtool', ['test', 'rules', testFile]);
  const sections = err.split(/\n(?= {4}(?:name|alertname|expr): )/).slice(1);
  const alerts = new Map<string, readonly string[]>();
  const failures = sections.flatMap((section) => {
    const alert = /alertname: (\S+), time: (\w+),/.exec(section);
    const query = /^ {4}expr: (".*?"), time: (\w+),/.exec(section);
    if (alert) {
      const title = `alert ${alert[1]} at ${alert[2]}`;
      alerts.set(title, parseTheirAlerts(section));
      return title;
    }
    return query ? `${JSON.parse(query[1])} at ${query[2]}` : [];
  });
  return { passed: code === 0, failures: failures.sort(), alerts };
}

function parseTheirAlerts(section: string): readonly string[] {
  const [, got = ''] = section.split(/\n {8}got:/);
  const labels = [...got.matchAll(/Labels:(\{.*\})$/gm)].map(([, found]) => found);
  const annotations = [...got.matchAll(/Annotations:(\{.*\}),?$/gm)].map(([, found]) => found);
  return labels.map((found, i) => `${found} ${annotations[i]}`).sort();
}

function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(program, [...args], { maxBuffer: 1 << 28 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}
