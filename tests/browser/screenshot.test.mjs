// The picture in the README, from a real run. It belongs to the longer form; `ATELIER_SCREENSHOT=1` runs it, too, and replaces the
// picture.

import assert from 'node:assert/strict';
import test from 'node:test';
import { T_SHIRT } from './support/drawings.mjs';
import { NOT_PICTURED } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { README_PICTURE, saveShot } from './support/shots.mjs';
import { visit } from './support/visit.mjs';

test('a trained page looks like this', { skip: NOT_PICTURED, timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=2&lr=0.01&seed=42&autostart=1');
  const { page } = atelier;
  await atelier.waitForCheckpoint(/_1$/, seconds(150));
  for (const stroke of T_SHIRT) await atelier.draw(stroke);
  await atelier.waitForStatus('done', seconds(150));
  await atelier.hook('prediction-top').filter({ hasText: 'T-shirt/top' }).waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.mouse.move(0, 0);

  const picture = process.env.ATELIER_SCREENSHOT === '1'
    ? await page.screenshot({ path: README_PICTURE })
    : await saveShot(t, page, 'screenshot.png');
  // A PNG file's size is at fixed offsets in its header.
  assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1280, 860]);
  assert.ok(picture.length > 20_000, 'something is on it');
  assert.ok(picture.length < 400_000, `${picture.length} bytes are too many for a README`);
});
