import { createLabels, createMatcher, type Matcher } from '@hearth/model';
import { crc32c } from '@node-rs/crc32';
import { compressSync, uncompressSync } from 'snappy';
import { expect, test } from 'vitest';
import { createTestApi, NOW_MS, type TestApi, type TestSeries } from '../testing/test-api.ts';
import { EMPTY_CONFIG } from '../testing/views.ts';
import { ProtoReader } from './proto-reader.ts';
import { ProtoWriter } from './proto-writer.ts';

const SERIES: readonly TestSeries[] = [
  {
    labels: { __name__: 'up', job: 'a' },
    samples: [
      [60, 1],
      [30, -0.5],
    ],
  },
  { labels: { __name__: 'up', job: 'b', region: 'own' }, samples: [[60, Number.NaN]] },
  { labels: { __name__: 'other' }, samples: [[60, 7]] },
];

const EXTERNAL = { ...EMPTY_CONFIG, externalLabels: () => createLabels({ region: 'eu' }) };

const MATCH_TYPES = ['=', '!=', '=~', '!~'];

interface TestQuery {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly matchers: readonly Matcher[];
}

function request(queries: readonly TestQuery[], responseTypes: readonly number[] = []): Buffer {
  const message = new ProtoWriter();
  for (const { startMs = 0, endMs = NOW_MS, matchers } of queries) {
    const query = new ProtoWriter();
    query.integer(1, startMs);
    query.integer(2, endMs);
    for (const { type, name, value } of matchers) {
      const matcher = new ProtoWriter();
      matcher.integer(1, MATCH_TYPES.indexOf(type));
      matcher.text(2, name);
      matcher.text(3, value);
      query.bytes(3, matcher.view());
    }
    const hints = new ProtoWriter();
    hints.text(2, 'rate');
    query.bytes(4, hints.view());
    message.bytes(1, query.view());
  }
  const packed = Buffer.from(responseTypes);
  if (packed.length > 0) message.bytes(2, packed);
  return compressSync(message.view());
}

/** Fields of a message: bytes and integers by number, all that there are. */
function fieldsOf(bytes: Uint8Array, numbers: readonly number[] = []): Map<number, (Uint8Array | number)[]> {
  const fields = new Map<number, (Uint8Array | number)[]>();
  const reader = new ProtoReader(bytes);
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    fields.set(field, [...(fields.get(field) ?? []), numbers.includes(field) ? reader.integer() : reader.bytes()]);
  }
  return fields;
}

function labelsOf(series: Map<number, (Uint8Array | number)[]>): string {
  const pairs = (series.get(1) ?? []).map((label) => {
    const fields = fieldsOf(label as Uint8Array);
    return [1, 2].map((field) => Buffer.from((fields.get(field)?.[0] as Uint8Array) ?? []).toString());
  });
  return createLabels(pairs as [string, string][]).toMetricString();
}

