import {
  type Alias,
  isAlias,
  isCollection,
  isPair,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLWarning,
} from 'yaml';
import type { Finding } from '../finding.ts';
import { Place, type Source } from './place.ts';

/** In UTF-16 units. A longer file is refused. */
export const MAX_TEXT_LENGTH = 10_000_000;

/** Values in the file once its aliases are followed. */
export const MAX_NODES = 1_000_000;

/** What is wrong with the syntax of a file early on makes most of what follows look wrong. */
const MAX_SYNTAX_ERRORS = 100;

const PLAINER_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here, and only one is read',
  DUPLICATE_KEY: 'this mapping has that key already',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
};

/** Tags that say of a value what it is anyway. */
const PLAIN_TAG = /:2002:(?:str|int|float|bool|null|map|seq|merge)$/;

/**
 * The outermost value of a file. Everything that readers report goes to the source that comes with it. `undefined`
 * where the text cannot be walked over at all. Scalars stay text, since what they mean depends on their field.
 */
export function parseYaml(text: string, file: string, findings: Finding[], warnings: Finding[]): Place | undefined {
  if (text.length > MAX_TEXT_LENGTH) {
    const reason = `${text.length} characters, and ${MAX_TEXT_LENGTH} are read at most`;
    findings.push({ code: 'bad_yaml', file, reason });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const source: Source = { file, document, lines, findings, warnings };
  for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) findings.push(toFinding(error, source));
  for (const warning of document.warnings) {
    if (warning.code === 'TAG_RESOLVE_FAILED' && !PLAIN_TAG.test(warning.message)) {
      findings.push(toFinding(warning, source));
    }
  }
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return undefined;

  const root = new Place(source, document.contents, 0);
  const flaw = findAliasFlaw(document.contents, source);
  if (flaw === undefined) return root;
  root.report(flaw, { code: 'bad_yaml' });
  return undefined;
}

function toFinding({ message, pos, code }: YAMLError | YAMLWarning, { file, lines }: Source): Finding {
  const { line, col: column } = lines.linePos(pos[0]);
  return { code: 'bad_yaml', file, line, column, reason: PLAINER_WORDS[code] ?? message };
}

/** Aliases can make a small file endless, or nearly so, and stand for nothing. */
function findAliasFlaw(root: Node | null, { document }: Source): string | undefined {
  const sizes = new Map<unknown, number>();
  let unresolved: string | undefined;
  const follow = (alias: Alias): unknown => {
    const target = alias.resolve(document);
    if (target === undefined) unresolved ??= alias.source;
    return target;
  };
  const measure = (node: unknown): number => {
    if (isPair(node)) return measure(node.key) + measure(node.value);
    const target = isAlias(node) ? follow(node) : node;
    if (!isCollection(target)) return 1;
    const known = sizes.get(target);
    if (known !== undefined) return known;
    sizes.set(target, Number.POSITIVE_INFINITY);
    let size = 1;
    for (const item of target.items) size += measure(item);
    sizes.set(target, size);
    return size;
  };
  const size = measure(root);
  if (unresolved !== undefined) return `the alias *${unresolved} stands for nothing: no &${unresolved} comes before it`;
  if (size === Number.POSITIVE_INFINITY) return 'an alias stands inside of what it stands for';
  return size > MAX_NODES
    ? `${size} values once the aliases are followed, and ${MAX_NODES} are read at most`
    : undefined;
}
