// A visitor: a server with the site, a browser's context with nothing stored, and a page opened in it.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Atelier } from './atelier.mjs';
import { startBrowser } from './browser.mjs';
import { startFirefox } from './firefox.mjs';
import { seconds } from './patience.mjs';
import { serveSite } from './server.mjs';

/** The browsers that the visits of this file share, by how they were started. Nothing that a visit stores outlives its context. */
const shared = new Map();

after(() => Promise.allSettled([...shared.values()].map(async (browser) => (await browser).close())));

async function sharedBrowser(start, how) {
  const key = JSON.stringify(how);
  // One that has crashed fails its own test only.
  const isThere = shared.has(key) && await shared.get(key).then((browser) => browser.isConnected(), () => false);
  if (!isThere) shared.set(key, start());
  return shared.get(key);
}

/**
 * Prepares a visit; nothing is opened yet.
 *
 * It ends with the test. With `firefox`, the browser is Firefox. Which tests need an `ownBrowser` is said in
 * the README. `expects` holds patterns of expected console errors; any other error fails the test. Without
 * `serviceWorkers: 'allow'` the page has none, so that every file comes from the server, with its faults.
 */
export async function prepareVisit(test, {
  firefox = false, ownBrowser = false, webgpu, viewport, touch, locale, timezoneId, flags, serviceWorkers = 'block', expects = [],
} = {}) {
  const errors = [];
  const site = await serveSite();
  let browser;
  let context;
  test.after(async () => {
    // Errors of a closing page do not matter.
    const unexpected = errors.filter((error) => !expects.some((pattern) => pattern.test(error)));
    const closed = await Promise.allSettled([(ownBrowser ? browser : context)?.close()]);
    await site.close();
    assert.deepEqual(unexpected, [], 'errors that do not belong to the test');
    assert.equal(closed[0].reason, undefined);
  });
  const start = () => (firefox ? startFirefox() : startBrowser({ webgpu, flags }));
  browser = await (ownBrowser ? start() : sharedBrowser(start, { firefox, webgpu, flags }));
  context = await browser.newContext({
    viewport: viewport ?? { width: 1280, height: 860 },
    hasTouch: touch,
    isMobile: touch,
    locale,
    timezoneId,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    serviceWorkers,
  });
  context.setDefaultTimeout(seconds(60));
  const openTab = async () => {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => errors.push(`uncaught: ${error.stack ?? error}`));
    page.on('crash', () => errors.push('the page crashed'));
    return new Atelier(page, site);
  };
  return { site, browser, context, openTab };
}

/** Opens the site with this query, with nothing stored. */
export async function visit(test, query = '', options = {}) {
  const prepared = await prepareVisit(test, options);
  const atelier = await prepared.openTab();
  await atelier.open(query);
  return { ...prepared, atelier };
}
