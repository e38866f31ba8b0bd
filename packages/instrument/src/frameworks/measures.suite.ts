import { describe, expect, it } from 'vitest';
import { type Framework, MEASURED } from '../testing/apps/framework.ts';
import { launch } from '../testing/launch.ts';
import { until } from '../testing/until.ts';

export function describeMeasures(framework: Framework): void {
  const { counter, histogram, summary, gauge, clientHeader } = MEASURED;
  const from = (client: string) => ({ headers: { [clientHeader]: client } });

  describe('a per-route metric', () => {
    it('of static labels shows a 0 before the first request, others wait for it', async () => {
      const app = await launch(framework);
      expect(await app.rows(`${histogram}_count`)).toEqual({ '': 0 });
      expect(await app.rows(`${histogram}_bucket`, 'le')).toEqual({ '1.0': 0, '60.0': 0, '+Inf': 0 });
      expect(await app.rows(counter, 'fixed', 'client', 'color', 'status')).toEqual({});
      expect(await app.rows(MEASURED.untracked)).toEqual({ '': 0 });
    });

    it('counts with labels that are fixed, of the request and of the response', async () => {
      const app = await launch(framework);
      await app.send('GET /measured/red', from('anna'));
      await app.send('GET /measured/blue', from('anna'));
      await app.send('GET /measured/red', from('anna'));
      await app.send('GET /hello', from('anna'));
      const rows = await app.rows(counter, 'fixed', 'client', 'color', 'status');
      expect(rows).toEqual({ 'yes anna red 200': 2, 'yes anna blue 200': 1 });
    });

    it('observes durations, in buckets and as a sum', async () => {
      const app = await launch(framework);
      await app.send('GET /measured/red', from('anna'));
      await app.send('GET /measured/red', from('otto'));
      expect(await app.rows(`${histogram}_bucket`, 'le')).toEqual({ '1.0': 2, '60.0': 2, '+Inf': 2 });
      expect(await app.rows(`${summary}_count`, 'client')).toEqual({ anna: 1, otto: 1 });
      const sums = Object.values(await app.rows(`${summary}_sum`, 'client'));
      expect(sums.every((seconds) => seconds > 0 && seconds < 10)).toBe(true);
    });

    it('holds how many are in progress, also when the client goes away', async () => {
      const app = await launch(framework);
      const answer = app.send('GET /measured/slow', from('anna'));
      const leaving = await app.connect();
      leaving.write(`GET /measured/slow HTTP/1.1\r\nHost: a\r\n${clientHeader}: otto\r\n\r\n`);
      const inProgress = async () => (await app.metrics.render({ names: [gauge] })).body;
      await until('both are in progress', async () => {
        const text = await inProgress();
        return text.includes(`${gauge}{client="anna"} 1\n`) && text.includes(`${gauge}{client="otto"} 1\n`);
      });
      leaving.reset();
      await until('one has left', async () => (await inProgress()).includes(`${gauge}{client="otto"} 0\n`));
      expect(await inProgress()).toContain(`${gauge}{client="anna"} 1\n`);
      app.openGate();
      await answer;
      expect(await app.rows(gauge, 'client')).toEqual({ anna: 0, otto: 0 });
    });

    it('carries the default labels, and its own win', async () => {
      const app = await launch(framework, {
        instrument: {
          defaultLabels: { team: 'x', fixed: 'no', outcome: ({ status }) => (status < 400 ? 'ok' : 'bad') },
        },
      });
      await app.send('GET /measured/red', from('anna'));
      const rows = await app.rows(counter, 'team', 'fixed', 'outcome', 'client', 'color', 'status');
      expect(rows).toEqual({ 'x yes ok anna red 200': 1 });
    });

    it('of a request whose client sent no such header has an empty label', async () => {
      const app = await launch(framework);
      await app.send('GET /measured/red');
      expect(await app.rows(counter, 'fixed', 'client', 'color', 'status')).toEqual({ 'yes  red 200': 1 });
    });
  });

  it('doNotTrack keeps a request out of the common metrics only', async () => {
    const app = await launch(framework);
    await app.send('GET /untracked');
    expect(await app.requests()).toEqual({});
    expect(await app.rows(MEASURED.untracked)).toEqual({ '': 1 });
    expect(await app.inFlight()).toBe(0);
  });

  it('excludeAll keeps a request out of every metric, and takes back what its gauge had', async () => {
    const app = await launch(framework);
    await app.send('GET /excluded');
    expect(await app.requests()).toEqual({});
    expect(await app.rows(MEASURED.excluded)).toEqual({ '': 0 });
    expect(await app.rows(MEASURED.excludedGauge)).toEqual({ '': 0 });
    expect(await app.inFlight()).toBe(0);
  });
}
