// Finds and starts the browser.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

const QUIET = [
  '--no-sandbox',
  '--headless=new',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebGPU on a software adapter, the same on every machine. */
const SOFTWARE_WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** WebGPU without an adapter, as on a machine whose driver is on the block list. */
const NO_ADAPTER = ['--disable-gpu', '--disable-software-rasterizer'];

/** A host name that is not a loopback name, so that a page served under it is not a secure context. */
export const PLAIN_HOST = 'atelier.test';

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = places.find(isProgram);
  if (!found) throw new Error('no Chromium found; set CHROMIUM to the path of Chromium or Chrome');
  return found;
}

/** Starts a browser with software WebGPU, or with WebGPU that finds no adapter; `flags` are further arguments. */
export function startBrowser({ webgpu = true, flags = [] } = {}) {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      ...QUIET,
      ...(webgpu ? SOFTWARE_WEBGPU : NO_ADAPTER),
      ...flags,
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
    ],
  });
}
