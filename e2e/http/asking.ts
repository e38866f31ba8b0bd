/** One request: `GET /api/v1/query?query=up`, or `POST /api/v1/query` with a form. */
export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

export function nameOf({ method, path, form }: Call): string {
  return `${method} ${path}${form === undefined ? '' : ` with ${form}`}`;
}

export async function ask(url: string, { method, path, form, headers = {} }: Call): Promise<Answer> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(form !== undefined && type), ...headers },
    ...(form !== undefined && { body: form }),
    redirect: 'manual',
  });
  const contentType = response.headers.get('content-type') ?? '';
  const text = await response.text();
  return { status: response.status, contentType, body: contentType === 'application/json' ? JSON.parse(text) : text };
}
