const IS_ASCII = /^\p{ASCII}*$/u;

/** Letter by letter, as Go does it: no letter becomes two, and none looks at its neighbours. */
export function toGoLowerCase(text: string): string {
  return IS_ASCII.test(text) ? text.toLowerCase() : mapLetters(text, lowerLetter);
}

export function toGoUpperCase(text: string): string {
  return IS_ASCII.test(text) ? text.toUpperCase() : mapLetters(text, (letter) => letter.toUpperCase());
}

function mapLetters(text: string, map: (letter: string) => string): string {
  let mapped = '';
  for (const letter of text) {
    const candidate = map(letter);
    mapped += isOneLetter(candidate) ? candidate : letter;
  }
  return mapped;
}

/** The dotted capital I is the only letter whose small form is two letters to JavaScript, and one to Go. */
function lowerLetter(letter: string): string {
  return letter === 'İ' ? 'i' : letter.toLowerCase();
}

function isOneLetter(text: string): boolean {
  return text.length === String.fromCodePoint(text.codePointAt(0)!).length;
}
