// What stands still so that two pictures of the same page are the same: dates, chance, free space, and the numbers that
// a machine measures.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, added, beginningWith, replaced } from '../server.mjs';
import { serveFonts } from './fonts.mjs';

/** 23 November 2026, 08:15 UTC: every date that the worker writes. */
const NOW = Date.UTC(2026, 10, 23, 8, 15);

/**
 * The machine's own numbers, each replaced by one of a usual length. What a run computes on the CPU engine (losses,
 * accuracies, curves) is the same on every machine and stays.
 */
const MASKS = [
  { where: '[data-testid=images-per-second]', what: '[\\d,]+', by: '12345' },
  // The self-test's duration.
  { where: '[data-testid=self-test]', what: '[\\d,.]+(?= (ms|毫秒))', by: '123' },
  // The file holds the times of its run.
  { where: '.sha256', what: '[0-9a-f]{12}', by: '0123456789ab' },
];

/**
 * Garments in black and white, because their shades of grey would be a third of the files. And with a background of its own,
 * which the body's covers: Chromium may not draw that of the body any more after forced colours.
 */
const STYLES = '.samples img, .sample canvas { filter: contrast(100) } html { background: gray }';

const SHEET = 'of-the-pictures.css';

/** Before the page's own scripts. */
function stillPage() {
  // Which test image is shown.
  Math.random = () => 0.25;
  if (!navigator.storage) return;
  navigator.storage.estimate = async () => ({ usage: 56_000_000, quota: 10_056_000_000 });
  navigator.storage.persisted = async () => false;
}

/** Makes a prepared visit one whose pictures can be compared; nothing may be open yet. */
export async function standStill({ site, context }) {
  const styles = `${await serveFonts(site)}\n${STYLES}`;
  const page = await readFile(join(DIST, 'index.html'), 'utf8');
  // A file, and fonts: the page's policy allows no style in the document, and the page has no fonts of its own.
  site.breakFile(SHEET, added(styles));
  site.breakFile('index.html', replaced(page
    .replace("; img-src 'self'", "; font-src 'self'$&")
    .replace('</head>', `<link rel="stylesheet" href="${SHEET}"></head>`)));
  site.breakFile('worker_loader.js', beginningWith(`Date.now = () => ${NOW};`));
  await context.addInitScript(stillPage);
}

/** Replaces what the machine measured. The page writes it anew when it changes, so this comes right before a picture. */
export const mask = (page) => page.evaluate((masks) => {
  for (const { where, what, by } of masks) {
    for (const element of document.querySelectorAll(where)) {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const { data } = texts.currentNode;
        const masked = data.replace(new RegExp(what, 'g'), by);
        if (masked !== data) texts.currentNode.data = masked;
      }
    }
  }
}, MASKS);
