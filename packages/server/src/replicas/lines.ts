import { stripVTControlCharacters } from 'node:util';

const CUT_MARK = '…';

/** What a terminal would obey rather than show; a tab is harmless. */
const CONTROL_CHARACTERS = /(?!\t)\p{Cc}/gu;

export interface LineSplitter {
  /** Takes the next piece of text, wherever it was cut. */
  push(text: string): void;
  /** The text is over: a last line without its newline is a line too. */
  end(): void;
}

/**
 * Cuts a process's output into lines for a terminal: without control characters, at most `maxLength` characters each. It
 * never keeps more than one line's worth, however long the process goes on without a newline.
 */
export function createLineSplitter(maxLength: number, onLine: (line: string) => void): LineSplitter {
  let pending = '';
  let isCut = false;
  const append = (text: string): void => {
    const room = maxLength - pending.length;
    pending += text.slice(0, room);
    isCut ||= text.length > room;
  };
  const flush = (): void => {
    const line = stripVTControlCharacters(pending).replace(CONTROL_CHARACTERS, '');
    onLine(isCut ? line.slice(0, maxLength - CUT_MARK.length) + CUT_MARK : line);
    pending = '';
    isCut = false;
  };
  return {
    push(text) {
      const pieces = text.split('\n');
      pieces.forEach((piece, index) => {
        append(piece);
        if (index < pieces.length - 1) flush();
      });
    },
    end() {
      if (pending !== '') flush();
    },
  };
}
