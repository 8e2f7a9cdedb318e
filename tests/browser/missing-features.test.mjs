// What other browsers lack, taken from Chromium before any script runs: Atelier finds out what is there, by no browser's
// name, and does without the rest.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

/** A script for page and worker. docs/browsers.md says which versions lack what. */
const WITHOUT = `{
  const { prototype: navigator } = globalThis.Navigator ?? globalThis.WorkerNavigator;
  for (const name of ['gpu', 'wakeLock']) delete navigator[name];
  delete StorageManager.prototype.getDirectory;
  for (const name of ['requestIdleCallback', 'showSaveFilePicker', 'CompressionStream', 'BeforeInstallPromptEvent', 'scheduler']) delete globalThis[name];
  if (globalThis.Element) delete Element.prototype.checkVisibility;
  delete Performance.prototype.measureUserAgentSpecificMemory;
}`;

test('what a browser lacks is not offered, and everything else works', { timeout: seconds(120) }, async (t) => {
  const { site, context, openTab } = await prepareVisit(t);
  site.breakFile('worker_loader.js', beginningWith(WITHOUT));
  await context.addInitScript(WITHOUT);
  const atelier = await openTab();
  const { page } = atelier;
  await atelier.open('engine=auto&batch=64&epochs=100&lr=0.01');
  await atelier.waitForStatus('ready');
  const there = await page.evaluate(() => ['gpu', 'wakeLock'].filter((name) => name in navigator));
  assert.deepEqual(there, []);

  await atelier.unfoldAll();
  const engines = await atelier.hook('engine-select').locator('option').allInnerTexts();
  assert.ok(engines.some((option) => /WebGPU \(not available here\)/.test(option)), `${engines}`);
  await atelier.start();
  await atelier.waitForNumber('step', 20);
  assert.match(await atelier.hook('engine-name').innerText(), /^CPU/);
  assert.equal(await atelier.hook('wake-lock').count(), 0, 'the screen cannot be kept on');
  assert.equal(await atelier.hook('install-app').count(), 0, 'nothing can be installed');
  await atelier.stop();
  await atelier.waitForStatus('stopped');
});
