/** Puts text in a style. Each keeps the width of what is seen. */
export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  link(text: string): string;
}

export const plainPaint: Paint = {
  strong: (text) => text,
  faint: (text) => text,
  link: (text) => text,
};

/** Select Graphic Rendition, ECMA-48 § 8.3.117: 1 bold, 2 faint, 36 cyan; 22 and 39 undo them. */
export const ansiPaint: Paint = {
  strong: (text) => `\u001b[1m${text}\u001b[22m`,
  faint: (text) => `\u001b[2m${text}\u001b[22m`,
  link: (text) => `\u001b[36m${text}\u001b[39m`,
};

/** Colours only for somebody who looks at a terminal and has not asked for none (https://no-color.org). */
export function choosePaint(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isWanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return isWanted ? ansiPaint : plainPaint;
}
