// A plain static server for the built site, which breaks files on request and records what was
// requested. It has no fallback page: a missing file is a 404.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const DIST = process.env.ATELIER_DIST
  ?? fileURLToPath(new URL('../../../dist', import.meta.url));

// Not at the root, because the site must work in any folder.
const MOUNT = '/some/folder/';

const TYPES = {
  '.bin': 'application/octet-stream',
  '.css': 'text/css; charset=utf-8',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

// Faults: each responds to a request in place of the plain file.

/** The file is missing. */
export const missing = () => (response) => respond(response, 404, 'text/plain', 'not found');

/** The file is truncated. */
export const truncated = (bytes) => (response, file) =>
  respond(response, 200, file.type, file.bytes.subarray(0, bytes));

/** One byte of the file is altered. */
export const altered = (at) => (response, file) => {
  const bytes = Buffer.from(file.bytes);
  bytes[at] ^= 1;
  respond(response, 200, file.type, bytes);
};

/** The file is this text. */
export const replaced = (text) => (response, file) => respond(response, 200, file.type, text);

/** The file is what this makes of it. */
export const changed = (change) => (response, file) => respond(response, 200, file.type, change(file.bytes));

/** The site has a file of these bytes. */
export const added = (bytes) => (response, file) => respond(response, 200, file.type, bytes);

/** The script first runs other code. */
export const beginningWith = (script) => (response, file) =>
  respond(response, 200, file.type, `${script}\n${file.bytes}`);

/** The server responds with a page, as servers for single-page sites do for missing files. */
export const pageInstead = () => (response) =>
  respond(response, 200, TYPES['.html'], '<!doctype html><title>Welcome</title>');

/** The server is overloaded this many times, then works. */
export const unavailable = (times) => {
  let left = times;
  return (response, file) => {
    left -= 1;
    if (left >= 0) respond(response, 503, 'text/plain', 'later');
    else respond(response, 200, file.type, file.bytes);
  };
};

/** The connection breaks in the middle of the file this many times, then holds. */
export const broken = (times) => {
  let left = times;
  return async (response, file) => {
    left -= 1;
    if (left < 0) return respond(response, 200, file.type, file.bytes);
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
    response.write(file.bytes.subarray(0, file.bytes.length / 2));
    // The first half must have been sent before the connection breaks, or the browser gets no response at all.
    await sleep(100);
    response.destroy();
  };
};

/** The file arrives in pieces with pauses between them. */
export const slow = (pieces, pause) => async (response, file) => {
  response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
  const size = Math.ceil(file.bytes.length / pieces);
  for (let at = 0; at < file.bytes.length && !response.destroyed; at += size) {
    response.write(file.bytes.subarray(at, at + size));
    await sleep(pause);
  }
  response.end();
};

/** The response waits until `release()` is called. */
export const held = () => {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  const fault = async (response, file) => {
    await released;
    respond(response, 200, file.type, file.bytes);
  };
  return Object.assign(fault, { release });
};

function respond(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/**
 * The name that a file of the site had before the build put a hash into it and compressed it, by which tests name it:
 * `worker_bg.wasm` of `worker_bg-0123456789abcdef.wasm.gz`.
 */
export const plainName = (path) => path.replace(/-[0-9a-f]{8,16}(?=[._][^/]*$)/, '').replace(/\.(wasm|bin)\.gz$/, '.$1');

class Site {
  /** The requested paths, in order, relative to the site, by their plain names. */
  requests = [];
  /** A `Line` on which to answer; without one, answers come at once. */
  line;
  /** Further headers of a file, by its name: pairs of a name and a value. A host without settings sends none. */
  headersOf = () => [];
  /** The folder of the build that is served. */
  dist = DIST;
  #port = 0;
  #faults = new Map();
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.destroy(error));
  });

  async listen() {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = this.#server.address().port;
    return this;
  }

  /** The site's address with this query, under this host name. */
  url(query = '', host = '127.0.0.1') {
    return `http://${host}:${this.#port}${MOUNT}${query && `?${query}`}`;
  }

  /** Answers requests for a file, by its plain name, with a fault from now on. */
  breakFile(path, fault) {
    this.#faults.set(path, fault);
  }

  /** Removes every fault. */
  heal() {
    this.#faults.clear();
  }

  /** How often each path below a folder was requested. */
  asked(folder) {
    const paths = this.requests.filter((path) => path.startsWith(folder));
    return paths.reduce((counts, path) => ({ ...counts, [path]: (counts[path] ?? 0) + 1 }), {});
  }

  /** Ends the server; `listen` starts it again at the same address. */
  async close() {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.url());
    // Browsers request it by themselves; whether the site has one does not matter here.
    if (pathname === '/favicon.ico') return respond(response, 204, 'image/x-icon', '');
    if (!pathname.startsWith(MOUNT)) return missing()(response);
    // Normalised below a root, so that no path leads out of the folder.
    const name = normalize(`/${decodeURIComponent(pathname.slice(MOUNT.length))}`).slice(1) || 'index.html';
    const plain = plainName(name);
    this.requests.push(plain);
    for (const [header, value] of this.headersOf(name)) response.setHeader(header, value);
    const bytes = await readFile(join(this.dist, name)).catch(() => undefined);
    const file = { bytes, type: TYPES[extname(name)] ?? 'application/octet-stream' };
    const fault = this.#faults.get(plain);
    if (fault) return fault(response, file);
    if (!bytes) return missing()(response);
    if (this.line) return this.line.answer(response, { path: plain, type: file.type, bytes });
    return respond(response, 200, file.type, bytes);
  }
}

/** Serves the built site. */
export const serveSite = () => new Site().listen();
