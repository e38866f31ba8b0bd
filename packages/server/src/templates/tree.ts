import type { Value } from './value.ts';

/** What a template consists of; `at` is where it stands in the template's text. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | Branch
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined; readonly at: number }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' };

export interface Branch {
  readonly kind: 'if' | 'range' | 'with';
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** `$a, $b := command | command`: the value of each command is the last argument of the next. */
export interface Pipe {
  readonly kind: 'pipe';
  /** Variables that get the value; of a range, the index and the element. */
  readonly variables: readonly string[];
  /** Whether they are there already. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  readonly at: number;
}

export interface Command {
  readonly operands: readonly Operand[];
  readonly at: number;
}

export type Operand = { readonly at: number } & (
  | { readonly kind: 'dot' }
  | { readonly kind: 'nil' }
  | { readonly kind: 'constant'; readonly value: Value; readonly text: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'field'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'chain'; readonly operand: Operand | Pipe; readonly fields: readonly string[] }
  | Pipe
);

/** A parsed text with the templates that it defines; its own is `main`. */
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly main: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** As Go prints it in errors. */
export function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'constant':
      return operand.text;
    case 'function':
      return operand.name;
    case 'field':
      return operand.fields.map((field) => `.${field}`).join('');
    case 'variable':
      return [operand.name, ...operand.fields].join('.');
    case 'chain': {
      const inner = printOperand(operand.operand);
      const printed = operand.operand.kind === 'pipe' ? `(${inner})` : inner;
      return printed + operand.fields.map((field) => `.${field}`).join('');
    }
    case 'pipe':
      return printPipe(operand);
  }
}

export function printCommand({ operands }: Command): string {
  return operands
    .map((operand) => (operand.kind === 'pipe' ? `(${printPipe(operand)})` : printOperand(operand)))
    .join(' ');
}

export function printPipe({ variables, assigns, commands }: Pipe): string {
  const head = variables.length === 0 ? '' : `${variables.join(', ')} ${assigns ? '=' : ':='} `;
  return head + commands.map(printCommand).join(' | ');
}
