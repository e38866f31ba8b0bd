import type { JsonPart } from '../json/json-part.ts';
import type { FormValues } from '../parameters/form-values.ts';

export type Method = 'GET' | 'POST' | 'PUT';

/**
 * One call of the API, told to the router: what it needs, and what it answers. Handlers know nothing of HTTP beyond this;
 * they throw an `HttpError` for what the client is to be told.
 */
export interface ApiRoute {
  readonly methods: readonly Method[];
  /** Below `/api/v1`. `:name` stands for a part of the path. */
  readonly path: string;
  /** What a user has to be; anything that changes something takes an administrator. A viewer where it is not said. */
  readonly role?: 'admin';
  /** Also while the server starts and stops. */
  readonly answersAlways?: true;
  readonly answer: (call: ApiCall) => ApiAnswer | Promise<ApiAnswer>;
}

export interface ApiCall {
  /** What the body says, and then the URL. */
  readonly form: FormValues;
  /** What the URL says. */
  readonly query: FormValues;
  /** Parts of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  /** What comes under `data`. Without it the answer is 204. */
  readonly data?: JsonPart;
  /** In the order in which they arose. */
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export const READ_BY_FORM: readonly Method[] = ['GET', 'POST'];
export const READ: readonly Method[] = ['GET'];
export const CHANGE: readonly Method[] = ['POST', 'PUT'];
