// Large: a zoom of 400 %, text of twice the size, and more space between letters, words and lines.

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertControlsAreReached, assertNothingIsLost } from './support/layout.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

/** The spacing of WCAG 1.4.12. */
const SPACING = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }
`;
const WIDE = { width: 1280, height: 1024 };
/** Of a window of 1280 by 1024 at 400 %. */
const ZOOMED = { width: 320, height: 256 };

/** Adds a style sheet by script, since the page's policy refuses one in the document. */
const addSheet = (page, text) => page.evaluateHandle((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
  return sheet;
}, text);
const removeSheet = (sheet) => {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
};

test('nothing is lost at 400 %, with text of twice the size, or with more space in the text', { timeout: seconds(200) }, async (t) => {
  const { atelier, context } = await visit(t, 'engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
  const { page } = atelier;
  const settings = await context.newCDPSession(page);
  const textSize = (pixels) => settings.send('Page.setFontSizes', { fontSizes: { standard: pixels, fixed: pixels - 3 } });
  await atelier.waitForStatus('done');
  await atelier.waitForRuns(1);
  await atelier.goTo('train');
  // Another run to compare with.
  await atelier.set('seed', 7);
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.waitForStatus('done');

  const modes = [
    { name: 'at 400 %', window: ZOOMED },
    { name: 'with more space in the text', window: WIDE, style: SPACING },
    { name: 'with more space in the text at 400 %', window: ZOOMED, style: SPACING },
    { name: 'with text of twice the size', window: WIDE, pixels: 32 },
  ];
  const places = {
    train: async () => {
      for (const section of ['optimizer', 'schedule', 'limits', 'augmentation', 'checkpoints']) await atelier.unfold(section);
      await atelier.set('batch', 0);
      await atelier.hook('field-error-batch').waitFor();
      await atelier.hook('pytorch-code-section').evaluate((details) => { details.open = true; });
    },
    understand: async () => {
      await atelier.goTo('understand');
      await atelier.hook('sample-grid').locator('.sample').first().waitFor();
    },
    experiments: async () => {
      await atelier.goTo('experiments');
      await atelier.hook('experiment-halving').check();
      await atelier.hook('experiment-first').waitFor();
    },
    lesson: async () => {
      await page.evaluate(() => { window.location.hash = '#/lesson/loss'; });
      await atelier.hook('lesson-loss').waitFor();
    },
    runs: async () => {
      await atelier.goTo('runs');
      const runs = await atelier.waitForRuns(2);
      for (const run of runs) await atelier.runRow(run).getByTestId('run-select').setChecked(true);
      await (await atelier.menu(await atelier.openRun(runs[0]), 'run-csv')).waitFor();
      await atelier.hook('compare-table').waitFor();
    },
  };
  for (const [place, open] of Object.entries(places)) {
    await page.setViewportSize(WIDE);
    await open();
    for (const language of ['en', 'zh']) {
      await atelier.hook('language-select').selectOption(language);
      await page.waitForFunction((language) => document.documentElement.lang.startsWith(language), language);
      for (const { name, window, style, pixels } of modes) {
        await t.test(`${place}, ${language}, ${name}`, { timeout: seconds(60) }, async () => {
          await page.setViewportSize(window);
          await textSize(pixels ?? 16);
          const added = style && await addSheet(page, style);
          await assertNothingIsLost(page, name);
          if (window === ZOOMED) await assertControlsAreReached(page, name);
          await added?.evaluate(removeSheet);
          await textSize(16);
        });
      }
    }
    await atelier.hook('language-select').selectOption('en');
  }
  assert.equal(await atelier.errorText(), '');
});
