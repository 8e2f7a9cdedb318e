// A tab in the background, a machine that slept, a clock that was set, and a screen that is to stay on.
// Runs alone: it asserts times and rates.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hide } from './support/hidden.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
const LONG = { ...PATIENCE, skip: !process.env.ATELIER_LONG };
const ENDLESS = 'engine=cpu&batch=64&epochs=500&lr=0.01&seed=7&autostart=1';
const HOUR = 3_600_000;

/** Sets the clock of a page or a worker, in milliseconds. */
const setClock = (by) => {
  const real = Date.now.bind(Date);
  Date.now = () => real() + by;
};

/** The run as JSON has it, once it has been stopped. */
async function stoppedRecord(atelier) {
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForStored();
  const run = (await atelier.waitForCheckpoint(/_last$/)).match(/\d{8}_\d{6}/)[0];
  await atelier.openRun(run);
  const { bytes } = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-json'));
  return JSON.parse(bytes).runs[0];
}

test('the rate of a hidden tab is told when it is seen again', PATIENCE, async (t) => {
  const { atelier } = await visit(t, ENDLESS);
  await atelier.waitForNumber('images-per-second', 1);
  const note = atelier.page.getByText(/in the background: [\d,]+, [\d.]+ % of the rate before/);
  const show = await hide(atelier.page);
  // The worker's rate is one of the last five seconds, so those of before have to pass: images are counted, not time.
  const passed = await atelier.page.evaluate(() => new Promise((resolve) => {
    const hidden = performance.now();
    new MutationObserver(() => {
      if (performance.now() - hidden > 8_000) resolve(performance.now() - hidden);
    }).observe(document.querySelector('[data-testid=step]'), { attributes: true });
  }));
  assert.ok(passed > 8_000, 'steps were reported while it was hidden');
  assert.equal(await note.count(), 0);
  await show();
  await note.waitFor();
  const [, rate, share] = (await note.innerText()).match(/: ([\d,]+), ([\d.]+) %/);
  t.diagnostic(`in the background ${rate} images/s, ${share} % of before`);
  assert.ok(Number(rate.replaceAll(',', '')) > 0 && Number(share) > 5);
});

test('a machine that slept adds nothing to the time of its run, and its worker is not taken for dead', PATIENCE, async (t) => {
  const { atelier, browser } = await visit(t, ENDLESS, { ownBrowser: true });
  await atelier.waitForNumber('step', 50);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const signal = (name) => renderers.forEach((id) => process.kill(id, name));
  const begun = performance.now();
  signal('SIGSTOP');
  // The time asleep is what this test is about.
  await sleep(9_000);
  signal('SIGCONT');
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 200);
  assert.equal(await atelier.errorText(), '');
  const { record, metrics } = await stoppedRecord(atelier);
  const awake = performance.now() - begun - 9_000 + 5_000;
  const { marks } = metrics.timeline;
  const gaps = marks.slice(1).map(({ ms }, at) => ms - marks[at].ms);
  t.diagnostic(`trained for ${record.trained_ms.toFixed(0)} ms; the longest gap between marks is ${Math.max(...gaps).toFixed(0)} ms`);
  assert.ok(Math.max(...gaps) < 5_000, `no hole in its curves by time: ${gaps}`);
  assert.ok(record.trained_ms < awake + 60_000);
});

test('a page that the browser froze takes up its run where the worker has got to', LONG, async (t) => {
  const { atelier, context } = await visit(t, ENDLESS);
  await atelier.waitForNumber('step', 50);
  const session = await context.newCDPSession(atelier.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  // The time frozen is what this test is about: longer than a worker may be silent.
  await sleep(12_000);
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 200);
  assert.equal(await atelier.errorText(), '');
  assert.equal(await atelier.hook('resumed').count(), 0, 'its worker was not replaced');
});

