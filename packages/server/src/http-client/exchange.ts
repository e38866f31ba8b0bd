import { STATUS_CODES } from 'node:http';
import type { Dispatcher } from 'undici';
import { BodyBuffer } from './body-buffer.ts';
import { describeFailure, HttpClientError } from './http-client-error.ts';

/** So much of a body is kept when the status says that it is not what was asked for. */
const MAX_REFUSAL_BYTES = 1 << 16;

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | undefined;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
  readonly buffer: BodyBuffer | undefined;
}

/** An answer as it came over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request and its answer on one connection. */
export function exchange(options: ExchangeOptions): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(gaveUp(options.signal, 'before it was sent'));
      return;
    }
    const handler = new ExchangeHandler(options, resolve, reject);
    const { dispatcher, url, method, headers, body } = options;
    const path = `${url.pathname}${url.search}`;
    try {
      dispatcher.dispatch({ origin: url.origin, path, method, headers: [...headers], body: body ?? null }, handler);
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
    }
  });
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #resolve: (response: WireResponse) => void;
  readonly #reject: (error: HttpClientError) => void;
  readonly #buffer: BodyBuffer;
  readonly #onAbort: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: HttpClientError | undefined;
  #isSettled = false;
  #status = 0;
  #statusText = '';
  #headers: WireResponse['headers'] = {};
  #maxBytes = 0;

  constructor(
    options: ExchangeOptions,
    resolve: (response: WireResponse) => void,
    reject: (error: HttpClientError) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#buffer = options.buffer ?? new BodyBuffer();
    this.#buffer.clear();
    this.#onAbort = () => this.#fail(gaveUp(options.signal, this.#stage()));
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The caller gave up while the connection was being made.
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: WireResponse['headers'],
    statusText?: string,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#statusText = statusText ?? '';
    this.#headers = headers;
    const { maxBodyBytes } = this.#options;
    const length = Number(headers['content-length'] ?? 0);
    this.#maxBytes = this.#isRefusal ? Math.min(maxBodyBytes, MAX_REFUSAL_BYTES) : maxBodyBytes;
    if (length > this.#maxBytes) this.#tooLarge(controller);
    else if (length > 0) this.#buffer.reserve(length);
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.#isSettled) return;
    if (this.#buffer.length + piece.length > this.#maxBytes) this.#tooLarge(controller);
    else this.#buffer.append(piece);
  }

  onResponseEnd(): void {
    this.#settle();
    this.#resolve(this.#response());
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(
      this.#failure ??
        describeFailure(error, { isSent: this.#controller !== undefined, isAnswered: this.#status !== 0 }),
    );
  }

  get #isRefusal(): boolean {
    return this.#status < 200 || this.#status > 299;
  }

  #tooLarge(controller: Dispatcher.DispatchController): void {
    const failure = new HttpClientError('body_too_large', `the body is larger than ${this.#maxBytes} bytes`);
    if (this.#isRefusal) {
      this.#settle();
      this.#resolve(this.#response());
    } else {
      this.#fail(failure);
    }
    controller.abort(failure);
  }

  #response(): WireResponse {
    const statusText = this.#statusText === '' ? (STATUS_CODES[this.#status] ?? '') : this.#statusText;
    return { status: this.#status, statusText, headers: this.#headers, body: this.#buffer.view() };
  }

  #fail(failure: HttpClientError): void {
    this.#failure ??= failure;
    if (this.#isSettled) return;
    this.#settle();
    this.#reject(failure);
    this.#controller?.abort(failure);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  #stage(): string {
    if (this.#controller === undefined) return 'while connecting';
    if (this.#status === 0) return 'while waiting for an answer';
    return `after ${this.#buffer.length} bytes of the body`;
  }
}

function gaveUp(signal: AbortSignal, stage: string): HttpClientError {
  const { reason } = signal;
  const text = reason instanceof Error ? reason.message : String(reason);
  return new HttpClientError('aborted', `${text} ${stage}`, { cause: reason });
}
