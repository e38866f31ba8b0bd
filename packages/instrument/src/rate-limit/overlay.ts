/**
 * An object that is `target` in every respect but for the methods that `replacements` has. All else runs on `target` itself,
 * so that private fields, setters and calls between its methods work as ever; `instanceof` sees no difference.
 */
export function overlay<T extends object>(target: T, replacements: Partial<T>): T {
  const methods = new WeakMap<object, unknown>();
  const methodOnTarget = (method: (...args: never[]) => unknown): unknown => {
    const present = methods.get(method);
    if (present !== undefined) return present;
    const onTarget = new Proxy(method, {
      apply: (_, self: unknown, args) => Reflect.apply(method, self === overlaid ? target : self, args),
    });
    methods.set(method, onTarget);
    return onTarget;
  };
  const overlaid: T = new Proxy(target, {
    get: (_, property) => {
      if (Object.hasOwn(replacements, property)) return replacements[property as keyof T];
      const value: unknown = Reflect.get(target, property, target);
      // A class is no method, and who compares constructors expects it itself.
      return typeof value === 'function' && property !== 'constructor' ? methodOnTarget(value as never) : value;
    },
    set: (_, property, value) => Reflect.set(target, property, value),
  });
  return overlaid;
}
