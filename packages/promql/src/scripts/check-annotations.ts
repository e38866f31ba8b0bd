import type { Annotation } from '../annotations.ts';
import type { Expectations, ExpectedAnnotations } from './command.ts';

/** What is wrong with a result's annotations in words, or `undefined`. */
export function checkAnnotations(
  annotations: readonly Annotation[],
  { warnings, infos }: Expectations,
): string | undefined {
  const messagesOf = (level: Annotation['level']) =>
    annotations.filter((annotation) => annotation.level === level).map(({ message }) => message);
  return check('warning', warnings, messagesOf('warning')) ?? check('info', infos, messagesOf('info'));
}

function check(level: string, expected: ExpectedAnnotations, found: readonly string[]): string | undefined {
  if (expected === 'none') return found.length === 0 ? undefined : `expected no ${level}, got ${list(found)}`;
  if (expected.length === 0) return undefined;
  for (const text of expected) {
    if (!found.some((message) => text.matches(message))) {
      return `expected the ${level} ${text.words}, got ${found.length === 0 ? 'none' : list(found)}`;
    }
  }
  const surplus = found.filter((message) => !expected.some((text) => text.matches(message)));
  return surplus.length === 0 ? undefined : `got the ${level} ${list(surplus)} beside what was expected`;
}

function list(messages: readonly string[]): string {
  return messages.map((message) => JSON.stringify(message)).join(', ');
}
