// The published site as a static host serves it: the brotli and gzip copies that `cargo xtask dist` has put beside texts, and the
// headers of docs/hosting.md. Where a build has no copies, texts are compressed on the way, as hosts do by themselves.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { recommendedHeaders } from '../browser/support/headers.mjs';

const TEXTS = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const OTHERS = { '.gz': 'application/gzip', '.png': 'image/png' };

const read = (path) => readFile(path).catch(() => undefined);

/** The file as this browser gets it, and its encoding. */
async function encoded(path, accepted) {
  const bytes = await read(path);
  if (!bytes || !(extname(path) in TEXTS)) return { bytes };
  for (const [encoding, ending] of [['br', 'br'], ['gzip', 'gz']]) {
    const copy = accepted.includes(encoding) && await read(`${path}.${ending}`);
    if (copy) return { bytes: copy, encoding };
  }
  return accepted.includes('gzip') ? { bytes: gzipSync(bytes), encoding: 'gzip' } : { bytes };
}

/** Serves a folder on 127.0.0.1; returns its address and how to end it. */
export async function serve(folder) {
  const headersOf = await recommendedHeaders();
  const server = createServer(async (request, response) => {
    // Normalised below a root, so that no path leads out of the folder.
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
    const name = path.endsWith('/') ? `${path}index.html` : path;
    const accepted = (request.headers['accept-encoding'] ?? '').split(/,\s*/);
    const { bytes, encoding } = await encoded(join(folder, name), accepted);
    const type = TEXTS[extname(name)] ?? OTHERS[extname(name)] ?? 'application/octet-stream';
    const headers = { 'cache-control': 'no-cache', ...Object.fromEntries(headersOf(path.slice(1)).map(([header, value]) => [header.toLowerCase(), value])) };
    if (encoding) Object.assign(headers, { 'content-encoding': encoding, vary: 'accept-encoding' });
    response.writeHead(bytes ? 200 : 404, { ...headers, 'content-type': bytes ? type : 'text/plain' });
    response.end(bytes ?? 'not found');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
