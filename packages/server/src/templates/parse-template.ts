import { Lexer } from './lexer.ts';
import { decodeLiteral } from './literals.ts';
import type { Segment, Token } from './token.ts';
import type { Branch, Command, Node, Operand, Pipe, Template } from './tree.ts';

export interface ParseOptions {
  /** Names of all functions that the template may call. */
  readonly functions: ReadonlySet<string>;
  /** How errors call it. */
  readonly name: string;
}

/** Deeper templates are refused: what walks the tree calls itself for what is below. */
const MAX_DEPTH = 100;

/** Parses a template in the language of Go's text/template. Throws a TemplateError. */
export function parseTemplate(text: string, options: ParseOptions): Template {
  return new Parser(text, options).parse();
}

type Action = Extract<Segment, { readonly kind: 'action' }>;

/** What ends a list of nodes. */
type Terminator = 'end' | 'else' | 'text';

class Parser {
  readonly #options: ParseOptions;
  readonly #text: string;
  readonly #lexer: Lexer;
  readonly #segments: readonly Segment[];
  readonly #defined = new Map<string, readonly Node[]>();
  #next = 0;
  #tokens: readonly Token[] = [];
  #at = 0;
  #depth = 0;
  #rangeDepth = 0;
  /** Names in scope. */
  #variables: string[] = ['$'];

  constructor(text: string, options: ParseOptions) {
    this.#options = options;
    this.#text = text;
    this.#lexer = new Lexer(options.name, text);
    this.#segments = this.#lexer.segments();
  }

  parse(): Template {
    const { nodes, terminator } = this.#takeList({ isTop: true });
    if (terminator !== 'text') this.#fail(`unexpected {{${terminator}}}`);
    return { name: this.#options.name, text: this.#text, main: nodes, defined: this.#defined };
  }

  /** Nodes up to an `end` or `else`, whose action is then the current one, or up to the end of the text. */
  #takeList({ isTop = false } = {}): { readonly nodes: readonly Node[]; readonly terminator: Terminator } {
    if (++this.#depth > MAX_DEPTH) this.#fail(`nested more than ${MAX_DEPTH} levels deep`);
    const nodes: Node[] = [];
    while (this.#next < this.#segments.length) {
      const segment = this.#segments[this.#next++];
      if (segment.kind === 'text') {
        nodes.push({ kind: 'text', text: segment.text });
        continue;
      }
      this.#enter(segment);
      const word = this.#peek().kind === 'word' ? this.#peek().text : '';
      if (word === 'end' || word === 'else') {
        this.#at++;
        this.#depth--;
        return { nodes, terminator: word };
      }
      if (word === 'define') this.#takeDefinition(isTop);
      else nodes.push(this.#takeAction(word));
    }
    this.#depth--;
    return { nodes, terminator: 'text' };
  }

  #enter({ tokens }: Action): void {
    this.#tokens = tokens;
    this.#at = 0;
  }

  #takeAction(word: string): Node {
    switch (word) {
      case 'if':
      case 'range':
      case 'with':
        this.#at++;
        return this.#takeBranch(word);
      case 'template':
        this.#at++;
        return this.#takeCall();
      case 'block':
        this.#at++;
        return this.#takeBlock();
      case 'break':
      case 'continue':
        this.#at++;
        if (this.#rangeDepth === 0) this.#fail(`{{${word}}} outside {{range}}`);
        this.#expectEnd(word);
        return { kind: word };
    }
    const pipe = this.#takePipe('command');
    this.#expectEnd('command');
    return { kind: 'action', pipe };
  }

  #takeBranch(kind: Branch['kind']): Branch {
    const scope = this.#variables.length;
    const pipe = this.#takePipe(kind);
    this.#expectEnd(kind);
    if (kind === 'range') this.#rangeDepth++;
    const { nodes: body, terminator } = this.#takeList();
    if (kind === 'range') this.#rangeDepth--;
    const otherwise = terminator === 'else' ? this.#takeOtherwise(kind) : this.#closeList(terminator);
    this.#variables.length = scope;
    return { kind, pipe, body, otherwise };
  }

  /** Behind `else`: another branch right there, whose end is this one's, or nodes. */
  #takeOtherwise(kind: Branch['kind']): readonly Node[] {
    const { kind: tokenKind, text } = this.#peek();
    if (tokenKind === 'word' && text === kind && kind !== 'range') {
      this.#at++;
      return [this.#takeBranch(kind)];
    }
    this.#expectEnd('else');
    const { nodes, terminator } = this.#takeList();
    if (terminator === 'else') this.#fail('expected end; found {{else}}');
    this.#closeList(terminator);
    return nodes;
  }

