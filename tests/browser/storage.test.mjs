// The space in storage, and the request to make it persistent.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('the page tells how much is stored, and asks to keep it after saying what that means', { timeout: seconds(60) }, async (t) => {
  const { browser, atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  await atelier.hook('storage-used').filter({ hasText: /used in this browser, .*available/ }).waitFor();
  assert.match(await atelier.hook('storage').innerText(), /may delete what this site stores/);
  // A headless browser refuses.
  await atelier.hook('storage-persist').click();
  await atelier.hook('storage-refused').waitFor();

  const devtools = await browser.newBrowserCDPSession();
  const { origin } = new URL(atelier.page.url());
  const { targetInfos } = await devtools.send('Target.getTargets');
  const { browserContextId } = targetInfos.find(({ url }) => url.startsWith(origin));
  await devtools.send('Browser.grantPermissions', { permissions: ['durableStorage'], origin, browserContextId });
  await atelier.hook('storage-persist').click();
  await atelier.hook('storage-kept').waitFor();
  assert.equal(await atelier.hook('storage-refused').count(), 0);
  assert.equal(await atelier.hook('storage-persist').count(), 0);
});