function post(api: TestApi, payload: Buffer) {
  const headers = { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' };
  return api.app.inject({ method: 'POST', url: '/api/v1/read', headers, payload });
}

test('samples in one message, with external labels', async () => {
  const api = await createTestApi(SERIES, { config: EXTERNAL });
  const up = { matchers: [createMatcher('=', '__name__', 'up'), createMatcher('=~', 'job', 'a|b')] };
  const other = { matchers: [createMatcher('=', '__name__', 'other')], startMs: NOW_MS - 1000 };
  const answer = await post(api, request([up, other]));
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/x-protobuf');
  expect(answer.headers['content-encoding']).toBe('snappy');
  const results = fieldsOf(uncompressSync(answer.rawPayload) as Buffer).get(1)!;
  expect(results.length).toBe(2);
  const series = fieldsOf(results[0] as Uint8Array)
    .get(1)!
    .map((each) => fieldsOf(each as Uint8Array));
  expect(series.map(labelsOf)).toEqual(['up{job="a", region="eu"}', 'up{job="b", region="own"}']);
  expect((results[1] as Uint8Array).length).toBe(0);
  const [first, second] = series[0].get(2)!.map((sample) => Buffer.from(sample as Uint8Array).toString('hex'));
  const time = (ms: number) => {
    const writer = new ProtoWriter();
    writer.integer(2, ms);
    return writer.view().toString('hex');
  };
  expect(first).toBe(`09000000000000f03f${time(NOW_MS - 60_000)}`);
  expect(second).toBe(`09000000000000e0bf${time(NOW_MS - 30_000)}`);
});

test('a matcher of an external label is taken for one of its absence', async () => {
  const api = await createTestApi(SERIES, { config: EXTERNAL });
  const matchers = [createMatcher('=', '__name__', 'up'), createMatcher('=', 'region', 'eu')];
  const answer = await post(api, request([{ matchers }]));
  const [result] = fieldsOf(uncompressSync(answer.rawPayload) as Buffer).get(1)!;
  const series = fieldsOf(result as Uint8Array)
    .get(1)!
    .map((each) => fieldsOf(each as Uint8Array));
  expect(series.map(labelsOf)).toEqual(['up{job="a", region="eu"}']);
});

test('chunks, in frames with a checksum', async () => {
  const many = Array.from({ length: 250 }, (_, i) => [3000 - i, i] as const);
  const api = await createTestApi([{ labels: { __name__: 'up' }, samples: many }], {
    remoteRead: { maxFrameBytes: 1 },
  });
  const answer = await post(api, request([{ matchers: [createMatcher('=', '__name__', 'up')] }], [1, 0]));
  expect(answer.headers['content-type']).toBe('application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse');
  const frames = framesOf(answer.rawPayload);
  const chunks = frames.map((frame) => {
    const series = fieldsOf(fieldsOf(frame).get(1)![0] as Uint8Array);
    expect(labelsOf(series)).toBe('up');
    return fieldsOf(series.get(2)![0] as Uint8Array, [1, 2, 3]);
  });
  const samplesOf = (chunk: Map<number, (Uint8Array | number)[]>) =>
    Buffer.from(chunk.get(4)![0] as Uint8Array).readUInt16BE();
  expect(chunks.map((chunk) => [chunk.get(3)![0], samplesOf(chunk)])).toEqual([
    [1, 120],
    [1, 120],
    [1, 10],
  ]);
  expect(chunks[0].get(1)![0]).toBe(NOW_MS - 3_000_000);
  expect(chunks[2].get(2)![0]).toBe(NOW_MS - 2_751_000);
});

function framesOf(payload: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length; ) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = payload[at++];
      length += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const frame = payload.subarray(at + 4, at + 4 + length);
    expect(payload.readUInt32BE(at)).toBe(crc32c(frame));
    frames.push(frame);
    at += 4 + length;
  }
  return frames;
}

test('more requests than may run at once wait for each other', async () => {
  const api = await createTestApi(SERIES, { remoteRead: { maxConcurrent: 1 } });
  const payload = request([{ matchers: [createMatcher('=', '__name__', 'up')] }]);
  const answers = await Promise.all([post(api, payload), post(api, Buffer.alloc(0)), post(api, payload)]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 200]);
});

test('an answer of too many samples is refused', async () => {
  const api = await createTestApi(SERIES, { remoteRead: { maxSamples: 2 } });
  const answer = await post(api, request([{ matchers: [createMatcher('=', '__name__', 'up')] }]));
  expect([answer.statusCode, answer.body]).toEqual([400, 'exceeded sample limit (2)\n']);
});

test.each([
  ['nothing', Buffer.alloc(0), 'snappy: corrupt input'],
  ['no snappy', Buffer.from('hello'), 'snappy: corrupt input'],
  ['a claim of 4 GB', Buffer.from('fffffffff00f', 'hex'), 'snappy: corrupt input'],
  ['a claim of 1 GB', Buffer.from('8080808004', 'hex'), 'snappy: decoded length 1073741824 exceeds limit 33554432'],
  ['no message', compressSync(Buffer.from('0a7f', 'hex')), 'the message ends too early'],
  ['a wire type that is none', compressSync(Buffer.from('0f', 'hex')), 'a field has wire type 7 instead of 2'],
  ['a response type that is none', request([], [9]), 'server does not support any of the requested response types: 9'],
])('%s is refused', async (_name, payload, message) => {
  const api = await createTestApi();
  const answer = await post(api, payload);
  expect([answer.statusCode, answer.body]).toEqual([400, `${message}\n`]);
});

test('a regular expression that is none is refused', async () => {
  const api = await createTestApi();
  const matcher = { ...createMatcher('=', 'job', '('), type: '=~' as const };
  const answer = await post(api, request([{ matchers: [matcher] }]));
  expect(answer.statusCode).toBe(400);
  expect(answer.body).toContain('missing closing )');
});
