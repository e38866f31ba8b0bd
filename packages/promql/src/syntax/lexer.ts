import { quoteGo } from '@hearth/model';
import { scanNumber } from './number-literal.ts';
import { createParseError } from './place.ts';
import { decodeString, endOfString } from './string-literal.ts';
import { durationWords, type Token, type TokenKind, words } from './token.ts';

const BLANKS = /[ \t\r\n]*/y;
const COMMENT = /#[^\r\n]*/y;
const WORD = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const WORD_TAIL = /[\w.]*/y;
const LETTERS = /[a-zA-Z_]+/y;
const QUERY_MARK = /==|=(?!~)|!=|<[=/]?|>[=/]?|[-,*/%+^(){[\]@]/y;
const BRACES_MARK = /=~|=|!~|!=|[,}]/y;
const RANGE_MARK = /[-+*/%^(),:\]]/y;
const DURATION_TAIL = /[smhdwy]s?(?:\d+[smhdw]s?)*(?![a-zA-Z0-9_])/y;

/**
 * Cuts a query into tokens, one at a time. What a character means depends on where it stands: words in braces are label
 * names only, and a bracket has to start with a duration.
 */
export class Lexer {
  readonly #text: string;
  #position = 0;
  /** `range`: behind `[`, up to the first number. */
  #place: 'query' | 'braces' | 'range' = 'query';
  #openParentheses = 0;
  #isInBrackets = false;
  #sawColon = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Throws a ParseError. Behind the last token come tokens of kind `end`. */
  next(): Token {
    this.#skipBlanks();
    switch (this.#place) {
      case 'query':
        return this.#nextInQuery();
      case 'braces':
        return this.#nextInBraces();
      case 'range':
        return this.#nextInRange();
    }
  }

  /** Comments are blank too, but for those behind a bracket. */
  #skipBlanks(): void {
    do this.#tryTake(BLANKS);
    while (this.#place !== 'range' && this.#tryTake(COMMENT) !== undefined);
  }

