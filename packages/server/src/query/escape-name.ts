import { isValidLabelName } from '@hearth/model';

const ESCAPED = 'U__';

/**
 * A label's name as a part of a path: what has other characters than the legacy ones goes as `U__` and the name, with `_`
 * written `__` and those characters as `_2e_`.
 */
export function escapeLabelName(name: string): string {
  if (isValidLabelName(name, 'legacy') && !name.startsWith(ESCAPED)) return name;
  let escaped = ESCAPED;
  for (const character of name) {
    if (character === '_') escaped += '__';
    else if (/^[a-zA-Z0-9:]$/.test(character)) escaped += character;
    else escaped += `_${(character.codePointAt(0) as number).toString(16)}_`;
  }
  return escaped;
}
