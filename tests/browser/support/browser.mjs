// Finds and starts the browser.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { adapterFlags } from './adapters.mjs';
import { findChromium } from './program.mjs';

const QUIET = [
  '--no-sandbox',
  '--headless=new',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebGPU without an adapter, as on a machine whose driver is on the block list. */
const NO_ADAPTER = ['--disable-gpu', '--disable-software-rasterizer'];

/** A host name that is not a loopback name, so that a page served under it is not a secure context. */
export const PLAIN_HOST = 'atelier.test';

/** Starts a browser with WebGPU on the adapter of the tests, or with WebGPU that finds no adapter; `flags` are further arguments. */
export function startBrowser({ webgpu = true, flags = [] } = {}) {
  return chromium.launch({
    executablePath: join(import.meta.dirname, 'chromium.sh'),
    env: { ...process.env, ATELIER_CHROMIUM: findChromium() },
    args: [
      ...QUIET,
      ...(webgpu ? adapterFlags() : NO_ADAPTER),
      ...flags,
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
    ],
  });
}

/** Starts a browser that keeps what it stores in this folder, as a process that can be killed. */
export async function startBrowserIn(profile) {
  const flags = [...QUIET, ...adapterFlags(), `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'];
  // In a group of its own, so that its helpers die with it.
  const process = spawn(findChromium(), flags, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  process.stderr.setEncoding('utf8');
  const ended = once(process, 'exit').then(() => undefined);
  let said = '';
  while (!/DevTools listening on (ws:\S+)/.test(said)) {
    const more = await Promise.race([once(process.stderr, 'data'), ended]);
    if (!more) throw new Error(`the browser has ended: ${said}`);
    said += more[0];
  }
  process.stderr.resume();
  const browser = await chromium.connectOverCDP(said.match(/DevTools listening on (ws:\S+)/)[1]);
  const kill = async () => {
    if (process.exitCode !== null || process.signalCode !== null) return;
    globalThis.process.kill(-process.pid, 'SIGKILL');
    await ended;
    await browser.close().catch(() => {});
  };
  return { context: browser.contexts()[0], kill };
}
