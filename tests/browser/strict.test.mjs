// The policy of docs/hosting.md: it stops nothing that the page does, and everything that a stranger's code would.

import assert from 'node:assert/strict';
import test from 'node:test';
import { PLAIN_HOST } from './support/browser.mjs';
import { keptForOffline } from './support/builds.mjs';
import { TROUSER } from './support/drawings.mjs';
import { recommendedHeaders } from './support/headers.mjs';
import { NOT_LONG } from './support/long.mjs';
import { networkLog } from './support/network-log.mjs';
import { seconds } from './support/patience.mjs';
import { pngOf } from './support/picture.mjs';
import { changed, missing } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(240) };
const SETTINGS = 'engine=cpu&batch=256&epochs=1&lr=0.05&lang=en';
const PICTURE = pngOf(Uint8Array.from({ length: 784 }, (_, at) => (at % 28 > 8 && at % 28 < 20 ? 230 : 0)), 28);

/** In a page or a worker: every violation becomes an error of the console, which fails a visit that does not expect it. */
const tellViolations = () => addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
  console.error(`violation: ${effectiveDirective} ${blockedURI} ${sample}`);
});

/** A visit in which every violation is told, and a tab. */
async function strictVisit(t, options = {}) {
  const prepared = await prepareVisit(t, options);
  await prepared.context.addInitScript(tellViolations);
  const atelier = await prepared.openTab();
  // A worker that has ended in the meantime tells nothing any more.
  atelier.page.on('worker', (worker) => worker.evaluate(tellViolations).catch(() => {}));
  return { ...prepared, atelier };
}

/** Does once whatever a visitor can do. */
async function walk(atelier) {
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.waitForStatus('done');
  for (const stroke of TROUSER) await atelier.draw(stroke);
  let shares = await atelier.waitForOtherProbabilities({});
  await atelier.upload(PICTURE);
  shares = await atelier.waitForOtherProbabilities(shares);
  await atelier.hook('test-image').click();
  shares = await atelier.waitForOtherProbabilities(shares);
  await atelier.bring('paste', PICTURE);
  await atelier.waitForOtherProbabilities(shares);

  const [run] = await atelier.waitForRuns(1);
  await atelier.openRun(run);
  const [name] = await atelier.checkpointNames();
  assert.ok((await atelier.download(name, 'weights')).bytes.length > 4 * 44_426);
  const bundle = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-bundle'));
  await atelier.importFile({ name: bundle.fileName, bytes: bundle.bytes });
  await atelier.imported();

  await atelier.goTo('understand');
  await atelier.hook('sample-grid').locator('.sample').first().waitFor();
  await atelier.goTo('train');
  await atelier.hook('loss-chart').hover();
  for (const language of ['zh', 'en']) {
    await atelier.hook('language-select').selectOption(language);
    await page.waitForFunction((language) => document.documentElement.lang.startsWith(language), language, { polling: 50 });
  }
  await atelier.hook('theme-toggle').click();
  await atelier.hook('present').click();
  await page.waitForFunction(() => document.documentElement.classList.contains('presenting'), undefined, { polling: 50 });
  await atelier.hook('present').click();
  const source = page.waitForEvent('download');
  await page.locator('a[href="source/atelier.tar.gz"]').first().click();
  await (await source).path();
}

/** The page that deletes everything works, and tells its style by its file. */
async function lookAtDeletion({ page, site }) {
  await page.goto(new URL('delete.html?lang=en', site.url()).href);
  await page.locator('[data-count=runs]:visible').filter({ hasText: /[1-9]/ }).waitFor();
  assert.ok(await page.getByTestId('delete-confirm').isEnabled());
  assert.equal(await page.locator('#incomplete').count(), 0);
}

