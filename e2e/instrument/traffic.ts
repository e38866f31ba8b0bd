import { type Answer, type SendOptions, send, type WebApp } from '../support/web-app.ts';

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Of the body of the answer. */
  readonly bytes: number;
}

/** Sends requests and remembers how they were answered, to be compared with what was counted. */
export class Traffic {
  readonly #sent = new Map<WebApp, SentRequest[]>();

  async send(app: WebApp, requestLine: string, options?: SendOptions): Promise<Answer> {
    const answer = await send(app, requestLine, options);
    const [method, path] = requestLine.split(' ') as [string, string];
    const sent = this.#sent.get(app) ?? [];
    sent.push({ method, path, status: answer.status, bytes: answer.body.length });
    this.#sent.set(app, sent);
    return answer;
  }

  /** Sends each request so many times, one after another. */
  async repeat(app: WebApp, requestLines: readonly string[], times: number): Promise<void> {
    for (const requestLine of requestLines) for (let i = 0; i < times; i++) await this.send(app, requestLine);
  }

  sentTo(app: WebApp): readonly SentRequest[] {
    return this.#sent.get(app) ?? [];
  }

  /** How many of each kind were sent. */
  counts(app: WebApp, kindOf: (request: SentRequest) => string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const request of this.sentTo(app)) counts[kindOf(request)] = (counts[kindOf(request)] ?? 0) + 1;
    return counts;
  }
}
