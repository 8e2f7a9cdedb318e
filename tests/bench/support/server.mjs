// One server for everyone: the built site under `atelier/`, the peers under `peers/`.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { readBatches, readFixture } from './batches.mjs';
import { bundlePeer, readCounters } from './bundle.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** The script that starts Atelier's worker, with the hash that the build gives its name; the counters go before it. */
const LOADER = /^worker_loader(-[0-9a-f]{16})?\.js$/;

/** Serves a site and these peers on this machine alone; gives the address and a way to end it. */
export async function serve(site, peers) {
  const counters = await readCounters();
  const made = new Map();
  for (const peer of peers) made.set(`/peers/${peer}.js`, await bundlePeer(peer));
  if (peers.length > 0) {
    const { images, labels } = await readBatches(site);
    made.set('/peers/images.bin', images).set('/peers/labels.bin', labels);
    made.set('/peers/init.safetensors', await readFixture('init.safetensors'));
  }
  made.set('/peers/page.html', await readFile(new URL('../peers/page.html', import.meta.url)));

  const bodyOf = async (pathname) => {
    if (made.has(pathname)) return made.get(pathname);
    if (!pathname.startsWith('/atelier/')) return undefined;
    // Normalised below a root, so that no path leads out of the folder.
    const name = normalize(`/${decodeURIComponent(pathname.slice('/atelier/'.length))}`).slice(1) || 'index.html';
    const bytes = await readFile(join(site, name)).catch(() => undefined);
    return bytes && LOADER.test(name) ? `${counters}\n${bytes}` : bytes;
  };
  const answer = async (request, response) => {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    const body = pathname === '/favicon.ico' ? '' : await bodyOf(pathname);
    const type = TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream';
    if (body === undefined) response.writeHead(404).end('not found');
    else response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
