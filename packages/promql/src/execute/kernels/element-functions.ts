import { dateFunctions } from '../../math/dates.ts';

const DEGREES_PER_RADIAN = 180 / Math.PI;

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
    deg: (value: number) => value * DEGREES_PER_RADIAN,
    exp: Math.exp,
    floor: Math.floor,
    ln: Math.log,
    log10: Math.log10,
    log2: Math.log2,
    rad: (value: number) => value / DEGREES_PER_RADIAN,
    sgn: Math.sign,
    sin: Math.sin,
    sinh: Math.sinh,
    sqrt: Math.sqrt,
    tan: Math.tan,
    tanh: Math.tanh,
  }),
);
