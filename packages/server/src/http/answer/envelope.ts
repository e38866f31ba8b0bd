import type { ApiAnswer } from '../api/route.ts';
import type { HttpError } from '../errors/http-errors.ts';
import { type JsonPart, objectPart, valuePart } from '../json/json-part.ts';

/** `{"status":"success","data":…}`, with what should be known beside the data. */
export function successPart({ data, warnings = [], infos = [] }: ApiAnswer): JsonPart {
  return objectPart({
    status: valuePart('success'),
    data,
    warnings: warnings.length > 0 ? valuePart(warnings) : undefined,
    infos: infos.length > 0 ? valuePart(infos) : undefined,
  });
}

/** `{"status":"error","errorType":"bad_data","error":"…"}` */
export function errorPart({ code, message }: HttpError): JsonPart {
  return valuePart({ status: 'error', errorType: code, error: message });
}