  #nextInQuery(): Token {
    const start = this.#position;
    const c = this.#text.charAt(start);
    if (c === '') return this.#end();
    if (this.#isAtNumber()) return this.#number();
    if (c === '"' || c === "'" || c === '`') return this.#string();
    if (this.#isInBrackets && /[a-zA-Z_:]/.test(c)) return this.#wordInBrackets();
    const word = this.#tryTake(WORD);
    if (word !== undefined) return this.#word(word, start);

    const mark = this.#tryTake(QUERY_MARK);
    if (mark === undefined) throw this.#unknownMark(c);
    this.#enter(mark, start);
    return this.#token('symbol', start);
  }

  /** Keeps count of what is open. */
  #enter(mark: string, start: number): void {
    if (mark === '(') this.#openParentheses++;
    else if (mark === ')') this.#leaveParenthesis(start);
    else if (mark === '{') this.#place = 'braces';
    else if (mark === '[') {
      if (this.#isInBrackets) throw this.#error("unexpected left bracket '['", start);
      this.#isInBrackets = true;
      this.#sawColon = false;
      this.#place = 'range';
    } else if (mark === ']') {
      if (!this.#isInBrackets) throw this.#error("unexpected right bracket ']'", start);
      this.#isInBrackets = false;
      this.#place = 'query';
    }
  }

  #leaveParenthesis(start: number): void {
    this.#openParentheses--;
    if (this.#openParentheses < 0) throw this.#error("unexpected right parenthesis ')'", start);
  }

  #nextInBraces(): Token {
    const start = this.#position;
    const c = this.#text.charAt(start);
    if (c === '') throw this.#error('unexpected end of input inside braces', start);
    if (c === '"' || c === "'" || c === '`') return this.#string();
    if (this.#tryTake(LABEL_NAME) !== undefined) return this.#token('identifier', start);
    const mark = this.#tryTake(BRACES_MARK);
    if (mark === '}') this.#place = 'query';
    if (mark !== undefined) return this.#token('symbol', start);
    if (c === '!') throw this.#error(this.#unexpectedAfter("'!' inside braces"), start);
    if (c === '{') throw this.#error("unexpected left brace '{'", start);
    throw this.#error(`unexpected character inside braces: ${this.#quoteCharacter(start)}`, start);
  }

  #nextInRange(): Token {
    const start = this.#position;
    const c = this.#text.charAt(start);
    if (c === '') throw this.#error('unexpected end of input in duration expression', start);
    if (this.#isAtNumber()) {
      this.#place = 'query';
      return this.#number();
    }
    const mark = this.#tryTake(RANGE_MARK);
    if (mark === ':') throw this.#error('unexpected colon before duration in duration expression', start);
    if (mark !== undefined) {
      this.#enter(mark, start);
      return this.#token('symbol', start);
    }
    const word = this.#tryTake(LETTERS);
    if (word !== undefined && durationWords.has(word.toLowerCase())) return this.#token('symbol', start);
    throw this.#error(`unexpected character in duration expression: ${this.#quoteCharacter(start)}`, start);
  }

  #wordInBrackets(): Token {
    const start = this.#position;
    if (this.#text[start] === ':') {
      this.#position++;
      if (this.#sawColon) throw this.#error("unexpected colon ':'", start);
      this.#sawColon = true;
      return this.#token('symbol', start);
    }
    const word = this.#tryTake(LETTERS);
    if (word !== undefined && durationWords.has(word.toLowerCase())) return this.#token('symbol', start);
    throw this.#error(`unexpected character: ${this.#quoteCharacter(start)}, expected ':'`, start);
  }

  #word(word: string, start: number): Token {
    const lower = word.toLowerCase();
    if (lower === 'inf' || lower === 'nan') return this.#token('number', start);
    if (words.has(lower) && !(lower.startsWith('fill') && !this.#isBeforeParenthesis())) {
      return this.#token('symbol', start);
    }
    return this.#token(word.includes(':') ? 'metric identifier' : 'identifier', start);
  }

  /** `fill` is a word of the language only in front of its value, so that it can name a metric everywhere else. */
  #isBeforeParenthesis(): boolean {
    BLANKS.lastIndex = this.#position;
    return BLANKS.test(this.#text) && this.#text[BLANKS.lastIndex] === '(';
  }

  #isAtNumber(): boolean {
    const c = this.#text.charAt(this.#position);
    return /\d/.test(c === '.' ? this.#text.charAt(this.#position + 1) : c);
  }

  #number(): Token {
    const start = this.#position;
    const { end, isComplete } = scanNumber(this.#text, start);
    this.#position = end;
    if (isComplete) return this.#token('number', start);
    if (this.#tryTake(DURATION_TAIL) !== undefined) return this.#token('duration', start);
    this.#tryTake(WORD_TAIL);
    throw this.#error(`bad number or duration syntax: ${quoteGo(this.#text.slice(start, this.#position))}`, start);
  }

  #string(): Token {
    const start = this.#position;
    const end = endOfString(this.#text, start);
    if (end === undefined) {
      throw this.#error(`unterminated ${this.#text[start] === '`' ? 'raw' : 'quoted'} string`, start);
    }
    this.#position = end;
    const value = decodeString(this.#text.slice(start, end));
    if (typeof value !== 'string') throw this.#error(value.reason, start + value.offset);
    return { kind: 'string', text: this.#text.slice(start, end), value, start, end };
  }

  #end(): Token {
    const start = this.#position;
    if (this.#openParentheses > 0) throw this.#error('unclosed left parenthesis', start);
    if (this.#isInBrackets) throw this.#error('unclosed left bracket', start);
    return { kind: 'end', text: '', value: '', start, end: start };
  }

  #token(kind: TokenKind, start: number): Token {
    const text = this.#text.slice(start, this.#position);
    return { kind, text, value: kind === 'symbol' ? text.toLowerCase() : text, start, end: this.#position };
  }

  #tryTake(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#position = pattern.lastIndex;
    return match[0];
  }

  #unknownMark(c: string): Error {
    const start = this.#position;
    if (c === '=' || c === '!') return this.#error(this.#unexpectedAfter(`'${c}'`), start);
    return this.#error(`unexpected character: ${this.#quoteCharacter(start)}`, start);
  }

  #unexpectedAfter(mark: string): string {
    const next = this.#position + 1;
    if (next === this.#text.length) return `unexpected end of input after ${mark}`;
    return `unexpected character after ${mark}: ${this.#quoteCharacter(next)}`;
  }

  #quoteCharacter(at: number): string {
    const character = String.fromCodePoint(this.#text.codePointAt(at)!);
    if (character === "'") return "'\\''";
    return character === '"' ? `'"'` : `'${quoteGo(character).slice(1, -1)}'`;
  }

  /** As Prometheus has it, the whole rest of the query is at fault. */
  #error(reason: string, start: number): Error {
    return createParseError(this.#text, { start, end: this.#text.length }, reason);
  }
}
