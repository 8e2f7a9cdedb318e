// The peers as scripts for a worker: one file each, and before it what counts their calls.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PEERS = new URL('../peers/', import.meta.url);

/** The script that counts calls to WebGPU; it stands before a worker's own code. */
export const readCounters = () => readFile(new URL('counters.js', PEERS), 'utf8');

/** The peer's library, the network in it and the loop around it. */
export async function bundlePeer(name) {
  const { outputFiles: [script] } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}.js`, PEERS))],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
    write: false,
  });
  return `${await readCounters()}\n${script.text}`;
}
