import type { FunctionContext, Parameter, TemplateFunction } from './functions.ts';
import { functions } from './functions.ts';
import { TemplateSample } from './sample.ts';
import { TemplateError } from './template-error.ts';
import {
  type Branch,
  type Command,
  type Node,
  type Operand,
  type Pipe,
  printCommand,
  printOperand,
  printPipe,
  type Template,
} from './tree.ts';
import { isSlice, isStruct, isTrue, printValue, TemplateMap, typeNameOf, type Value } from './value.ts';

/** A template that writes more, or works longer, is ended: an alert's description is a page at most. */
const MAX_TEXT_LENGTH = 1 << 20;
const MAX_STEPS = 1_000_000;
const MAX_CALL_DEPTH = 100;

/** Steps between two rests, which take a tenth of a millisecond or so. */
const STEPS_PER_PACE = 100;

export interface ExecuteOptions extends FunctionContext {
  /** What `.` and `$` are at first. */
  readonly data: Value;
  /** How the work shares the event loop: called now and then, and waited for where it returns a promise. */
  readonly pace: () => Promise<void> | undefined;
}

/** Expands a template. Throws a TemplateError, also for what a function throws. */
export async function executeTemplate(template: Template, options: ExecuteOptions): Promise<string> {
  const execution = new Execution(template, options);
  return execution.run();
}

const TYPE_NAMES = {
  any: 'interface {}',
  string: 'string',
  sample: '*template.sample',
  samples: 'template.queryResult',
} satisfies Record<Parameter, string>;

type Flow = 'on' | 'break' | 'continue';

/** Stands for "no value yet" at the start of a pipeline, where nil is a value. */
const NOTHING = Symbol('nothing');
type Final = Value | typeof NOTHING;

class Execution {
  readonly #template: Template;
  readonly #options: ExecuteOptions;
  #variables: { readonly name: string; value: Value }[];
  #output = '';
  #steps = 0;
  #callDepth = 0;
  /** What is being worked on, for errors. */
  #place: { readonly at: number; print(): string } = { at: 0, print: () => '' };

  constructor(template: Template, options: ExecuteOptions) {
    this.#template = template;
    this.#options = options;
    this.#variables = [{ name: '$', value: options.data }];
  }

  async run(): Promise<string> {
    await this.#walk(this.#template.main, this.#options.data);
    return this.#output;
  }