for (const { where, headers, serviceWorkers, skip = false } of [
  { where: 'a host without settings', skip: NOT_LONG },
  { where: 'a host without settings, by the service worker', serviceWorkers: 'allow' },
  { where: 'a host with the recommended headers', headers: true },
]) {
  test(`nothing that a visitor does violates the policy or asks anyone else: ${where}`, { ...PATIENCE, skip }, async (t) => {
    const log = await networkLog(t);
    const { site, browser, atelier } = await strictVisit(t, {
      serviceWorkers, ownBrowser: true, flags: [log.flag], expects: serviceWorkers ? [/service-worker\.js/, /Failed to load resource/] : [],
    });
    if (headers) site.headersOf = await recommendedHeaders();
    await atelier.open(SETTINGS);
    if (serviceWorkers) {
      await atelier.waitForStatus('ready');
      await keptForOffline(atelier);
      await atelier.page.reload();
      assert.ok(await atelier.page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
    }
    await walk(atelier);
    if (serviceWorkers) {
      await site.close();
      await atelier.open(SETTINGS);
      await atelier.waitForStatus('ready');
      await atelier.start();
      await atelier.waitForNumber('step', 20);
      await atelier.stop();
      await atelier.waitForStatus('stopped');
      await site.listen();
    }
    await lookAtDeletion(atelier);
    await browser.close();
    assert.deepEqual(await log.hosts(), ['127.0.0.1']);
  });
}

/** What stranger's code would try, in a page or a worker; which of it the browser refused. */
const intrude = async (elsewhere) => {
  // Whatever a debugger evaluates may itself use `eval`, until it waits.
  await new Promise((resolve) => { setTimeout(resolve); });
  const refused = async (attempt) => {
    try {
      await attempt();
      return false;
    } catch {
      return true;
    }
  };
  const loaded = (element) => new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
  const everywhere = {
    eval: await refused(() => eval('1')),
    function: await refused(() => new Function('return 1')()),
    fetch: await refused(() => fetch(`${elsewhere}fetched`, { mode: 'no-cors' })),
  };
  if (!globalThis.document) return everywhere;
  const image = Object.assign(new Image(), { src: `${elsewhere}seen.png` });
  document.body.append(Object.assign(document.createElement('iframe'), { src: `${elsewhere}framed` }));
  navigator.sendBeacon(`${elsewhere}sent`);
  const blob = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
  return {
    ...everywhere,
    image: await refused(() => loaded(image)),
    script: await refused(() => loaded(Object.assign(document.createElement('script'), { src: `${elsewhere}run.js` }))),
    'inline script': await refused(() => {
      const script = document.createElement('script');
      script.append('globalThis.ran = true');
      document.head.append(script);
      if (!globalThis.ran) throw new Error('not run');
    }),
    markup: await refused(() => { document.createElement('p').innerHTML = '<img src=x onerror="globalThis.ran = true">'; }),
    style: await refused(() => {
      document.body.setAttribute('style', 'opacity: 0.5');
      if (getComputedStyle(document.body).opacity !== '0.5') throw new Error('not applied');
    }),
    worker: await refused(() => new Promise((resolve, reject) => {
      const worker = new Worker(blob);
      Object.assign(worker, { onmessage: resolve, onerror: reject });
    })),
  };
};
const INTRUSIONS = ['fetched', 'seen.png', 'framed', 'run.js', 'sent'];
const intruded = ({ requests }) => requests.filter((path) => INTRUSIONS.includes(path));

/** What the console says of what is refused. */
const REFUSALS = { expects: [/violation: |Content Security Policy|Trusted/] };

/** Which of a stranger's attempts were not refused. */
async function allowed(place, site) {
  const attempts = await place.evaluate(intrude, site.url('', PLAIN_HOST));
  return Object.keys(attempts).filter((attempt) => !attempts[attempt]);
}

test('the page refuses what a stranger has put into its document, and what a stranger\'s code would try', PATIENCE, async (t) => {
  const { site, atelier } = await strictVisit(t, REFUSALS);
  const elsewhere = site.url('', PLAIN_HOST);
  const { page } = atelier;
  site.breakFile('index.html', changed((bytes) => bytes.toString().replace('</body>', `
    <script>globalThis.ran = 1</script>
    <script src="${elsewhere}run.js"></script>
    <img src="icons/atelier.svg" alt="" onload="globalThis.ran = 2" onerror="globalThis.ran = 3" />
    <img src="${elsewhere}seen.png" alt="" />
    <p id="styled" style="opacity: 0.5"></p>
    <form action="${elsewhere}sent" id="form"></form>$&`)));
  await atelier.open(SETTINGS);
  await atelier.waitForStatus('ready');
  assert.deepEqual(await page.evaluate(() => [globalThis.ran, getComputedStyle(document.getElementById('styled')).opacity]), [undefined, '1']);
  assert.deepEqual(await allowed(page, site), []);
  assert.deepEqual(intruded(site), []);
  // It goes on.
  await atelier.start();
  await atelier.waitForNumber('step', 20);
  // Last, since Playwright then waits for a navigation.
  const refused = page.waitForEvent('console', (message) => message.text().startsWith('violation: form-action'));
  await page.evaluate(() => document.getElementById('form').submit());
  await refused;
  assert.deepEqual(intruded(site), []);
});

/** A worker of the page with this program. */
async function workerFor(atelier, program) {
  if (program === 'worker') return atelier.worker();
  const [worker] = await Promise.all([
    atelier.page.waitForEvent('worker'),
    atelier.page.evaluate((program) => {
      const { addressOf, startWorker } = globalThis.atelier;
      globalThis.another = startWorker(`${addressOf('worker_loader.js')}?${program}`);
    }, program),
  ]);
  return worker;
}

test('a worker has no policy on a host without settings, and the whole one once the service worker is in control', PATIENCE, async (t) => {
  const log = await networkLog(t);
  const { site, browser, atelier } = await strictVisit(t, { ...REFUSALS, serviceWorkers: 'allow', ownBrowser: true, flags: [log.flag] });
  const said = [];
  atelier.page.on('console', (message) => said.push(message.text()));
  await atelier.open(SETTINGS);
  await atelier.waitForStatus('ready');
  // As docs/hosting.md says; and it shows what a request looks like to the server and in the browser's log.
  assert.deepEqual(await allowed(atelier.worker(), site), ['eval', 'function', 'fetch']);
  assert.deepEqual(intruded(site), ['fetched']);
  assert.deepEqual(said.filter((text) => text.startsWith('violation')), []);

  await keptForOffline(atelier);
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  for (const program of ['worker', 'files', 'insight']) {
    assert.deepEqual(await allowed(await workerFor(atelier, program), site), [], program);
  }
  assert.deepEqual(intruded(site), ['fetched'], 'only the first one');
  assert.ok(said.some((text) => text.startsWith('violation: connect-src')), said.join('\n'));
  await browser.close();
  assert.deepEqual(await log.hosts(), ['127.0.0.1', PLAIN_HOST]);
});

test('with the recommended headers workers have the policy from the first visit on, and no other site frames the page', PATIENCE, async (t) => {
  const { site, atelier, openTab } = await strictVisit(t, { ...REFUSALS, serviceWorkers: 'allow' });
  site.headersOf = await recommendedHeaders();
  await atelier.open(SETTINGS);
  await atelier.waitForStatus('ready');
  for (const program of ['worker', 'files', 'insight']) {
    assert.deepEqual(await allowed(await workerFor(atelier, program), site), [], program);
  }
  assert.deepEqual(intruded(site), []);

  // What the host says holds for what is kept, too.
  await keptForOffline(atelier);
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  const kept = Object.fromEntries(await atelier.page.evaluate(async () => [...(await fetch('./')).headers]));
  const policy = await atelier.page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
  for (const [name, value] of site.headersOf('index.html')) {
    const isPolicy = name === 'Content-Security-Policy';
    assert.equal(kept[name.toLowerCase()], isPolicy ? `${value}, ${policy}` : value, name);
  }

  const other = await openTab();
  site.breakFile('framing.html', (response) => {
    // This one is a site of its own.
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>Frames it</title><iframe src="${site.url()}"></iframe>`);
  });
  const refused = other.page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  await other.page.goto(new URL('framing.html', site.url('', PLAIN_HOST)).href);
  await refused;
});

test('deleting everything says that a part of its page is missing, and deletes nothing', PATIENCE, async (t) => {
  const { site, atelier: { page } } = await strictVisit(t, { expects: [/Failed to load resource/] });
  site.breakFile('delete.js', missing());
  await page.goto(new URL('delete.html', site.url()).href);
  await page.locator('#incomplete:visible').filter({ hasText: /not complete.*尚未完整/s }).waitFor();
  assert.ok(await page.getByTestId('delete-confirm').isDisabled());
});
