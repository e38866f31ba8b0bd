import { createMatcher, type Matcher, MatcherError, type MatchType } from '@hearth/model';
import { ProtoError, ProtoReader } from './proto-reader.ts';

/*
 * The message ReadRequest of remote.proto:
 *
 *     queries = 1 (Query), accepted_response_types = 2 (0: samples, 1: streamed XOR chunks)
 *     Query: start_timestamp_ms = 1, end_timestamp_ms = 2, matchers = 3 (LabelMatcher), hints = 4
 *     LabelMatcher: type = 1 (=, !=, =~, !~), name = 2, value = 3
 *
 * Hints only say what the client is going to do with the samples, and are not needed.
 */

export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  readonly responseTypes: readonly number[];
}

export interface ReadQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly matchers: readonly Matcher[];
}

const MATCH_TYPES: readonly MatchType[] = ['=', '!=', '=~', '!~'];

/** Throws a ProtoError or a MatcherError. */
export function parseReadRequest(bytes: Uint8Array): ReadRequest {
  const reader = new ProtoReader(bytes);
  const queries: ReadQuery[] = [];
  const responseTypes: number[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) queries.push(parseQuery(reader.bytes()));
    if (field === 2) responseTypes.push(...reader.integers());
  }
  return { queries, responseTypes };
}

function parseQuery(bytes: Uint8Array): ReadQuery {
  const reader = new ProtoReader(bytes);
  let startMs = 0;
  let endMs = 0;
  const matchers: Matcher[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) startMs = reader.integer();
    if (field === 2) endMs = reader.integer();
    if (field === 3) matchers.push(parseMatcher(reader.bytes()));
  }
  return { startMs, endMs, matchers };
}

function parseMatcher(bytes: Uint8Array): Matcher {
  const reader = new ProtoReader(bytes);
  let type = 0;
  let name = '';
  let value = '';
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) type = reader.integer();
    if (field === 2) name = reader.text();
    if (field === 3) value = reader.text();
  }
  const matchType = MATCH_TYPES[type];
  if (matchType === undefined) throw new ProtoError('invalid matcher type');
  return createMatcher(matchType, name, value);
}

export function isBadRequest(error: unknown): error is Error {
  return error instanceof ProtoError || error instanceof MatcherError;
}
