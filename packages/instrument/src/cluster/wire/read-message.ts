import { MAX_LIST_LENGTH, MAX_TEXT_LENGTH, MAX_TOTALS_PART_LENGTH } from './limits.ts';
import { MESSAGE_TYPE, PROTOCOL_VERSION, type ToPrimary, type ToWorker } from './messages.ts';
import { isWireNumber } from './numbers.ts';

/** What a message that came in turned out to be: somebody else's, not to be understood, or one of ours. */
export type Reading<Message> =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'message'; readonly message: Message };

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;
/** The members that a message of one kind must have, or may lack where the check takes `undefined`. */
type Shape = Readonly<Record<string, Check>>;

const isText = (value: unknown) => typeof value === 'string' && value.length <= MAX_TEXT_LENGTH;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTrue = (value: unknown) => value === true;
const optional = (check: Check) => (value: unknown) => value === undefined || check(value);
const listOf = (check: Check) => (value: unknown) =>
  Array.isArray(value) && value.length <= MAX_LIST_LENGTH && value.every(check);
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);

const isLine = (value: unknown) =>
  Array.isArray(value) &&
  value.length % 2 === 0 &&
  value.length <= MAX_LIST_LENGTH &&
  value.every((member, i) => (i === 0 ? isCount(member) : isText(member)));

const isExemplar = (value: unknown) =>
  Array.isArray(value) &&
  value.length % 2 === 1 &&
  value.length <= MAX_LIST_LENGTH &&
  value.length >= 3 &&
  value.every((member, i) => (i === 0 ? isCount(member) : i <= 2 ? isWireNumber(member) : isText(member)));

const isValues = (value: unknown) =>
  Array.isArray(value) &&
  value.length % 2 === 0 &&
  value.length <= MAX_LIST_LENGTH &&
  value.every((member, i) => (i % 2 === 0 ? isCount(member) : isWireNumber(member)));

const isDefinition = shaped({
  name: isText,
  help: isText,
  type: oneOf('counter', 'gauge', 'histogram', 'summary'),
  aggregator: oneOf('sum', 'first', 'min', 'max', 'average', 'omit'),
});

const isMetricUpdate = shaped({
  id: isCount,
  definition: optional(isDefinition),
  isGone: optional(isTrue),
  isReset: optional(isTrue),
  removed: optional(listOf(isCount)),
  lines: optional(listOf(isLine)),
  values: optional(isValues),
  exemplars: optional(listOf(isExemplar)),
});

const TO_PRIMARY: Readonly<Record<ToPrimary['kind'], Shape>> = {
  hello: {},
  report: { session: isText, sequence: isCount, metrics: listOf(isMetricUpdate) },
  answer: { session: isText, id: isCount },
  scrape: { id: isCount, accept: optional(isText), names: optional(listOf(isText)) },
};

const TO_WORKER: Readonly<Record<ToWorker['kind'], Shape>> = {
  hello: { session: isText },
  acknowledge: { session: isText, sequence: isCount },
  collect: { session: isText, id: isCount },
  totals: {
    id: isCount,
    contentType: isText,
    part: (value) => typeof value === 'string' && value.length <= MAX_TOTALS_PART_LENGTH,
    isLast: oneOf(true, false),
  },
  refusal: { id: isCount, reason: isText },
  bye: { session: isText },
};

/** Never throws, whatever a worker sent. */
export function readFromWorker(value: unknown): Reading<ToPrimary> {
  return readMessage(value, TO_PRIMARY);
}

/** Never throws, whatever the primary sent. */
export function readFromPrimary(value: unknown): Reading<ToWorker> {
  return readMessage(value, TO_WORKER);
}

function readMessage<Message>(value: unknown, shapes: Readonly<Record<string, Shape>>): Reading<Message> {
  if (!isFields(value) || value.type !== MESSAGE_TYPE) return { kind: 'foreign' };
  if (value.version !== PROTOCOL_VERSION) {
    return {
      kind: 'broken',
      why: `it is of version ${say(value.version)}, and this process knows ${PROTOCOL_VERSION}`,
    };
  }
  const kind = value.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) {
    return { kind: 'broken', why: `there is no kind ${say(kind)}` };
  }
  const wrong = firstMisfit(value, shapes[kind]!);
  if (wrong !== undefined) return { kind: 'broken', why: `its member "${wrong}" is not that of a ${kind}` };
  return { kind: 'message', message: value as Message };
}

function shaped(shape: Shape): Check {
  return (value) => isFields(value) && firstMisfit(value, shape) === undefined;
}

function firstMisfit(fields: Fields, shape: Shape): string | undefined {
  for (const name in shape) if (!shape[name]!(fields[name])) return name;
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Short enough for a log, whatever it is. */
function say(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value).slice(0, 40) : typeof value;
}
