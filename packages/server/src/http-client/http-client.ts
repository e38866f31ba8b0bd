import type { BodyBuffer } from './body-buffer.ts';

/**
 * The one way in which this program talks to others over HTTP: with the credentials, TLS settings and proxy of one
 * `HttpClientConfig`, over connections that are kept for the next request. HTTP/1.1, whatever `enable_http2` says.
 *
 * Calls may overlap. `*_file` secrets and TLS files are read again for each request, so that what is rotated is used at once.
 */
export interface HttpClient {
  /**
   * Resolves when the whole answer has arrived, whatever its status; redirects have been followed if they should be, without
   * credentials to another origin. Rejects with an `HttpClientError` for everything that goes wrong, also for an answer beyond its bounds.
   *
   * A GET that a kept connection loses before anything came back is sent again once: the other side had closed it meanwhile.
   */
  send(request: HttpRequest): Promise<HttpResponse>;

  /** Ends what is under way, and closes all connections. */
  close(): Promise<void>;
}

export interface HttpRequest {
  /** `http:` or `https:`. User and password in it are sent if nothing else says who we are. */
  readonly url: string | URL;
  /** GET unless it is said. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Names in lower case. Those of the configuration win. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the body, as it comes over the wire and uncompressed. Answers with another status than 2xx are cut off instead, earlier. */
  readonly maxBodyBytes: number;
  /** What makes it stop, with an Error as reason, which the message of the failure repeats. */
  readonly signal: AbortSignal;
  /** Where the body is gathered; the caller may use it again when it has done with the answer. */
  readonly buffer?: BodyBuffer;
}

export interface HttpResponse {
  readonly status: number;
  /** Such as `404 Not Found`. */
  readonly statusLine: string;
  /** The value of a header, `''` if there is none; several are joined by commas. */
  header(name: string): string;
  /** Uncompressed. A view of the request's buffer, if it had one. */
  readonly body: Uint8Array;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}
