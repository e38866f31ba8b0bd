export { JsonWriter } from './http/json/json-writer.ts';
export { resultPart } from './http/json/result-part.ts';
