// A browser that is killed in mid-run, at any moment: the next visit finds every checkpoint whole, and the run goes on.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Atelier } from './support/atelier.mjs';
import { startBrowserIn } from './support/browser.mjs';
import { seconds } from './support/patience.mjs';
import { serveSite } from './support/server.mjs';
import { everything } from './support/storage.mjs';

/** Kills before the last one; the long form has fifty in all. */
const KILLS = process.env.ATELIER_LONG ? 49 : 2;
/** Checkpoints are written all the time, so that kills meet writes. */
const QUERY = 'engine=cpu&batch=64&epochs=100&lr=0.01&seed=7&keep-every=400';

test(`a run survives ${KILLS + 1} kills of its browser at random moments`, { timeout: seconds(60 + 15 * KILLS) }, async (t) => {
  const site = await serveSite();
  const profile = await mkdtemp(join(tmpdir(), 'atelier-kills-'));
  t.after(async () => {
    await site.close();
    await rm(profile, { recursive: true, force: true });
  });
  // The same moments each time, by a linear congruential generator.
  let random = 14;
  const next = () => {
    random = (random * 1103515245 + 12345) % 2147483648;
    return random / 2147483648;
  };
  let stored = 0;
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const { context, kill: killBrowser } = await startBrowserIn(profile);
    t.after(() => killBrowser().catch(() => {}));
    const page = context.pages()[0] ?? (await context.newPage());
    const atelier = new Atelier(page, site);
    await atelier.open(kill === 0 ? `${QUERY}&autostart=1` : 'engine=cpu');
    if (kill === 0) {
      await atelier.waitForNumber('step', 1);
    } else {
      await atelier.waitForStatus(['ready', 'stopped']);
      const runs = Object.keys(await everything(page, 'runs'));
      assert.equal(runs.length, 1, `kill ${kill}: ${runs}`);
      await page.evaluate((run) => { location.hash = `#/train/${run}`; }, runs[0]);
      await atelier.hook('resume-run').click();
      await atelier.waitForStatus(['training', 'validating']);
      const step = await atelier.waitForNumber('step', 1);
      assert.ok(step >= stored, `kill ${kill}: it goes on from step ${step}, and ${stored} had been stored`);
      assert.equal(await atelier.errorText(), '', `kill ${kill}`);
    }
    stored = await storedAfter(page, stored);
    await sleep(next() * 1500);
    await killBrowser();
  }
  t.diagnostic(`${KILLS + 1} kills; ${stored} steps were stored before the last`);
});

/** Waits for a checkpoint to go on from that is newer than this step, and returns its step. */
async function storedAfter(page, step) {
  for (;;) {
    const all = Object.entries(await everything(page, 'checkpoints'));
    const last = all.find(([name]) => name.endsWith('_last'))?.[1];
    const found = (last?.summary ?? last)?.step ?? 0;
    if (found > step) return found;
    await sleep(100);
  }
}
