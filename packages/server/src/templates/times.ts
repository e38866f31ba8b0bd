import { formatGoDuration } from '../tsdb/go-text.ts';
import type { TemplateStruct, Value } from './value.ts';

type Methods = ReadonlyMap<string, (args: readonly Value[]) => Value>;

/** Go's time.Time in UTC, to the millisecond, with the methods that templates use. */
export class GoTime implements TemplateStruct {
  readonly typeName = '*time.Time';
  readonly fields: ReadonlyMap<string, Value> = new Map();
  readonly ms: number;
  readonly methods: Methods;

  constructor(ms: number) {
    this.ms = ms;
    const date = new Date(ms);
    this.methods = new Map<string, (args: readonly Value[]) => Value>([
      ['Format', ([layout]) => formatTime(date, expectText(layout))],
      ['Add', ([duration]) => new GoTime(ms + expectDuration(duration).ms)],
      ['Sub', ([other]) => new GoDuration(ms - expectTime(other).ms)],
      ['Unix', () => BigInt(Math.floor(ms / 1000))],
      ['UnixMilli', () => BigInt(ms)],
      ['Year', () => BigInt(date.getUTCFullYear())],
      ['Month', () => MONTHS[date.getUTCMonth()]],
      ['Day', () => BigInt(date.getUTCDate())],
      ['Weekday', () => DAYS[date.getUTCDay()]],
      ['Hour', () => BigInt(date.getUTCHours())],
      ['Minute', () => BigInt(date.getUTCMinutes())],
      ['Second', () => BigInt(date.getUTCSeconds())],
      ['UTC', () => this],
      ['String', () => this.toString()],
    ]);
  }

  toString(): string {
    return formatTime(new Date(this.ms), '2006-01-02 15:04:05.999 -0700 MST');
  }
}

/** Go's time.Duration. */
export class GoDuration implements TemplateStruct {
  readonly typeName = '*time.Duration';
  readonly fields: ReadonlyMap<string, Value> = new Map();
  readonly ms: number;
  readonly methods: Methods;

  constructor(ms: number) {
    this.ms = ms;
    this.methods = new Map<string, (args: readonly Value[]) => Value>([
      ['Hours', () => ms / 3_600_000],
      ['Minutes', () => ms / 60_000],
      ['Seconds', () => ms / 1000],
      ['Milliseconds', () => BigInt(Math.trunc(ms))],
      ['String', () => this.toString()],
    ]);
  }

  toString(): string {
    return formatGoDuration(this.ms);
  }
}

function expectText(value: Value): string {
  if (typeof value !== 'string') throw new Error('it takes a string');
  return value;
}

function expectDuration(value: Value): GoDuration {
  if (!(value instanceof GoDuration)) throw new Error('it takes a duration');
  return value;
}

function expectTime(value: Value): GoTime {
  if (!(value instanceof GoTime)) throw new Error('it takes a time');
  return value;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The reference time's parts, longest first: Mon Jan 2 15:04:05 MST 2006. */
const LAYOUT =
  /January|Jan|Monday|Mon|MST|2006|-07:00|-0700|Z07:00|Z0700|01|02|03|04|05|06|002|15|PM|pm|_2|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

/** Formats in UTC by one of Go's layouts. */
function formatTime(date: Date, layout: string): string {
  return layout.replace(LAYOUT, (part) => formatPart(date, part));
}

function formatPart(date: Date, part: string): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const hour12 = date.getUTCHours() % 12 || 12;
  switch (part) {
    case '2006':
      return String(date.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(date.getUTCFullYear() % 100);
    case 'January':
      return MONTHS[date.getUTCMonth()];
    case 'Jan':
      return MONTHS[date.getUTCMonth()].slice(0, 3);
    case '01':
      return two(date.getUTCMonth() + 1);
    case '1':
      return String(date.getUTCMonth() + 1);
    case 'Monday':
      return DAYS[date.getUTCDay()];
    case 'Mon':
      return DAYS[date.getUTCDay()].slice(0, 3);
    case '02':
      return two(date.getUTCDate());
    case '_2':
      return String(date.getUTCDate()).padStart(2);
    case '2':
      return String(date.getUTCDate());
    case '002':
      return String(dayOfYear(date)).padStart(3, '0');
    case '15':
      return two(date.getUTCHours());
    case '03':
      return two(hour12);
    case '3':
      return String(hour12);
    case '04':
      return two(date.getUTCMinutes());
    case '4':
      return String(date.getUTCMinutes());
    case '05':
      return two(date.getUTCSeconds());
    case '5':
      return String(date.getUTCSeconds());
    case 'PM':
    case 'pm':
      return (date.getUTCHours() < 12 ? ['AM', 'am'] : ['PM', 'pm'])[part === 'PM' ? 0 : 1];
    case 'MST':
      return 'UTC';
    case '-0700':
      return '+0000';
    case '-07:00':
      return '+00:00';
    case 'Z0700':
    case 'Z07:00':
      return 'Z';
  }
  const fraction = String(date.getUTCMilliseconds())
    .padStart(3, '0')
    .padEnd(part.length - 1, '0');
  const shown = part[0] + fraction.slice(0, part.length - 1);
  return part[1] === '9' ? shown.replace(/[.,]?0+$/, '') : shown;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000) + 1;
}
