import type { RenderOptions } from '../../expose/exposition.ts';
import type { Aggregator, MetricType } from '../../metrics/metric.ts';
import type { WireNumber } from './numbers.ts';

/**
 * What the processes of a cluster say to each other, over the channel that `node:cluster` opens between them. The channel
 * keeps the order and loses nothing while both ends live, so a worker sends only what has changed.
 *
 *     worker                           primary
 *       │ ── hello ──────────────────────▶ │   once instrumented; answered by whoever collects
 *       │ ◀────────────────────── hello ── │   opens a session; also said to all when collecting begins
 *       │ ── report ─────────────────────▶ │   what changed, in parts; one part at a time is on its way
 *       │ ◀──────────────── acknowledge ── │
 *       │ ◀──────────────────── collect ── │   at every scrape
 *       │ ── report … answer ────────────▶ │
 *       │ ── scrape ─────────────────────▶ │   somebody reads the metrics of the worker
 *       │ ◀─────────── totals | refusal ── │
 *       │ ◀──────────────────────── bye ── │   nobody collects any longer
 */
export const MESSAGE_TYPE = 'hearth:metrics';

/** Processes of different versions do not understand each other and stay apart. */
export const PROTOCOL_VERSION = 1;

interface Envelope {
  readonly type: typeof MESSAGE_TYPE;
  readonly version: number;
}

export type ToPrimary = Envelope &
  (
    | { readonly kind: 'hello' }
    | ReportBody
    | { readonly kind: 'answer'; readonly session: string; readonly id: number }
    | ({ readonly kind: 'scrape'; readonly id: number } & RenderOptions)
  );

export type ToWorker = Envelope &
  (
    | { readonly kind: 'hello'; readonly session: string }
    | { readonly kind: 'acknowledge'; readonly session: string; readonly sequence: number }
    | { readonly kind: 'collect'; readonly session: string; readonly id: number }
    | TotalsBody
    | { readonly kind: 'refusal'; readonly id: number; readonly reason: string }
    | { readonly kind: 'bye'; readonly session: string }
  );

export interface ReportBody {
  readonly kind: 'report';
  readonly session: string;
  readonly sequence: number;
  readonly metrics: readonly MetricUpdate[];
}

/** One part of the text of an exposition; a reader puts the parts one after the other. */
export interface TotalsBody {
  readonly kind: 'totals';
  readonly id: number;
  readonly contentType: string;
  readonly part: string;
  readonly isLast: boolean;
}

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator: Aggregator;
}

/** `[place, name of the line or '' for the metric's own, label name, label value, …]` */
export type WireLine = readonly [place: number, name: string, ...labels: string[]];

/** `[place, value, seconds, label name, label value, …]` */
export type WireExemplar = readonly [place: number, value: WireNumber, timestamp: WireNumber, ...labels: string[]];

/**
 * What changed in one metric of a worker. The metric is known by a number that the worker chose, its lines by their places,
 * which are used again once they are free. The members apply in the order in which they stand here.
 */
export interface MetricUpdate {
  readonly id: number;
  /** With the first update of the metric. */
  readonly definition?: MetricDefinition;
  /** The metric is no longer in its registry. */
  readonly isGone?: true;
  /** The metric was set back and counts from 0 again; what it had counted before stays counted. */
  readonly isReset?: true;
  /** Places of lines that the application has removed. */
  readonly removed?: readonly number[];
  readonly lines?: readonly WireLine[];
  /** `place, value, place, value, …` */
  readonly values?: readonly WireNumber[];
  readonly exemplars?: readonly WireExemplar[];
}

type Body<Message> = Message extends Envelope ? Omit<Message, keyof Envelope> : never;

export function toPrimary(body: Body<ToPrimary>): ToPrimary {
  return { type: MESSAGE_TYPE, version: PROTOCOL_VERSION, ...body } as ToPrimary;
}

export function toWorker(body: Body<ToWorker>): ToWorker {
  return { type: MESSAGE_TYPE, version: PROTOCOL_VERSION, ...body } as ToWorker;
}
