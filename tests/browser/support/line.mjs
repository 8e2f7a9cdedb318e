// A line of limited bandwidth with a delay, between the server and everything that fetches from it: pages and workers
// alike, which Chromium's own throttling treats apart.

import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes that are sent at once. */
const PIECE = 16_384;

export class Line {
  /** What was sent: `{ path, bytes, begun, ended }`, with times in milliseconds since the first request. */
  sent = [];
  #begun;
  #free = 0;
  #known = new WeakSet();

  /** `delay`: milliseconds for the way to the server and back. */
  constructor({ bitsPerSecond, delay }) {
    this.bytesPerMs = bitsPerSecond / 8000;
    this.delay = delay;
  }

  /** Milliseconds since the first request. */
  now() {
    this.#begun ??= performance.now();
    return performance.now() - this.#begun;
  }

  /** Answers a request with these bytes. */
  async answer(response, { path, type, bytes, status = 200 }) {
    const begun = this.now();
    // A new connection costs a way of its own.
    const isNew = !this.#known.has(response.socket);
    this.#known.add(response.socket);
    await sleep(isNew ? 2 * this.delay : this.delay);
    response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
    // Whoever has a piece to send waits for its turn, so all share the line.
    for (let at = 0; at < bytes.length && !response.destroyed; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      this.#free = Math.max(this.#free, this.now()) + piece.length / this.bytesPerMs;
      await sleep(Math.max(0, this.#free - this.now()));
      response.write(piece);
    }
    response.end();
    this.sent.push({ path, bytes: bytes.length, begun, ended: this.now() });
  }
}
