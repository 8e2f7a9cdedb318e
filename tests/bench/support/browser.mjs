// The browser of all contestants, and what there is to know of its processes.

import { chromium } from 'playwright-core';
import { adapterFlags } from '../../browser/support/adapters.mjs';
import { findChromium } from '../../browser/support/program.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--headless=new',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser with WebGPU on a `software` or the machine's `hardware` adapter. */
export async function startBrowser(adapter) {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...ARGUMENTS, ...adapterFlags(adapter)],
  });
  const session = await browser.newBrowserCDPSession();
  return {
    browser,
    /** The browser's processes as `{ type, id }`; `type` is `renderer`, `GPU`, … */
    processes: async () => (await session.send('SystemInfo.getProcessInfo')).processInfo,
  };
}

/** What the browser says of the adapter; empty if there is none. */
export function describeAdapter(page) {
  return page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return {};
    const { vendor, architecture, device, description } = adapter.info;
    return { vendor, architecture, device, description };
  });
}
