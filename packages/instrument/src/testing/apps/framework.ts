import { EventEmitter, once } from 'node:events';
import type { AppMetrics } from '../../app-metrics.ts';
import type { InstrumentOptions } from '../../options.ts';

/**
 * A framework with the application of the contract suite, written as its own users would write it:
 *
 *     GET    /hello                                 hello
 *     POST   /echo                                  got N, N being the bytes of the body
 *     GET    /stream                                three pieces: one two three
 *     GET    /endless                               tick, and then nothing until the client goes away
 *     GET    /slow                                  slow, once the gate is open
 *     DELETE /empty                                 204
 *     GET    /throw  /reject                        an error, thrown at once and from a promise
 *     GET    /forbidden                             an error with status 403
 *     GET    /teams/:team/players/:player           player of team; in a router of its own
 *     GET    /teams/:team/throw                     an error from inside that router
 *     GET    /leagues/:league/teams/:team/…         the same router, mounted a second time and deeper
 *     GET    /measured/:color                       painted; with per-route metrics, see {@link MEASURED}
 *     GET    /measured/slow                         painted, once the gate is open
 *     GET    /untracked  /excluded                  hello; kept out of the common metrics, and out of all
 */
export interface Framework {
  readonly name: string;
  /** Where it differs from the others by its nature. */
  readonly traits: Traits;
  start(options?: StartOptions): Promise<RunningApp>;
}

export interface Traits {
  /** How `/teams/%zz/players/x` ends, which no percent-decoding can read. */
  readonly brokenEscape: 'matched' | 'unmatched' | 'answered before any hook';
  /** How `/teams/../players/x` is understood. */
  readonly dotSegments: 'kept' | 'resolved';
  /** Whether a POST to a path that only GET has is on the route. */
  readonly otherMethod: 'matched' | 'unmatched';
  /** Whether it can be called without a connection, see {@link RunningApp.inject}. */
  readonly injects: boolean;
  /** Whether an error that the application's own handler answers counts as an exception. */
  readonly handledError: 'exception' | 'unseen';
}

export interface StartOptions {
  /** Without runtime metrics unless they say otherwise. */
  readonly instrument?: InstrumentOptions;
  /** Whether the application has an error handler of its own, which answers 500 `handled`. */
  readonly errorHandler?: boolean;
  /** Whether the application is instrumented a second time, with the same options. */
  readonly twice?: boolean;
}

export interface RunningApp {
  readonly port: number;
  readonly metrics: Omit<AppMetrics<unknown>, 'counter' | 'histogram' | 'summary' | 'gauge'>;
  /** Lets `/slow` and `/measured/slow` answer. */
  openGate(): void;
  /** How many requests the instrumentation has handed on to the application. */
  readonly handedOn: () => number;
  /** Calls the application without a connection: the status. */
  readonly inject?: (target: string) => Promise<number>;
  close(): Promise<void>;
}

/** Who the labels of `/measured/:color` are derived from. */
export const MEASURED = {
  clientHeader: 'x-client',
  colorHeader: 'x-color',
  counter: 'paints_total',
  histogram: 'paint_seconds',
  histogramBuckets: [1, 60],
  summary: 'paint_summary_seconds',
  gauge: 'paints_in_progress',
  untracked: 'untracked_total',
  excluded: 'excluded_total',
  excludedGauge: 'excluded_in_progress',
} as const;

/** The parts that an application sends one after another. */
export const PIECES = ['one ', 'two ', 'three'] as const;

export const MISHAP = 'a mishap that the test asked for';

/** What `/slow` waits for. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  const bell = new EventEmitter();
  return { opened: once(bell, 'open').then(() => undefined), open: () => void bell.emit('open') };
}

/** An error that is a refusal, by the two names that frameworks look for. */
export function refusal(): Error {
  return Object.assign(new Error('not for you'), { status: 403, statusCode: 403 });
}
