import { BodyBuffer } from '../../http-client/body-buffer.ts';

const KEPT = 8;
/** Larger ones are not kept for the next scrape. */
const KEPT_BYTES = 1 << 24;

/** Memory for the bodies of scrapes that are under way, used again by the next ones. */
export class BodyBuffers {
  readonly #free: BodyBuffer[] = [];

  take(): BodyBuffer {
    return this.#free.pop() ?? new BodyBuffer();
  }

  give(buffer: BodyBuffer): void {
    if (buffer.capacity <= KEPT_BYTES && this.#free.length < KEPT) this.#free.push(buffer);
  }
}
