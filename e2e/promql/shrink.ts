import { type Expression, parseExpression, valueTypeOf, walk } from '@hearth/promql';
import type { GeneratedQuery, QueryTimes } from './query-generator.ts';

/** The smallest query found that still fails, by taking parts of it for the whole, or for parts that have the same type. */
export async function shrink(
  query: GeneratedQuery,
  fails: (query: GeneratedQuery) => Promise<boolean>,
): Promise<GeneratedQuery> {
  let smallest = query;
  for (const times of shorterTimes(query.times)) {
    const candidate = { ...smallest, times };
    if (await fails(candidate)) {
      smallest = candidate;
      break;
    }
  }
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const text of shorterTexts(smallest.text)) {
      const candidate = { ...smallest, text };
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** A step of a range on its own, as a range and as a moment. */
function shorterTimes(times: QueryTimes): readonly QueryTimes[] {
  if (times.kind === 'instant') return [];
  const { startMs, endMs, stepMs } = times;
  const shorter: QueryTimes[] = [];
  for (let timestampMs = startMs; timestampMs <= endMs; timestampMs += stepMs) {
    shorter.push({ kind: 'instant', timestampMs });
  }
  for (let at = startMs; at < endMs; at += stepMs) shorter.push({ kind: 'range', startMs: at, endMs: at, stepMs });
  return shorter;
}

/** Shortest first. */
function shorterTexts(text: string): readonly string[] {
  const expression = parse(text);
  if (expression === undefined) return [];
  const pieces: { readonly start: number; readonly end: number; readonly type: string }[] = [];
  walk(expression, (node) => {
    const type = valueTypeOf(node);
    if (type === 'vector' || type === 'scalar') pieces.push({ ...node.position, type });
  });
  const shorter = new Set<string>();
  for (const whole of pieces) {
    for (const part of pieces) {
      const isInside = part.start >= whole.start && part.end <= whole.end && part.type === whole.type;
      if (!isInside || part.end - part.start >= whole.end - whole.start) continue;
      shorter.add(text.slice(0, whole.start) + text.slice(part.start, part.end) + text.slice(whole.end));
    }
  }
  for (const part of pieces) shorter.add(text.slice(part.start, part.end));
  for (const [removed] of text.matchAll(/ (?:offset -?\w+|@ (?:[\d.]+|start\(\)|end\(\)))|\{[^}]*\}| bool/g)) {
    shorter.add(text.replace(removed, ''));
  }
  return [...shorter].filter((each) => each.length < text.length).sort((a, b) => a.length - b.length);
}

function parse(text: string): Expression | undefined {
  try {
    return parseExpression(text, { experimentalFunctions: true });
  } catch {
    return undefined;
  }
}
