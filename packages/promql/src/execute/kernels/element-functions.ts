import { dateFunctions } from '../../math/dates.ts';

/** Functions of one value, by their names in PromQL. */
export const elementFunctions: ReadonlyMap<string, (value: number) => number> = new Map(
  Object.entries({
    ...dateFunctions,
    abs: Math.abs,
    acos: Math.acos,
    acosh: Math.acosh,
    asin: Math.asin,
    asinh: Math.asinh,
    atan: Math.atan,
    atanh: Math.atanh,
    ceil: Math.ceil,
    cos: Math.cos,
    cosh: Math.cosh,
    deg: (value: number) => (value * 180) / Math.PI,
    exp: Math.exp,
    floor: Math.floor,
    ln: Math.log,
    log10: Math.log10,
    log2: Math.log2,
    rad: (value: number) => (value * Math.PI) / 180,
    sgn: Math.sign,
    sin: Math.sin,
    sinh: Math.sinh,
    sqrt: Math.sqrt,
    tan: Math.tan,
    tanh: Math.tanh,
  }),
);
