import { observeExpressRateLimit } from '@hearth/instrument/express-rate-limit';
import { rateLimit } from 'express-rate-limit';
import { expect, vi } from 'vitest';
import { flaskIsMissing, startFlask } from '../support/flask.ts';
import { type NodeApp, serve, startExpress, startFastify } from '../support/node-app.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { type Demo, startDemo, startTicTacToe } from '../support/sample-application.ts';
import type { WebApp } from '../support/web-app.ts';
import { configuration } from './configuration.ts';
import { Traffic } from './traffic.ts';

/**
 * `flask-app` is an Express application with our own names, and `tictactoe-app` the three replicas of the demo with those of
 * Flask: the jobs are called what the first plans of this project called them. Beside these there are, with Flask's names,
 * `tictactoe-fastify` and the original, `tictactoe-python`; and `tic-tac-toe` is the sample application as it starts by itself.
 */
export type Job = 'flask-app' | 'tictactoe-app' | 'tictactoe-fastify' | 'tictactoe-python' | 'tic-tac-toe';

/** One address that Prometheus scrapes. */
export interface Target {
  readonly job: Job;
  /** `127.0.0.1:<port>` */
  readonly instance: string;
  /** Where the requests are sent that it counts. */
  readonly app: WebApp;
  /** How much of them it gets: a third, if it is one of three replicas behind one address. */
  readonly share: number;
}

/** What applications are sent, and the sample application. */
const REQUESTS = ['GET /', 'GET /nowhere', 'GET /raise', 'POST /status/201', 'GET /status/503'];
const GAME_REQUESTS = ['GET /', 'GET /nowhere', 'GET /healthz'];

/** How often each request is sent before and after the first scrape; both divide by three replicas. */
const WARM_UP = 3;
export const LOAD = 12;

/** Requests to `/limited` of `flask-app` that are let through. */
export const RATE_LIMIT = 5;

/** The applications, what was sent to them, and the Prometheus that scrapes them. */
export interface Scene {
  readonly express: NodeApp;
  readonly fastify: NodeApp;
  readonly game: WebApp;
  readonly targets: readonly Target[];
  readonly traffic: Traffic;
  readonly prometheus: Prometheus;
  /** Resolves when Prometheus knows of every request that was sent, at every target. */
  untilScraped(): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything, sends requests, and resolves when Prometheus knows of them. */
export async function createScene(): Promise<Scene> {
  const parts = new Parts();
  try {
    const express = await parts.add(startLimitedExpress());
    const fastify = await parts.add(startFastify({ names: 'flask', version: '1.0.0' }));
    const game = await parts.add(startTicTacToe());
    const demo = await parts.add(startDemo({ METRICS_NAMES: 'flask' }));
    const flask = flaskIsMissing ? undefined : await parts.add(startFlask());
    const targets = [
      target('flask-app', express),
      target('flask-app', express, await parts.add(serveAsText(express))),
      target('tictactoe-fastify', fastify),
      target('tictactoe-fastify', fastify, await parts.add(serveAsText(fastify))),
      target('tic-tac-toe', game),
      ...replicaTargets(demo),
      ...(flask === undefined ? [] : [target('tictactoe-python', flask)]),
    ];
    const prometheus = await parts.add(startPrometheus((self) => configuration(self, targets)));
    const traffic = new Traffic();
    const untilScraped = () => untilPrometheusKnows(prometheus, targets, traffic);
    for (const times of [WARM_UP, LOAD]) {
      for (const app of [express, fastify, flask]) if (app !== undefined) await traffic.repeat(app, REQUESTS, times);
      for (const app of [game, demo]) await traffic.repeat(app, GAME_REQUESTS, times);
      await untilScraped();
    }
    return { express, fastify, game, targets, traffic, prometheus, untilScraped, close: () => parts.close() };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** What was opened and has to be closed. */
class Parts {
  readonly #opened: { close(): Promise<void> }[] = [];

  async add<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    const part = await opening;
    this.#opened.push(part);
    return part;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((part) => part.close()));
  }
}

function startLimitedExpress(): Promise<NodeApp> {
  const limiter = rateLimit({ limit: RATE_LIMIT, windowMs: 3_600_000 });
  return startExpress({ version: '1.0.0' }, (app, metrics) => {
    app.get('/limited', observeExpressRateLimit(metrics, { name: 'api' }, limiter), (_req, res) => {
      res.send('let through\n');
    });
  });
}

/**
 * The metrics of an application on a further port, in the older text format only: where OpenMetrics is offered, Prometheus
 * takes that.
 */
function serveAsText({ metrics }: NodeApp): Promise<WebApp> {
  return serve((_req, res) => {
    void metrics.render({ accept: 'text/plain' }).then(({ contentType, body }) => {
      res.writeHead(200, { 'Content-Type': contentType }).end(body);
    });
  });
}

function target(job: Job, app: WebApp, scraped: WebApp = app): Target {
  return { job, instance: new URL(scraped.url).host, app, share: 1 };
}

function replicaTargets(demo: Demo): readonly Target[] {
  return demo.replicas.map((instance) => ({
    job: 'tictactoe-app',
    instance,
    app: demo,
    share: 1 / demo.replicas.length,
  }));
}

async function untilPrometheusKnows(
  prometheus: Prometheus,
  targets: readonly Target[],
  traffic: Traffic,
): Promise<void> {
  const sent = Object.fromEntries(
    targets.map(({ app, instance, share }) => [instance, traffic.sentTo(app).length * share]),
  );
  const promql = 'sum by (instance) ({__name__=~"flask_http_request_total|http_requests_total"})';
  await vi.waitFor(
    async () => {
      const counted = await prometheus.vector(promql);
      expect(Object.fromEntries(counted.map(({ labels, value }) => [labels.instance, value]))).toEqual(sent);
    },
    { timeout: 20_000, interval: 50 },
  );
}
