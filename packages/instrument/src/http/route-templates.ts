/**
 * Finds the template of a path among those listed, the first that fits: `:name` stands for one segment, a `*` at the end for
 * any rest.
 */
export function createTemplateFinder(templates: readonly string[]): (path: string) => string | undefined {
  const plain = new Set(templates.filter((template) => !/[:*]/.test(template)));
  const patterns = templates
    .filter((template) => !plain.has(template))
    .map((template) => ({ template, expression: expressionFor(template) }));
  return (path) => (plain.has(path) ? path : patterns.find(({ expression }) => expression.test(path))?.template);
}

function expressionFor(template: string): RegExp {
  const source = template
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[A-Za-z_]\w*/g, '[^/]+')
    .replace(/\*$/, '.*');
  return new RegExp(`^${source}$`);
}
