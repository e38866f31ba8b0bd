import { ANY, appendPart, type Gap, literalOf, type Sequence, SOME } from './sequence.ts';

/**
 * A regular expression that is no more than a choice between sequences of literals, `.*` and `.+`. Covers nearly all
 * that dashboards and rules ask for: `api`, `a|b`, `api-.*`, `.*error.*`, `node-[0-3]`, `(?i)get|post`.
 */
export interface SimplePattern {
  readonly alternatives: readonly Sequence[];
  readonly ignoresCase: boolean;
}

/** How many alternatives a concatenation such as `[a-z][a-z]` may multiply into. As in Prometheus. */
const MAX_PRODUCT = 256;

/** Bounds the work of multiplying; what needs more goes to the engine. */
const MAX_STEPS = 100_000;

const LITERAL_RUN = /[^\\.+*?()|[\]{}^$]*/y;
const LAST_CHARACTER = /(?:[\ud800-\udbff][\udc00-\udfff]|.)?$/s;
const NO_LITERAL = /[\\.+*?()[\]{}^$]/;
const META = /[\\.+*?()|[\]{}^$]/;
const ESCAPABLE = /[!-/:-@[-`{-~]/;

/** `undefined` for every pattern outside the subset, valid or not: RE2 decides about those. */
export function tryParseSimplePattern(pattern: string): SimplePattern | undefined {
  const ignoresCase = pattern.startsWith('(?i)');
  const parser = new SimplePatternParser(ignoresCase ? pattern.slice(4) : pattern);
  const alternatives = parser.tryParse();
  return alternatives && { alternatives, ignoresCase };
}

/** A sequence in the making. Belongs to whoever holds it: nothing else refers to it. */
type Draft = (string | Gap)[];

class SimplePatternParser {
  private readonly text: string;
  private position = 0;
  private depth = 0;
  private steps = 0;

  constructor(text: string) {
    this.text = text;
  }

  tryParse(): readonly Sequence[] | undefined {
    if (!NO_LITERAL.test(this.text)) return this.text.split('|').map((literal) => (literal === '' ? [] : [literal]));
    const alternatives = this.tryChoice();
    return this.position === this.text.length ? alternatives : undefined;
  }

  private tryChoice(): Draft[] | undefined {
    const alternatives: Draft[] = [];
    do {
      const branch = this.tryBranch();
      if (!branch) return undefined;
      for (const sequence of branch) alternatives.push(sequence);
    } while (this.take('|'));
    return alternatives;
  }

  /** Up to the next `|`, the end of the group or of the pattern. */
  private tryBranch(): Draft[] | undefined {
    // Matching is anchored at both ends anyway; inside a group an anchor is left to RE2.
    if (this.depth === 0) this.take('^');
    let branch: Draft[] | undefined = [[]];
    while (branch && this.position < this.text.length && !/[|)]/.test(this.peek())) {
      if (this.depth === 0 && this.atClosingAnchor()) {
        this.position++;
        break;
      }
      const factor = this.tryFactor();
      branch = factor && this.tryMultiply(branch, factor);
    }
    return branch;
  }

  private atClosingAnchor(): boolean {
    const next = this.text[this.position + 1];
    return this.peek() === '$' && (next === undefined || next === '|');
  }

  private tryFactor(): Draft[] | undefined {
    if (this.take('.')) return this.tryGap();
    const literal = this.takeLiteralRun();
    if (literal !== '') return [[literal]];
    const atom = this.tryAtom();
    if (!atom) return undefined;
    return this.take('?') ? this.tryOptional(atom) : this.unlessRepeated(atom);
  }

  /** After a dot. */
  private tryGap(): Draft[] | undefined {
    const gap: Gap | undefined = this.take('*') ? ANY : this.take('+') ? SOME : undefined;
    if (gap === undefined) return undefined;
    this.take('?'); // A lazy gap matches the same texts.
    return this.unlessRepeated([[gap]]);
  }

  /** Plain characters, but not the last one where a repetition follows: that one is an atom of its own. */
  private takeLiteralRun(): string {
    LITERAL_RUN.lastIndex = this.position;
    const run = LITERAL_RUN.exec(this.text)?.[0] ?? '';
    const isRepeated = /[*+?{]/.test(this.text[this.position + run.length] ?? '');
    const literal = isRepeated ? run.slice(0, run.length - LAST_CHARACTER.exec(run)![0].length) : run;
    this.position += literal.length;
    return literal;
  }

  private tryAtom(): Draft[] | undefined {
    if (this.take('(')) return this.tryGroup();
    if (this.take('[')) return this.tryClass();
    if (this.take('\\')) {
      const escaped = this.takeCharacter();
      return ESCAPABLE.test(escaped) ? [[escaped]] : undefined;
    }
    return META.test(this.peek()) ? undefined : [[this.takeCharacter()]];
  }

  private tryGroup(): Draft[] | undefined {
    if (this.peek() === '?') {
      if (!this.text.startsWith('?:', this.position)) return undefined;
      this.position += 2;
    }
    this.depth++;
    // RE2 refuses at a depth of 1000; this parser, which recurses, stops well before.
    const alternatives = this.depth < 100 ? this.tryChoice() : undefined;
    this.depth--;
    return this.take(')') ? alternatives : undefined;
  }

  /** `[abc]` or `[0-9]`, not negated and without escapes or named classes. */
  private tryClass(): Draft[] | undefined {
    const end = this.text.indexOf(']', this.position);
    const body = this.text.slice(this.position, end);
    if (end < 0 || !/^[a-zA-Z0-9_:/.,-]+$/.test(body) || body.startsWith('-') || body.endsWith('-')) return undefined;
    this.position = end + 1;

    const characters = new Set<string>();
    for (let i = 0; i < body.length; i++) {
      const isRange = body[i + 1] === '-';
      const [low, high] = [body.charCodeAt(i), body.charCodeAt(isRange ? i + 2 : i)];
      if (low > high || (isRange && body[i + 3] === '-')) return undefined;
      for (let code = low; code <= high; code++) characters.add(String.fromCharCode(code));
      if (isRange) i += 2;
    }
    return Array.from(characters, (character) => [character]);
  }

  private tryOptional(atom: Draft[]): Draft[] | undefined {
    this.take('?'); // Lazy: the same texts.
    return this.unlessRepeated([...atom, []]);
  }

  private unlessRepeated(factor: Draft[]): Draft[] | undefined {
    return this.atRepetition() ? undefined : factor;
  }

  /** Every draft on the left followed by every one on the right. Takes both over. */
  private tryMultiply(left: Draft[], right: Draft[]): Draft[] | undefined {
    if (left.length === 1 && left[0].length === 0) return right;
    if (left.length * right.length > MAX_PRODUCT) return undefined;

    const product: Draft[] = [];
    for (const head of left) {
      for (const tail of right) {
        const draft = right.length === 1 ? head : [...head];
        this.steps += tail.length + (right.length === 1 ? 0 : head.length);
        if (this.steps > MAX_STEPS || !tail.every((part) => appendPart(draft, part))) return undefined;
        product.push(draft);
      }
    }
    return product;
  }

  private peek(): string {
    return this.text[this.position] ?? '';
  }

  private atRepetition(): boolean {
    return /[*+?{]/.test(this.peek());
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position++;
    return true;
  }

  private takeCharacter(): string {
    const code = this.text.codePointAt(this.position);
    const character = code === undefined ? '' : String.fromCodePoint(code);
    this.position += character.length;
    return character;
  }
}

/** The texts that the pattern matches, where it has no gap and takes case seriously. */
export function literalsOf({ alternatives, ignoresCase }: SimplePattern): readonly string[] | undefined {
  if (ignoresCase) return undefined;
  const literals = new Set<string>();
  for (const sequence of alternatives) {
    const literal = literalOf(sequence);
    if (literal === undefined) return undefined;
    literals.add(literal);
  }
  return [...literals];
}
