import { TemplateError } from './template-error.ts';
import type { Segment, Token, TokenKind } from './token.ts';

const COMMENT = /\{\{(?:-[ \t\r\n]+)?\/\*/y;
const SPACE = /[ \t\r\n]+/y;
const CLOSE = /(?:[ \t\r\n]-)?\}\}/y;

const TOKENS: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['character', /'(?:[^'\\\n]|\\.)+'/y],
  ['number', /[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['variable', /\$(?:[\p{L}\p{Nd}_]*)/uy],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['symbol', /:=|[()|,=]/y],
  ['dot', /\./y],
];

/** Cuts a template into text and actions. Throws a TemplateError. */
export class Lexer {
  readonly #name: string;
  readonly #text: string;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
  }

  segments(): readonly Segment[] {
    const segments: Segment[] = [];
    let at = 0;
    let isTrimmed = false;
    while (at < this.#text.length) {
      const open = this.#text.indexOf('{{', at);
      const end = open < 0 ? this.#text.length : open;
      const trimsBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(this.#text.slice(open, open + 4));
      const text = trim(this.#text.slice(at, end), { start: isTrimmed, end: trimsBefore });
      if (text !== '') segments.push({ kind: 'text', text, at });
      if (open < 0) break;
      const action = this.#isComment(open) ? this.#skipComment(open) : this.#takeAction(open, trimsBefore);
      if (action.tokens !== undefined) {
        segments.push({ kind: 'action', tokens: action.tokens, at: open, end: action.end });
      }
      at = action.end;
      isTrimmed = action.trimsAfter;
    }
    return segments;
  }

  fail(at: number, reason: string): never {
    const line = this.#text.slice(0, at).split('\n').length;
    throw new TemplateError('template_syntax', `template: ${this.#name}:${line}: ${reason}`);
  }

  #isComment(open: number): boolean {
    COMMENT.lastIndex = open;
    return COMMENT.test(this.#text);
  }

  #skipComment(open: number): { tokens?: undefined; end: number; trimsAfter: boolean } {
    const close = this.#text.indexOf('*/', open + 4);
    if (close < 0) this.fail(open, 'unclosed comment');
    const end = matchEnd(CLOSE, this.#text, close + 2);
    if (end === undefined) this.fail(open, 'comment ends before closing delimiter');
    return { end, trimsAfter: this.#text[end - 3] === '-' };
  }

  #takeAction(open: number, trimsBefore: boolean) {
    const tokens: Token[] = [];
    let at = open + (trimsBefore ? 3 : 2);
    let depth = 0;
    for (;;) {
      const close = matchEnd(CLOSE, this.#text, at);
      if (close !== undefined) {
        if (depth > 0) this.fail(at, 'unclosed left paren');
        tokens.push({ kind: 'end', text: '}}', at, isApart: true });
        return { tokens, end: close, trimsAfter: close - at === 4 };
      }
      const start = matchEnd(SPACE, this.#text, at) ?? at;
      if (start > at && matchEnd(CLOSE, this.#text, start - 1) !== undefined && this.#text[start] === '-') {
        at = start - 1;
        continue;
      }
      if (matchEnd(CLOSE, this.#text, start) !== undefined) {
        at = start;
        continue;
      }
      const token = this.#takeToken(start, { isApart: start > at, open });
      if (token.text === '(') depth++;
      if (token.text === ')' && --depth < 0) this.fail(start, 'unexpected right paren');
      tokens.push(token);
      at = start + token.text.length;
    }
  }

  #takeToken(at: number, { isApart, open }: { readonly isApart: boolean; readonly open: number }): Token {
    if (at >= this.#text.length) this.fail(open, 'unclosed action');
    for (const [kind, pattern] of TOKENS) {
      const end = matchEnd(pattern, this.#text, at);
      if (end !== undefined) return { kind, text: this.#text.slice(at, end), at, isApart };
    }
    const character = String.fromCodePoint(this.#text.codePointAt(at)!);
    if (character === '"') this.fail(at, 'unterminated quoted string');
    if (character === '`') this.fail(at, 'unterminated raw quoted string');
    if (character === "'") this.fail(at, 'unterminated character constant');
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const printed = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? ` '${character}'` : '';
    return this.fail(at, `unrecognized character in action: U+${code}${printed}`);
  }
}

function trim(text: string, { start, end }: { readonly start: boolean; readonly end: boolean }): string {
  let from = 0;
  let to = text.length;
  if (start) while (from < to && isSpace(text[from])) from++;
  if (end) while (to > from && isSpace(text[to - 1])) to--;
  return text.slice(from, to);
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
