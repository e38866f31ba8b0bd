const REFERENCE = /\$(?:\{([^}]*)\}|([*#$@!?\-0-9]|[A-Za-z_][A-Za-z0-9_]*)|(\{))/g;

/**
 * Replaces `$name` and `${name}` by variables of the environment, and `$$` by a dollar: what Prometheus does in
 * external labels and nowhere else. What is not set is empty, and told to `onEmpty`. A dollar in front of anything else
 * stays; a brace that never closes goes.
 */
export function expandEnvironment(text: string, env: NodeJS.ProcessEnv, onEmpty: (name: string) => void): string {
  return text.replace(REFERENCE, (_, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare;
    if (name === undefined || name === '') return '';
    if (name === '$') return '$';
    const value = env[name] ?? '';
    if (value === '') onEmpty(name);
    return value;
  });
}