for (const shift of [3 * HOUR, -3 * HOUR]) {
  const [set, way] = shift > 0 ? ['forward', 'later'] : ['back', 'earlier'];
  test(`a clock that is set ${set} three hours in mid-run gives no such times`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, ENDLESS);
    await atelier.waitForNumber('step', 50);
    const { page } = atelier;
    await atelier.worker().evaluate(setClock, shift);
    await page.evaluate(setClock, shift);
    const step = await atelier.number('step');
    await atelier.waitForNumber('step', step + 500);
    const left = await atelier.hook('time-left').innerText();
    assert.match(left, /^\d.* left$/, left);
    const { record, metrics } = await stoppedRecord(atelier);
    assert.ok(record.trained_ms > 0 && record.trained_ms < 120_000, `trained for ${record.trained_ms} ms`);
    const { marks } = metrics.timeline;
    assert.ok(marks.every(({ ms }, at) => ms >= (marks[at - 1]?.ms ?? 0)), 'time goes forward');
    assert.ok(record.ended_at_ms >= record.started_at_ms, `it ended ${way} than it began`);
    assert.equal(await atelier.errorText(), '');

    // A deletion can be undone, although by this clock it is hours ago or hours ahead.
    await (await atelier.menu(atelier.runRow(record.run), 'run-delete')).click();
    await atelier.runRow(record.run).waitFor({ state: 'detached' });
    await atelier.worker().evaluate(setClock, shift);
    await page.evaluate(setClock, shift);
    await atelier.hook('undo-deletion').click();
    await atelier.runRow(record.run).waitFor();
  });
}

test('a deletion is final after half a minute, although the clock was set back', LONG, async (t) => {
  const { atelier } = await visit(t, ENDLESS);
  await atelier.waitForNumber('step', 20);
  const { record: { run } } = await stoppedRecord(atelier);
  await (await atelier.menu(atelier.runRow(run), 'run-delete')).click();
  await atelier.hook('undo-deletion').waitFor();
  await atelier.worker().evaluate(setClock, -3 * HOUR);
  await atelier.hook('undo-deletion').waitFor({ state: 'detached' });
  for (let left = 1; left; left = Object.keys(await everything(atelier.page, 'runs')).length) await sleep(100);
});

/** Notes every lock that the page is really given. */
const noteLocks = () => {
  window.locks = [];
  const { request } = WakeLock.prototype;
  WakeLock.prototype.request = async function requestAndNote(...kind) {
    const lock = await request.apply(this, kind);
    window.locks.push(lock);
    return lock;
  };
};

const held = (atelier, count) => atelier.page.waitForFunction(
  (count) => window.locks.filter(({ released }) => !released).length === count,
  count,
  { polling: 50 },
);

test('the screen stays on while a run is in progress, if the visitor asks for it', PATIENCE, async (t) => {
  const { atelier, openTab } = await visit(t);
  await atelier.page.close();
  const again = await openTab();
  await again.page.addInitScript(noteLocks);
  await again.open(ENDLESS);
  const button = again.hook('wake-lock');
  await button.waitFor();
  assert.equal(await again.page.evaluate(() => window.locks.length), 0, 'only on request');
  await button.click();
  await held(again, 1);
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  const show = await hide(again.page);
  await held(again, 0);
  await show();
  await held(again, 1);
  await button.click();
  await held(again, 0);
  await button.click();
  await held(again, 1);
  await again.stop();
  await again.waitForStatus('stopped');
  await held(again, 0);
  await button.waitFor({ state: 'detached' });
});

test('a browser that does not keep the screen on is quoted so, and the run goes on', PATIENCE, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu', { expects: [/permissions? policy/i] });
  site.breakFile('index.html', (response, file) => {
    response.writeHead(200, { 'content-type': file.type, 'permissions-policy': 'screen-wake-lock=()' });
    response.end(file.bytes);
  });
  await atelier.open(`${ENDLESS}&lang=zh`);
  await atelier.hook('wake-lock').click();
  await atelier.hook('wake-lock-state').filter({ hasText: '不允许保持屏幕常亮' }).waitFor();
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', (step ?? 0) + 100);
});