  #closeList(terminator: Terminator): readonly Node[] {
    if (terminator === 'text') this.#fail('unexpected EOF');
    this.#expectEnd('end');
    return [];
  }

  #takeDefinition(isTop: boolean): void {
    if (!isTop) this.#fail('unexpected {{define}}');
    this.#at++;
    const name = this.#takeName('define clause');
    this.#expectEnd('define clause');
    this.#define(name);
  }

  #define(name: string): void {
    const outer = { variables: this.#variables, rangeDepth: this.#rangeDepth };
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { nodes, terminator } = this.#takeList();
    if (terminator === 'else') this.#fail('unexpected {{else}} in define clause');
    this.#closeList(terminator);
    this.#variables = outer.variables;
    this.#rangeDepth = outer.rangeDepth;
    this.#defined.set(name, nodes);
  }

  #takeCall(): Node {
    const { at } = this.#peek();
    const name = this.#takeName('template clause');
    const pipe = this.#peek().kind === 'end' ? undefined : this.#takePipe('template clause');
    this.#expectEnd('template clause');
    return { kind: 'template', name, pipe, at };
  }

  #takeBlock(): Node {
    const { at } = this.#peek();
    const name = this.#takeName('block clause');
    const pipe = this.#takePipe('block clause');
    this.#expectEnd('block clause');
    this.#define(name);
    return { kind: 'template', name, pipe, at };
  }

  #takeName(context: string): string {
    const token = this.#peek();
    if (token.kind !== 'string') this.#unexpected(context);
    this.#at++;
    return this.#decode(token) as string;
  }

  #takePipe(context: string): Pipe {
    const { at } = this.#peek();
    const { variables, assigns } = this.#takeVariables(context);
    const commands: Command[] = [];
    do {
      commands.push(this.#takeCommand(context));
    } while (this.#tryTake('|'));
    if (!assigns) this.#variables.push(...variables);
    for (const { operands } of commands.slice(1)) {
      const [first] = operands;
      if (first.kind === 'constant' || first.kind === 'dot' || first.kind === 'nil') {
        this.#fail(
          `non executable command in pipeline stage ${commands.findIndex((c) => c.operands === operands) + 1}`,
        );
      }
    }
    return { kind: 'pipe', variables, assigns, commands, at };
  }

  #takeVariables(context: string): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const [first, second, third, fourth] = this.#tokens.slice(this.#at, this.#at + 4);
    const none = { variables: [], assigns: false };
    if (first.kind !== 'variable' || first.text === '$') return none;
    if (second.text === ':=' || second.text === '=') {
      this.#at += 2;
      const assigns = second.text === '=';
      if (assigns) this.#checkVariable(first);
      return { variables: [first.text], assigns };
    }
    if (second.text !== ',' || third?.kind !== 'variable') return none;
    if (context !== 'range') this.#fail(`too many declarations in ${context}`);
    if (fourth?.text !== ':=' && fourth?.text !== '=') this.#unexpected(context);
    this.#at += 4;
    const assigns = fourth.text === '=';
    return { variables: [first.text, third.text], assigns };
  }

  #takeCommand(context: string): Command {
    const { at } = this.#peek();
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'end' || token.text === '|' || token.text === ')') break;
      if (operands.length > 0 && !token.isApart) this.#unexpected('operand');
      operands.push(this.#takeOperand(context));
    }
    if (operands.length === 0)
      this.#fail(this.#peek().kind === 'end' ? `missing value for ${context}` : 'empty command');
    return { operands, at };
  }

  #takeOperand(context: string): Operand {
    const operand = this.#takeTerm(context);
    const fields: string[] = [];
    const { at } = this.#peek();
    while (this.#peek().kind === 'field' && !this.#peek().isApart) {
      fields.push(this.#peek().text.slice(1));
      this.#at++;
    }
    if (fields.length === 0) return operand;
    switch (operand.kind) {
      case 'field':
      case 'variable':
        return { ...operand, fields: [...operand.fields, ...fields], at };
      case 'constant':
      case 'nil':
        return this.#fail(`unexpected . after term ${JSON.stringify(operand.kind === 'nil' ? 'nil' : operand.text)}`);
      default:
        return { kind: 'chain', operand, fields, at };
    }
  }

  #takeTerm(context: string): Operand {
    const token = this.#peek();
    const { kind, text, at } = token;
    this.#at++;
    switch (kind) {
      case 'dot':
        return { kind: 'dot', at };
      case 'field':
        return { kind: 'field', fields: [text.slice(1)], at };
      case 'variable':
        this.#checkVariable(token);
        return { kind: 'variable', name: text, fields: [], at };
      case 'string':
      case 'character':
      case 'number':
        return { kind: 'constant', value: this.#decode(token), text, at };
      case 'word':
        return this.#takeWord(token);
    }
    this.#at--;
    if (text !== '(') this.#unexpected(context);
    this.#at++;
    if (++this.#depth > MAX_DEPTH) this.#fail(`nested more than ${MAX_DEPTH} levels deep`);
    const pipe = this.#takePipe('parenthesized pipeline');
    if (!this.#tryTake(')')) this.#unexpected('parenthesized pipeline');
    this.#depth--;
    return pipe;
  }

  #takeWord({ text, at }: Token): Operand {
    if (text === 'true' || text === 'false') return { kind: 'constant', value: text === 'true', text, at };
    if (text === 'nil') return { kind: 'nil', at };
    if (!this.#options.functions.has(text)) this.#fail(`function ${JSON.stringify(text)} not defined`, at);
    return { kind: 'function', name: text, at };
  }

  #checkVariable({ text, at }: Token): void {
    if (!this.#variables.includes(text)) this.#fail(`undefined variable ${JSON.stringify(text)}`, at);
  }

  #decode(token: Token) {
    const decoded = decodeLiteral(token);
    return 'reason' in decoded ? this.#fail(decoded.reason, token.at) : decoded.value;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
  }

  #tryTake(text: string): boolean {
    const found = this.#peek().kind === 'symbol' && this.#peek().text === text;
    if (found) this.#at++;
    return found;
  }

  #expectEnd(context: string): void {
    if (this.#peek().kind !== 'end') this.#unexpected(context);
  }

  #unexpected(context: string): never {
    const { kind, text } = this.#peek();
    return this.#fail(kind === 'end' ? `unexpected "}}" in ${context}` : `unexpected <${text}> in ${context}`);
  }

  #fail(reason: string, at = this.#tokens.length > 0 ? this.#peek().at : this.#text.length): never {
    return this.#lexer.fail(at, reason);
  }
}
