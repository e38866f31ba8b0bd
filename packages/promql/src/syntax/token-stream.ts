import { Lexer } from './lexer.ts';
import { createParseError } from './place.ts';
import { describeToken, isSymbol, type Token } from './token.ts';
import type { PositionRange } from './tree.ts';

/** What is being read, for messages. */
export interface Context {
  readonly where: string;
  readonly expected?: string;
}

/** The tokens of a query, with one of them in view. Each is read when it is looked at, and not before. */
export class TokenStream {
  readonly text: string;
  /** What encloses the place where the parser stands, and has a name in messages. */
  context: Context | undefined;
  readonly #lexer: Lexer;
  #next: Token | undefined;

  constructor(text: string) {
    this.text = text;
    this.#lexer = new Lexer(text);
  }

  peek(): Token {
    this.#next ??= this.#lexer.next();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = undefined;
    return token;
  }

  isAt(symbol: string): boolean {
    return isSymbol(this.peek(), symbol);
  }

  tryTake(symbol: string): Token | undefined {
    return this.isAt(symbol) ? this.take() : undefined;
  }

  expect(symbol: string, context?: Context): Token {
    return this.tryTake(symbol) ?? this.failUnexpected(context);
  }

  /** Says that the token in view has no place here. */
  failUnexpected(context: Context | undefined = this.context): never {
    const token = this.peek();
    const where = context === undefined ? '' : ` in ${context.where}`;
    const expected = context?.expected === undefined ? '' : `, expected ${context.expected}`;
    this.fail(token, `unexpected ${describeToken(token)}${where}${expected}`);
  }

  fail({ start, end }: PositionRange, reason: string, cause?: unknown): never {
    throw createParseError(this.text, { start, end }, reason, { cause });
  }

  /** Says that something is a part of Prometheus' language that Hearth, or this query, does without. */
  failNotSupported({ start, end }: PositionRange, reason: string): never {
    throw createParseError(this.text, { start, end }, reason, { code: 'not_supported' });
  }
}
