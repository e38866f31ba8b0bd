import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing } from '../tsdb/prometheus-tools.ts';
import { RULES } from './cases.ts';

const why = missing('promtool');
const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-check-rules-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function isAccepted(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, [...args], (error) => resolve(error === null));
  });
}

const alert = (fields: string) => `groups: [{name: a, rules: [{alert: A, expr: up, ${fields}}]}]`;
const record = (fields: string) => `groups: [{name: a, rules: [{record: r, expr: up, ${fields}}]}]`;

describe.skipIf(why !== '')(`the same verdicts as promtool check rules${why}`, () => {
  test.each<[string, boolean]>([
    [RULES, true],
    ['', true],
    ['groups:', true],
    ['groups: []', true],
    ['groups: [{name: a}]', true],
    ['groups: [{name: a, interval: 1m, limit: 3, rules: []}]', true],
    [alert('for: 5m, keep_firing_for: 1h30m, labels: {a: "", b: 1, c: true, d: null}'), true],
    [alert('annotations: {a: "{{ $labels.x | title }} {{ with $x := 1 }}{{ $x }}{{ end }}"}'), true],
    [alert('labels: {a: "{{ range query `up` }}{{ .Value }}{{ else }}{{ end }}"}'), true],
    ['groups: [{name: a, rules: [&r {alert: A, expr: up}, {<<: *r, alert: B}]}]', true],
    ['a: b', false],
    ['groups: {a: b}', false],
    ['groups: [{rules: []}]', false],
    ['groups: [{name: a}, {name: a}]', false],
    ['groups: [{name: a, interval: 5}]', false],
    ['groups: [{name: a, limit: x}]', false],
    ['groups: [{name: a, rules: [{expr: up}]}]', false],
    ['groups: [{name: a, rules: [{alert: A}]}]', false],
    ['groups: [{name: a, rules: [{alert: A, record: b, expr: up}]}]', false],
    ['groups: [{name: a, rules: [{alert: A, expr: "sum("}]}]', false],
    ['groups: [{name: a, rules: [{record: "a{b}", expr: up}]}]', false],
    ['groups: [{name: a, rules: [{alert: A, alert: B, expr: up}]}]', false],
    [record('for: 5m'), false],
    [record('annotations: {a: b}'), false],
    [record('labels: {__name__: x}'), false],
    [alert('labels: {__name__: x}'), false],
    [alert('for: soon'), false],
    [alert('fro: 5m'), false],
    [alert('annotations: {a: [b]}'), false],
    [alert('annotations: {a: "{{ $lables }}"}'), false],
    [alert('annotations: {a: "{{ nope }}"}'), false],
    [alert('annotations: {a: "{{ if true }}"}'), false],
    [alert('annotations: {a: "{{ end }}"}'), false],
    [alert('annotations: {a: "{{ `x }}"}'), false],
    [alert('labels: {a: "{{ 1 | 2 }}"}'), false],
  ])('%j', async (text, accepted) => {
    const file = join(directory, 'rules.yml');
    await writeFile(file, text);
    expect(await isAccepted('promtool', ['check', 'rules', file])).toBe(accepted);
    expect(await isAccepted(process.execPath, [HEARTH, 'check', 'rules', file])).toBe(accepted);
  });
});
