import type { ValidationScheme } from '@hearth/model';
import type { EscapingScheme } from '../types.ts';
import { readChoice } from '../yaml/scalars.ts';

export const readValidationScheme = readChoice<ValidationScheme>(['utf8', 'legacy']);

export const readEscapingScheme = readChoice<EscapingScheme>(['allow-utf-8', 'underscores', 'dots', 'values']);
