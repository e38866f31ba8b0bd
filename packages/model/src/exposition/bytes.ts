/** The bytes that mean something in either format. */
export const NUL = 0x00;
export const TAB = 0x09;
export const LF = 0x0a;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
export const NINE = 0x39;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const UPPER_E = 0x45;
export const LOWER_E = 0x65;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Bits of BYTE_CLASS. */
export const METRIC_NAME_START = 1;
export const METRIC_NAME_PART = 2;
export const LABEL_NAME_START = 4;
export const LABEL_NAME_PART = 8;

/** For each byte the bits of the unquoted names that it may start or be a part of. */
export const BYTE_CLASS = createByteClasses();

function createByteClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  const add = (bytes: string, bits: number) => {
    for (const byte of bytes) classes[byte.charCodeAt(0)] |= bits;
  };
  add('abcdefghijklmnopqrstuvwxyz', METRIC_NAME_START | METRIC_NAME_PART | LABEL_NAME_START | LABEL_NAME_PART);
  add('ABCDEFGHIJKLMNOPQRSTUVWXYZ', METRIC_NAME_START | METRIC_NAME_PART | LABEL_NAME_START | LABEL_NAME_PART);
  add('_', METRIC_NAME_START | METRIC_NAME_PART | LABEL_NAME_START | LABEL_NAME_PART);
  add('0123456789', METRIC_NAME_PART | LABEL_NAME_PART);
  add(':', METRIC_NAME_START | METRIC_NAME_PART);
  return classes;
}
