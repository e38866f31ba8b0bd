/** `version-traceid-parentid-flags` of W3C Trace Context; later versions may append fields. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
const NOT_AN_ID = /^0+$/;

/**
 * The labels of an exemplar for a `traceparent` header, or undefined if there is nothing to point at: the header is broken
 * or the trace was not sampled, so no tracing backend will have it.
 */
export function tryTraceExemplar(header: string): { trace_id: string; span_id: string } | undefined {
  const match = TRACEPARENT.exec(header);
  if (match === null) return undefined;
  const [, traceId, spanId, flags] = match as unknown as [string, string, string, string];
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  if (!isSampled || NOT_AN_ID.test(traceId) || NOT_AN_ID.test(spanId)) return undefined;
  return { trace_id: traceId, span_id: spanId };
}
