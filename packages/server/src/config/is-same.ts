import { Labels } from '@hearth/model';
import { CredentialUrl, Secret } from './secret.ts';

/**
 * Whether two parts of a configuration say the same, secrets included: what tells a reload which of its parts go on as
 * they are. Order counts in lists, not in objects.
 */
export function isSameConfig(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Secret && b instanceof Secret) return a.equals(b);
  if (a instanceof CredentialUrl && b instanceof CredentialUrl) return a.equals(b);
  if (a instanceof Labels && b instanceof Labels) return a.equals(b);
  if (a instanceof Map && b instanceof Map) return isSameMap(a, b);
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameConfig(a[key], b[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isSameMap(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !isSameConfig(value, b.get(key))) return false;
  return true;
}
