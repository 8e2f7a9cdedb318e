// The most memory that the tab's process has had, from Linux's `/proc`; elsewhere it is not known.

import { readFile, writeFile } from 'node:fs/promises';

const IS_LINUX = process.platform === 'linux';

/**
 * Measures what a piece of work adds to the memory of the browser's renderers at its peak, in bytes; page and workers
 * share their tab's process. `null` where the system does not tell.
 */
export async function addedAtPeak(browser, work) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  // `5` forgets the peak so far.
  const forgets = IS_LINUX && (await Promise.all(renderers.map((id) =>
    writeFile(`/proc/${id}/clear_refs`, '5').then(() => true, () => false)))).every(Boolean);
  const before = await Promise.all(renderers.map((id) => field(id, 'VmRSS')));
  await work();
  const peaks = await Promise.all(renderers.map((id) => field(id, 'VmHWM')));
  return forgets && renderers.length > 0 ? Math.max(...peaks.map((peak, at) => peak - before[at])) : null;
}

async function field(pid, name) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}
