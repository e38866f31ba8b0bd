type Keys = readonly { readonly name: string | number }[];

interface Alternative {
  readonly expression: RegExp;
  readonly template: string;
}

/** How every expression ends that Express 4 makes of a mount path. */
const END_OF_MOUNT = '(?=\\/|$)';

const alternativesOf = new WeakMap<RegExp, readonly Alternative[]>();

/**
 * The template of a mount path of Express 4, which keeps only the expression it was made into, and a key for each group. Of
 * a list of paths, the one that takes `path`. Undefined if the expression is the user's own.
 */
export function tryMountTemplate(regexp: RegExp, keys: Keys, path: string): string | undefined {
  let alternatives = alternativesOf.get(regexp);
  if (alternatives === undefined) {
    alternatives = readAlternatives(regexp, keys);
    alternativesOf.set(regexp, alternatives);
  }
  return alternatives.find(({ expression }) => expression.test(path))?.template;
}

function readAlternatives(regexp: RegExp, keys: Keys): readonly Alternative[] {
  if (!regexp.source.startsWith('^') || !regexp.source.endsWith(END_OF_MOUNT)) return [];
  const names = keys.map(({ name }) => name).values();
  return regexp.source
    .slice(1, -END_OF_MOUNT.length)
    .split(`${END_OF_MOUNT}|^`)
    .map((source) => ({
      expression: new RegExp(`^${source}${END_OF_MOUNT}`, regexp.flags),
      template: readTemplate(source.replace(/\\\/\?$/, ''), names),
    }));
}

/** Reads literals as they are and groups as parameters; `names` gives the name of each group in turn. */
function readTemplate(source: string, names: Iterator<string | number>): string {
  let template = '';
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === '\\') {
      template += source[++i];
    } else if (character === '(') {
      const end = endOfGroup(source, i);
      template += parameter(source.slice(i, end), names);
      i = end - 1;
      if (source[end] === '?') i++;
    } else {
      template += character;
    }
  }
  return template;
}

/** `(?:\/([^\/]+?))` is `/:name`; a group without a name is `*`. */
function parameter(group: string, names: Iterator<string | number>): string {
  let text = /^\(\?:\\([/.])/.exec(group)?.[1] ?? '';
  for (let i = 0; i < group.length; i++) {
    if (group[i] === '\\') i++;
    else if (group[i] === '[') i = group.indexOf(']', i + 1);
    else if (group[i] === '(' && group[i + 1] !== '?') text += nameText(names.next().value);
  }
  return text;
}

function nameText(name: string | number | undefined): string {
  return typeof name === 'string' ? `:${name}` : '*';
}

function endOfGroup(source: string, start: number): number {
  let depth = 0;
  for (let i = start; i < source.length; i++) {
    const character = source[i];
    if (character === '\\') i++;
    else if (character === '[') i = source.indexOf(']', i + 1);
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return i + 1;
  }
  return source.length;
}
