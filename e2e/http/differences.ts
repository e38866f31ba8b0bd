import type { Answer, Call } from './asking.ts';

/** Where an answer is meant to be another one than that of Prometheus 2.42. `docs/http-api.md` says the same. */
export interface Difference {
  readonly reason: string;
  /** It depends on the machine whether there is one. */
  readonly mayBeAbsent?: true;
  readonly applies: (call: Call, ours: Answer, theirs: Answer) => boolean;
}

const QUERY_PREFIX = 'invalid parameter "query": ';

export const differences: readonly Difference[] = [
  {
    reason: 'the message for a wrong query names the parameter in query_range too, as in Prometheus 3',
    applies: ({ path }, ours, theirs) =>
      path.startsWith('/api/v1/query_range') &&
      sameStatus(ours, theirs) &&
      errorOf(ours) === QUERY_PREFIX + errorOf(theirs),
  },
  {
    reason: 'messages begin with a small letter, as in Prometheus 3',
    applies: (_call, ours, theirs) =>
      sameStatus(ours, theirs) &&
      errorOf(theirs).includes('Invalid time value') &&
      errorOf(ours) === errorOf(theirs).replace('Invalid', 'invalid'),
  },
  {
    reason: 'a duration is a number, as in Prometheus 3',
    applies: ({ path }, ours, theirs) => /query=5m(&|$)/.test(path) && ours.status === 200 && theirs.status === 400,
  },
  {
    reason: 'what may stand behind offset has grown, as in Prometheus 3',
    applies: (_call, ours, theirs) =>
      errorOf(ours).endsWith('in offset, expected number, duration, step(), or range()') &&
      errorOf(theirs).endsWith('in offset, expected duration'),
  },
  {
    reason: 'lookback_delta is there, as in Prometheus 3',
    applies: ({ path }) => path.includes('lookback_delta='),
  },
  {
    reason: 'the statistics of the storage have a limit, as in Prometheus 3',
    applies: ({ path }) => path.startsWith('/api/v1/status/tsdb?limit='),
  },
  {
    reason: 'label names may have any characters, as in Prometheus 3',
    applies: ({ path }, ours, theirs) =>
      path === '/api/v1/label/1a/values' && ours.status === 200 && theirs.status === 400,
  },
  {
    reason: 'targets come with the numbers of those that were dropped, as in Prometheus 3',
    applies: ({ path }, ours, theirs) =>
      path.startsWith('/api/v1/targets') && sameStatus(ours, theirs) && ours.status === 200,
  },
  {
    reason: '@ is printed as it is written, as in Prometheus 3',
    applies: (_call, ours, theirs) =>
      errorOf(theirs).includes('<Item 57385>') && errorOf(theirs).replace('"<Item 57385>" ', '') === errorOf(ours),
  },
  {
    reason: 'a regular expression is shown as it was written, not as it is compiled',
    applies: (_call, ours, theirs) =>
      errorOf(ours).includes('error parsing regexp') && errorOf(theirs).includes('error parsing regexp'),
  },
  {
    reason: 'an unexpected parenthesis is said to stand where it stands, not behind that',
    applies: (_call, ours, theirs) =>
      errorOf(ours).endsWith("1:8: parse error: unexpected right parenthesis ')'") &&
      errorOf(theirs).endsWith("1:9: parse error: unexpected right parenthesis ')'"),
  },
  {
    reason: 'the program has another name',
    applies: (_call, ours, theirs) =>
      textOf(ours) !== '' && textOf(ours) === textOf(theirs).replace('Prometheus Server', 'Hearth'),
  },
  {
    reason: 'a line of text ends as lines do',
    applies: (_call, ours, theirs) => sameStatus(ours, theirs) && textOf(ours) === `${textOf(theirs)}\n`,
  },
  {
    reason: 'the replay of the log is not shown when it is over',
    applies: ({ path }, ours, theirs) => path === '/api/v1/status/walreplay' && sameStatus(ours, theirs),
  },
  {
    reason: 'a query without time gets as far as it gets',
    mayBeAbsent: true,
    applies: (_call, ours, theirs) =>
      sameStatus(ours, theirs) && [ours, theirs].every((answer) => errorOf(answer).startsWith('query timed out in ')),
  },
  {
    reason: 'paths are not mended by redirects',
    applies: (_call, _ours, theirs) => theirs.status === 301,
  },
];

function sameStatus(ours: Answer, theirs: Answer): boolean {
  return ours.status === theirs.status;
}

function errorOf({ body }: Answer): string {
  return (body as { readonly error?: string }).error ?? '';
}

function textOf({ body }: Answer): string {
  return typeof body === 'string' ? body : '';
}