  async #walk(nodes: readonly Node[], dot: Value): Promise<Flow> {
    for (const node of nodes) {
      if (++this.#steps > MAX_STEPS) this.#fail(`it takes more than ${MAX_STEPS} steps`);
      if (this.#steps % STEPS_PER_PACE === 0) await this.#options.pace();
      const flow = await this.#walkOne(node, dot);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  async #walkOne(node: Node, dot: Value): Promise<Flow> {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'on';
      case 'action': {
        const value = await this.#evaluatePipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(value === undefined ? '<no value>' : printValue(value));
        return 'on';
      }
      case 'if':
      case 'with':
        return this.#walkChoice(node, dot);
      case 'range':
        return this.#walkRange(node, dot);
      case 'template':
        await this.#callTemplate(node, dot);
        return 'on';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  #write(text: string): void {
    this.#output += text;
    if (this.#output.length > MAX_TEXT_LENGTH) this.#fail(`the result is longer than ${MAX_TEXT_LENGTH} characters`);
  }

  async #walkChoice({ kind, pipe, body, otherwise }: Branch, dot: Value): Promise<Flow> {
    const scope = this.#variables.length;
    const value = await this.#evaluatePipe(pipe, dot);
    const flow = isTrue(value)
      ? await this.#walk(body, kind === 'with' ? value : dot)
      : await this.#walk(otherwise, dot);
    this.#variables.length = scope;
    return flow;
  }

  async #walkRange({ pipe, body, otherwise }: Branch, dot: Value): Promise<Flow> {
    const scope = this.#variables.length;
    const elements = this.#elementsOf(await this.#evaluatePipe({ ...pipe, variables: [] }, dot), pipe);
    for (const [key, element] of elements) {
      this.#bindElement(pipe, key, element);
      const flow = await this.#walk(body, element);
      this.#variables.length = scope;
      if (flow === 'break') break;
    }
    if (elements.length === 0) return this.#walk(otherwise, dot);
    return 'on';
  }

  #elementsOf(value: Value, pipe: Pipe): readonly (readonly [Value, Value])[] {
    if (value === undefined) return [];
    if (isSlice(value)) return value.map((element, i) => [BigInt(i), element]);
    if (value instanceof TemplateMap) {
      return [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1));
    }
    this.#place = { at: pipe.at, print: () => printPipe(pipe) };
    return this.#fail(`range can't iterate over ${printValue(value)}`);
  }

  #bindElement({ variables, assigns }: Pipe, key: Value, element: Value): void {
    const values = variables.length === 1 ? [element] : [key, element];
    for (const [i, name] of variables.entries()) this.#bind(name, values[i], assigns);
  }

  #bind(name: string, value: Value, assigns: boolean): void {
    if (assigns) this.#variables.findLast((variable) => variable.name === name)!.value = value;
    else this.#variables.push({ name, value });
  }

  async #callTemplate({ name, pipe, at }: Extract<Node, { readonly kind: 'template' }>, dot: Value): Promise<void> {
    this.#place = { at, print: () => `{{template ${JSON.stringify(name)}${pipe ? ` ${printPipe(pipe)}` : ''}}}` };
    const nodes = this.#template.defined.get(name);
    if (nodes === undefined) this.#fail(`template ${JSON.stringify(name)} not defined`);
    if (++this.#callDepth > MAX_CALL_DEPTH) this.#fail(`exceeded maximum template depth (${MAX_CALL_DEPTH})`);
    const data = pipe === undefined ? undefined : await this.#evaluatePipe(pipe, dot);
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: data }];
    await this.#walk(nodes, data);
    this.#variables = outer;
    this.#callDepth--;
  }

  async #evaluatePipe(pipe: Pipe, dot: Value): Promise<Value> {
    this.#place = { at: pipe.at, print: () => printPipe(pipe) };
    let final: Final = NOTHING;
    for (const command of pipe.commands) final = await this.#evaluateCommand(command, dot, final);
    const value = final as Value;
    for (const name of pipe.variables) this.#bind(name, value, pipe.assigns);
    return value;
  }

  async #evaluateCommand(command: Command, dot: Value, final: Final): Promise<Value> {
    const [first, ...args] = command.operands;
    if (first.kind === 'function') return this.#callFunction(command, { name: first.name, args, dot, final });
    if (first.kind === 'nil') {
      this.#enter(first);
      this.#fail('nil is not a command');
    }
    const fields = 'fields' in first ? first.fields : [];
    if (fields.length === 0) {
      if (args.length > 0 || final !== NOTHING) this.#refuseArguments(first);
      return this.#evaluateOperand(first, dot);
    }
    const method: MethodCall = { args: await this.#evaluateAll(args, dot), final };
    return this.#evaluateOperand(first, dot, method);
  }

  #refuseArguments(operand: Operand): never {
    this.#enter(operand);
    return this.#fail(`can't give argument to non-function ${printOperand(operand)}`);
  }

  #enter(operand: Operand): void {
    this.#place = { at: operand.at, print: () => printOperand(operand) };
  }

  async #evaluateAll(operands: readonly Operand[], dot: Value): Promise<Value[]> {
    const values: Value[] = [];
    for (const operand of operands) values.push(await this.#evaluateOperand(operand, dot));
    return values;
  }

  /** `method` has the arguments for the last field. */
  async #evaluateOperand(operand: Operand, dot: Value, method?: MethodCall): Promise<Value> {
    this.#enter(operand);
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'constant':
        return operand.value;
      case 'field':
        return this.#evaluateFields(dot, operand.fields, method);
      case 'variable': {
        const { value } = this.#variables.findLast(({ name }) => name === operand.name)!;
        return this.#evaluateFields(value, operand.fields, method);
      }
      case 'chain':
        return this.#evaluateFields(await this.#evaluateOperand(operand.operand, dot), operand.fields, method);
      case 'function':
        return this.#callFunction(
          { operands: [operand], at: operand.at },
          { name: operand.name, args: [], dot, final: NOTHING },
        );
      case 'pipe':
        return this.#evaluatePipe(operand, dot);
    }
  }

  #evaluateFields(value: Value, fields: readonly string[], method?: MethodCall): Value {
    let current = value;
    for (const [i, field] of fields.entries()) {
      current = this.#evaluateField(current, field, i === fields.length - 1 ? method : undefined);
    }
    return current;
  }

  #evaluateField(value: Value, field: string, method: MethodCall | undefined): Value {
    const args = method === undefined ? [] : method.final === NOTHING ? method.args : [...method.args, method.final];
    if (value === undefined) return undefined;
    if (isStruct(value)) {
      const call = value.methods.get(field);
      if (call) return this.#guard(field, () => call(args));
      if (args.length > 0) this.#fail(`${field} has arguments but cannot be invoked as function`);
      if (value.fields.has(field)) return value.fields.get(field);
    } else if (value instanceof TemplateMap) {
      if (args.length > 0) this.#fail(`${field} is not a method but has arguments`);
      return value.get(field);
    }
    return this.#fail(`can't evaluate field ${field} in type ${typeNameOf(value)}`);
  }

  #guard(name: string, call: () => Value): Value {
    try {
      return call();
    } catch (error) {
      return this.#fail(`error calling ${name}: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  async #callFunction(command: Command, { name, args, dot, final }: FunctionCall): Promise<Value> {
    this.#enter(command.operands[0]);
    const called = functions.get(name)!;
    const count = args.length + (final === NOTHING ? 0 : 1);
    this.#checkCount(name, called, count);
    if (name === 'and' || name === 'or') return this.#evaluateLogic(name, { args, dot, final });
    const values: Value[] = [];
    for (const [i, operand] of args.entries()) {
      const wanted = called.parameters[i] ?? called.rest;
      const value = await this.#evaluateOperand(operand, dot);
      values.push(operand.kind === 'constant' ? this.#checkConstant(operand, wanted) : this.#checkType(value, wanted));
    }
    if (final !== NOTHING) values.push(this.#checkType(final, called.parameters[args.length] ?? called.rest));
    try {
      return checkLength(await called.call(values, this.#options));
    } catch (error) {
      this.#place = { at: command.at, print: () => printCommand(command) };
      return this.#fail(`error calling ${name}: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  #checkCount(name: string, { parameters, rest }: TemplateFunction, count: number): void {
    if (rest === undefined ? count === parameters.length : count >= parameters.length) return;
    const wanted = rest === undefined ? `${parameters.length}` : `at least ${parameters.length}`;
    this.#fail(`wrong number of args for ${name}: want ${wanted} got ${count}`);
  }

  /** Evaluates only as many arguments as it needs. */
  async #evaluateLogic(name: 'and' | 'or', { args, dot, final }: Omit<FunctionCall, 'name'>): Promise<Value> {
    let value: Value;
    for (const operand of args) {
      value = await this.#evaluateOperand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === NOTHING ? value : final;
  }

  #checkType(value: Value, wanted: Parameter | undefined): Value {
    const fits =
      wanted === 'any' ||
      wanted === undefined ||
      (wanted === 'string' && typeof value === 'string') ||
      (wanted === 'sample' && value instanceof TemplateSample) ||
      (wanted === 'samples' && isSlice(value));
    if (fits) return value;
    return this.#fail(`wrong type for value; expected ${TYPE_NAMES[wanted]}; got ${typeNameOf(value)}`);
  }

  #checkConstant(
    { value, text }: Extract<Operand, { readonly kind: 'constant' }>,
    wanted: Parameter | undefined,
  ): Value {
    if (wanted === 'string' && typeof value !== 'string') this.#fail(`expected string; found ${text}`);
    if (wanted === 'sample' || wanted === 'samples') {
      this.#fail(`can't handle ${text} for arg of type ${TYPE_NAMES[wanted]}`);
    }
    return value;
  }

  #fail(reason: string, cause?: unknown): never {
    const { name, text } = this.#template;
    const before = text.slice(0, this.#place.at);
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1));
    const place = `template: ${name}:${line}:${column}: executing ${JSON.stringify(name)} at <${this.#place.print()}>`;
    throw new TemplateError('template_execution', `${place}: ${reason}`, { cause });
  }
}

function checkLength(value: Value): Value {
  if (typeof value === 'string' && value.length > MAX_TEXT_LENGTH) {
    throw new Error(`the result is longer than ${MAX_TEXT_LENGTH} characters`);
  }
  return value;
}

interface MethodCall {
  readonly args: readonly Value[];
  readonly final: Final;
}

interface FunctionCall {
  readonly name: string;
  readonly args: readonly Operand[];
  readonly dot: Value;
  readonly final: Final;
}
