/** An application that a test has started, and has to close. */
export interface WebApp {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Sends `METHOD /path` and reads the answer to its end; resolves with its status. */
export async function send(
  app: WebApp,
  request: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const [method, path] = request.split(' ') as [string, string];
  const response = await fetch(app.url + path, { method, headers, redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}
