export type TokenKind =
  /** A word: a function, a keyword, true, false or nil. */
  | 'word'
  /** `.name` */
  | 'field'
  /** `$name` or `$` */
  | 'variable'
  | 'dot'
  | 'number'
  /** Quoted by `"` or backquotes, or a character between single quotes. */
  | 'string'
  | 'character'
  /** One of `( ) | , := =` */
  | 'symbol'
  | 'end';

/** A piece of an action. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it starts in the template. */
  readonly at: number;
  /** Whether there is a space in front of it: `$a.b` is one operand, `$a .b` are two. */
  readonly isApart: boolean;
}

/** A stretch of a template: text that is copied, or an action between its delimiters. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number; readonly end: number };
