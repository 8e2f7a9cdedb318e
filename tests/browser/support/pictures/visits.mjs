// The visits in which the states of the pictures come about. Each state is made once; `take` then takes every picture of
// it. `take(state, { before })` first calls `before` for each picture, once the page has its width and its language.

import { held } from '../server.mjs';
import { ENDED, storeRuns } from './library.mjs';

const KEY = 'atelier.measurements';

/** Milliseconds a step, as another machine measured them. */
const MEASURED = {
  'webgpu-fused-4': 0.81, 'webgpu-fused-64': 0.94, 'webgpu-fused-512': 2.61,
  'cpu-fused-4': 0.236, 'cpu-fused-64': 3.04, 'cpu-fused-512': 26.3,
};

/** With its images up to this shard held back, a run stands still in the middle of its first epoch. */
const SHARD = 'data/train-07.bin';

export const VISITS = [
  {
    name: 'before a run',
    states: ['loading', 'ready', 'settings', 'no-runs', 'data', 'benchmark'],
    async play({ site, atelier, take }) {
      const { page } = atelier;
      const hold = held();
      site.breakFile('page_bg.wasm', hold);
      await take('loading', {
        opens: async (language) => {
          await page.goto(site.url(`lang=${language}`), { waitUntil: 'commit' });
          await page.locator('#first-view .samples img').waitFor();
        },
      });
      site.breakFile('page_bg.wasm', undefined);
      hold.release();

      await atelier.open();
      await atelier.waitForStatus('ready');
      await atelier.waitForEngines();
      await take('ready');

      for (const section of ['optimizer', 'schedule', 'limits', 'augmentation']) await atelier.unfold(section);
      const changes = { optimizer: 'adamw', schedule: 'one-cycle', lr: '-1' };
      for (const [key, value] of Object.entries(changes)) await atelier.set(key, value);
      await atelier.hook('field-error-lr').waitFor();
      await take('settings', { before: () => toTop(page.locator('.settings')) });

      await atelier.goTo('runs');
      await atelier.hook('storage-used').filter({ hasText: /\d/ }).waitFor();
      await take('no-runs');

      await atelier.goTo('understand');
      await page.locator('.sample canvas').nth(23).waitFor();
      await take('data');

      // A measurement says how this build stores one on this machine.
      await atelier.open('bench=cpu-fused-4');
      await atelier.waitForStatus('ready');
      await atelier.goTo('understand');
      await atelier.hook('bench-run').click();
      await page.waitForFunction((key) => localStorage.getItem(key), KEY);
      await page.evaluate(([key, measured]) => {
        const stored = JSON.parse(localStorage.getItem(key));
        const [{ measurement }] = stored.measurements;
        stored.measurements = Object.entries(measured).map(([name, step_ms]) => ({
          case: name, measurement: { ...measurement, step_ms }, at_ms: Date.UTC(2026, 10, 23, 8, 15),
        }));
        localStorage.setItem(key, JSON.stringify(stored));
      }, [KEY, MEASURED]);
      await page.goto(site.url('engine=auto&batch=64#/understand'));
      await page.locator('[data-case="webgpu-fused-512"] .bench-rate').waitFor();
      await page.locator('.sample canvas').nth(23).waitFor();
      // Before all images are there, nothing can be measured.
      await atelier.waitForStatus('ready');
      await take('benchmark', { before: () => toTop(atelier.hook('bench-table')) });
    },
  },
  {
    name: 'a run',
    states: ['paused', 'done', 'presenting', 'replay'],
    async play({ site, atelier, take }) {
      const { page } = atelier;
      const hold = held();
      site.breakFile(SHARD, hold);
      await atelier.open('engine=cpu&batch=64&epochs=2&lr=0.01&seed=42');
      await atelier.start();
      // The first 35,000 images are 546 batches of 64.
      await atelier.waitForNumber('step', 546);
      await atelier.pause();
      hold.release();
      await atelier.waitForStatus('paused');
      await atelier.hook('followed-image').waitFor();
      await atelier.waitForOtherProbabilities({});
      await take('paused');

      await atelier.pause();
      await atelier.waitForStatus('done');
      await atelier.hook('outcome').waitFor();
      await atelier.waitForCheckpoint(/_last$/);
      await page.locator('.sha256').first().waitFor();
      await atelier.hook('test-image').click();
      await atelier.waitForOtherProbabilities({});
      await take('done');

      // A narrow screen does not offer it.
      const switchPresentation = async () => {
        await page.setViewportSize({ width: 1280, height: 860 });
        await atelier.hook('present').click();
      };
      await switchPresentation();
      await take('presenting');
      await switchPresentation();

      await atelier.hook('replay').click();
      await atelier.hook('replay-pause').click();
      await atelier.hook('replay-position').fill('1100');
      await page.waitForFunction(() => document.querySelector('[data-testid=step]').dataset.value === '1100');
      await take('replay');
    },
  },
  {
    name: 'runs that come to nothing',
    states: ['failed', 'collapsed'],
    async play({ atelier, take }) {
      await atelier.open('engine=cpu&batch=4&lr=10&momentum=0&weight-decay=1&clip=1e-6');
      await atelier.waitForStatus('ready');
      await atelier.start();
      await atelier.waitForStatus('failed');
      await atelier.waitForError(/has diverged/);
      await take('failed');

      await atelier.open('engine=cpu&batch=64&epochs=1&lr=0.2&seed=1&lang=en#/train');
      await atelier.waitForStatus('ready');
      await atelier.start();
      await atelier.waitForStatus('done');
      await atelier.hook('collapse-notice').waitFor();
      await atelier.page.locator('.sha256').first().waitFor();
      await take('collapsed');
    },
  },
  {
    name: 'earlier runs',
    states: ['runs', 'comparison'],
    async play({ site, atelier, take }) {
      const { page } = atelier;
      await page.goto(`${site.url()}data/manifest.json`);
      await storeRuns(page);
      await atelier.open('engine=cpu');
      await atelier.waitForStatus('ready');
      const names = await atelier.waitForRuns(5);
      const details = await atelier.openRun(ENDED);
      await details.locator('.sha256').nth(2).waitFor();
      await take('runs', {
        // Choosing a language has closed it.
        before: () => atelier.menu(atelier.runRow(ENDED), 'run-bundle'),
      });

      for (const run of names) await atelier.runRow(run).getByTestId('run-select').check();
      await page.waitForFunction(() =>
        document.querySelectorAll('[data-testid=compare-training] .plot path').length === 5);
      // By the wheel, as a visitor does: until then, the list is kept in place below the comparison for a while.
      await page.mouse.move(300, 300);
      await page.mouse.wheel(0, -100_000);
      await page.waitForFunction(() => scrollY === 0);
      await take('comparison');
    },
  },
];

/** Scrolls something to the top of the screen, where the page is long enough, once no font can move it any more. */
const toTop = (locator) => locator.first().evaluate(async (element) => {
  await document.fonts.ready;
  await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
  element.scrollIntoView({ block: 'start' });
});
