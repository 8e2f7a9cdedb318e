// Atelier as an app of its own: what browsers ask of it, and the button that appears when they offer it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { PNG } from 'pngjs';
import { seconds } from './support/patience.mjs';
import { DIST } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(60) };

test('the browser finds nothing that keeps Atelier from being an app', PATIENCE, async (t) => {
  const { context, atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  const devtools = await context.newCDPSession(atelier.page);
  const { errors, url } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.match(url, /manifest\.webmanifest$/);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Tests run in a private context, in which nothing can be installed.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);

  const { icons } = JSON.parse(await readFile(join(DIST, 'manifest.webmanifest'), 'utf8'));
  const drawn = icons.filter(({ type }) => type === 'image/png');
  assert.ok(drawn.length >= 2);
  for (const { src, sizes } of drawn) {
    const { width, height } = PNG.sync.read(await readFile(join(DIST, src)));
    assert.equal(`${width}x${height}`, sizes, src);
  }
});

/** A browser's offer, which a private context never makes. It records whether it was taken. */
const makeOffer = ({ page }) => page.evaluate(() => {
  const offer = new Event('beforeinstallprompt', { cancelable: true });
  offer.prompt = async () => { document.body.dataset.asked = 'true'; };
  dispatchEvent(offer);
  return offer.defaultPrevented;
});

test('the button to install is there while the browser offers it, in both languages, and asks once', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  // The offer may come before the script that shows it.
  const script = atelier.page.waitForRequest(/\/offline[^/]*\.js$/);
  await atelier.page.route(/\/offline[^/]*\.js$/, async (route) => {
    assert.equal(await makeOffer(atelier), true, "the browser's own way of asking is held back");
    await route.continue();
  });
  await atelier.open('engine=cpu&lang=en');
  await script;
  const install = atelier.hook('install-app');
  await install.filter({ hasText: 'Install as an app' }).waitFor();
  await atelier.hook('language-select').selectOption('zh');
  await install.filter({ hasText: '安装为应用' }).waitFor();
  await install.click();
  assert.equal(await atelier.page.evaluate(() => document.body.dataset.asked), 'true');
  await install.waitFor({ state: 'detached' });

  await makeOffer(atelier);
  await install.waitFor();
  await atelier.page.evaluate(() => dispatchEvent(new Event('appinstalled')));
  await install.waitFor({ state: 'detached' });
});
