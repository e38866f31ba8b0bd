const ESCAPED = 'U__';

/** An underscore, a code point in up to five hexadecimal digits, or a character that stands for itself. */
const PART = /__|_([0-9a-fA-F]{1,5})_|[^_]/suy;

/**
 * The label name that a path names: a name outside the legacy characters comes as `U__` and the name, with `_` written `__`
 * and other characters as `_2e_`. What is not escaped that way is taken as it is.
 */
export function unescapeLabelName(text: string): string {
  if (!text.startsWith(ESCAPED)) return text;
  const part = new RegExp(PART);
  part.lastIndex = ESCAPED.length;
  let name = '';
  while (part.lastIndex < text.length) {
    const found = part.exec(text);
    if (found === null) return text;
    if (found[0] === '__') name += '_';
    else if (found[1] === undefined) name += found[0];
    else {
      const code = Number.parseInt(found[1], 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return text;
      name += String.fromCodePoint(code);
    }
  }
  return name;
}
