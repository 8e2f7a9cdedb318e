// Deque's axe-core in the page: what it finds wrong, best practices included.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

// Run by the debugger, since the page's policy refuses a script in the document.
const SCRIPT = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const CONTRAST = { runOnly: { type: 'rule', values: ['color-contrast'] } };

async function findings(page, rules) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(SCRIPT);
  return page.evaluate(async (rules) => {
    const { violations } = await axe.run(document, { ...rules, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`));
  }, rules);
}

/** Fails if axe finds anything on the page as it is, or a contrast too low in the other theme. */
export async function assertAxeFindsNothing(page, where) {
  assert.deepEqual(await findings(page, RULES), [], `axe, ${where}`);
  const theme = await page.evaluate(() => {
    const { dataset } = document.documentElement;
    const before = dataset.theme;
    const isDark = before ? before === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    dataset.theme = isDark ? 'light' : 'dark';
    return before ?? null;
  });
  assert.deepEqual(await findings(page, CONTRAST), [], `axe, ${where}, in the other theme`);
  await page.evaluate((theme) => {
    const { dataset } = document.documentElement;
    if (theme === null) delete dataset.theme;
    else dataset.theme = theme;
  }, theme);
}
