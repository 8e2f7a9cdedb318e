// Everything that a whole browser asks the network for, as its own log has it: pages, workers, the service worker, and what
// it looks up or connects to in advance.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Chromium's own services, which no page can turn on or off: updates, its accounts, its knowledge of forms. */
const BROWSERS_OWN = ['update.googleapis.com', 'accounts.google.com', 'content-autofill.googleapis.com'];

/** A log for one browser: its flag, and what it holds once that browser is closed. */
export async function networkLog(test) {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-network-'));
  test.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'log.json');
  return {
    flag: `--log-net-log=${path}`,
    /** The hosts that were asked for something or looked up, without the browser's own, by what was asked. */
    async hosts() {
      const { events } = JSON.parse(await readFile(path, 'utf8'));
      const asked = events.flatMap(({ params }) => [params?.url, params?.host, params?.group_id?.replace(/ <.*/, '').replace(/^\w+\//, '')]);
      const names = asked.filter((value) => typeof value === 'string').map((value) => {
        try {
          return new URL(/^\w[\w-]*:/.test(value) && !/^[\w.-]+:\d+$/.test(value) ? value : `host://${value}`).hostname;
        } catch {
          return value;
        }
      });
      return [...new Set(names)].filter((name) => name && !BROWSERS_OWN.includes(name)).sort();
    },
  };
}
