import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMemoryHost } from '../config/testing/memory-host.ts';
import { createLog } from '../log/create-log.ts';
import { ConfigState } from './config-state.ts';

const PATH = '/etc/hearth/prometheus.yml';

function files(text: string) {
  const contents = { [PATH]: text };
  const lines: string[] = [];
  let nowMs = 1000;
  const options = {
    path: PATH,
    host: createMemoryHost(contents),
    log: createLog({ write: (line) => lines.push(line), format: 'logfmt', level: 'info', now: () => 0 }),
    now: () => nowMs,
  };
  return {
    contents,
    lines,
    options,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const job = (name: string) => `scrape_configs: [{job_name: ${name}, static_configs: [{targets: ['127.0.0.1:1']}]}]\n`;

it('takes over a configuration that is right', async () => {
  const { contents, options, pass } = files(job('a'));
  const state = await ConfigState.load(options);
  contents[PATH] = job('b');
  pass(500);
  const applied: string[] = [];
  await state.reload(async ({ scrapeConfigs }) => void applied.push(...scrapeConfigs.map(({ jobName }) => jobName)));
  expect(applied).toEqual(['b']);
  expect([state.isLastReloadSuccessful, state.loadedMs, state.notifications()]).toEqual([true, 1500, []]);
  expect(state.current.scrapeConfigs.map(({ jobName }) => jobName)).toEqual(['b']);
});

it('keeps the one before where anything is wrong, and says so wherever one looks', async () => {
  const { contents, lines, options, pass } = files(job('a'));
  const state = await ConfigState.load(options);
  const registry = new Registry();
  state.register(registry);
  contents[PATH] = 'scrape_configs: [{job_nam: b}]\n';
  pass(500);
  const reload = state.reload(async () => {
    throw new Error('BUG: a bad configuration is applied');
  });
  const reason = `${PATH}:1:19: unknown field "job_nam"`;
  await expect(reload).rejects.toThrow(reason);
  expect(state.current.scrapeConfigs.map(({ jobName }) => jobName)).toEqual(['a']);
  expect([state.isLastReloadSuccessful, state.loadedMs]).toEqual([false, 1000]);
  const [notification] = state.notifications();
  expect(notification.sinceMs).toBe(1500);
  expect(notification.text).toContain(reason);
  expect(lines.at(-1)).toContain(JSON.stringify(reason).slice(1, -1));
  expect(await registry.metrics()).toContain('prometheus_config_last_reload_successful 0\n');
});

it('does not take over what cannot be applied', async () => {
  const { contents, options } = files(job('a'));
  const state = await ConfigState.load(options);
  contents[PATH] = job('b');
  await expect(state.reload(() => Promise.reject(new Error('no certificate')))).rejects.toThrow('no certificate');
  expect(state.current.scrapeConfigs[0].jobName).toBe('a');
});

it('reloads one after the other', async () => {
  const { options } = files(job('a'));
  const state = await ConfigState.load(options);
  const order: string[] = [];
  const apply = (name: string) => async () => {
    order.push(`${name} starts`);
    await Promise.resolve();
    order.push(`${name} ends`);
  };
  await Promise.all([state.reload(apply('first')), state.reload(apply('second'))]);
  expect(order).toEqual(['first starts', 'first ends', 'second starts', 'second ends']);
});
