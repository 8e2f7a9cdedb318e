// What places look like in their states: a sample of widths, languages and schemes, compared with the pictures in
// `pictures/`. `ATELIER_PICTURES=renew` replaces those that differ; `cargo xtask pictures` does so on a fresh build.
// Another version of Chromium may draw differently, so there a difference fails only `cargo xtask pictures --check`.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { Album } from './support/pictures/album.mjs';
import { FLAGS, pose, takePicture, useScheme } from './support/pictures/camera.mjs';
import { difference } from './support/pictures/compare.mjs';
import { foreignFonts } from './support/pictures/fonts.mjs';
import {
  GROUPS, LANGUAGES, PICTURES, SCHEMES, WIDTHS, picturesOf, sidesOfBreakpoints,
} from './support/pictures/matrix.mjs';
import { standStill } from './support/pictures/still.mjs';
import { VISITS } from './support/pictures/visits.mjs';
import { prepareVisit } from './support/visit.mjs';

const STYLES = new URL('../../www/styles/', import.meta.url);
const PATIENCE = { timeout: seconds(180) };
const IS_STRICT = process.env.ATELIER_PICTURES === 'check';
const HOW_TO_RENEW = 'If it should look like this, `cargo xtask pictures` renews the pictures.';

const album = new Album({ renews: process.env.ATELIER_PICTURES === 'renew' });

test('every two of group, width, scheme and language meet, and each state meets both languages', () => {
  const factors = {
    group: Object.keys(GROUPS), width: WIDTHS, scheme: SCHEMES, language: LANGUAGES,
  };
  const groupOf = (state) => Object.keys(GROUPS).find((group) => GROUPS[group].includes(state));
  const pictures = PICTURES.map((picture) => ({ ...picture, group: groupOf(picture.state) }));
  const names = Object.keys(factors);
  const missing = [];
  const look = (wanted) => {
    const has = (picture) => Object.entries(wanted).every(([factor, value]) => picture[factor] === value);
    if (!pictures.some(has)) missing.push(wanted);
  };
  for (const [at, one] of names.entries()) {
    for (const other of names.slice(at + 1)) {
      for (const a of factors[one]) for (const b of factors[other]) look({ [one]: a, [other]: b });
    }
  }
  const states = Object.values(GROUPS).flat();
  for (const state of states) for (const language of LANGUAGES) look({ state, language });
  assert.deepEqual(missing, []);
  assert.deepEqual(VISITS.flatMap((visit) => visit.states).sort(), states.sort(), 'each state is made in one visit');
  assert.equal(new Set(PICTURES.map(({ name }) => name)).size, PICTURES.length, 'no picture is taken twice');
});

test('the widths lie on both sides of every breakpoint of the style sheets', async () => {
  const files = (await readdir(STYLES)).filter((file) => file.endsWith('.css'));
  const sheets = await Promise.all(files.map((file) => readFile(new URL(file, STYLES), 'utf8')));
  const sides = sidesOfBreakpoints(sheets.join('\n'));
  assert.ok(sides.length >= 2, 'the breakpoints are found');
  assert.deepEqual(sides.filter((width) => !WIDTHS.includes(width)), [], 'widths that support/pictures/matrix.mjs lacks');
});

for (const { name, states, play } of VISITS) {
  test(`${name}: ${states.join(', ')} look as in the pictures`, PATIENCE, async (t) => {
    const { site, browser, context, openTab } = await prepareVisit(t, { locale: 'en-GB', timezoneId: 'UTC', flags: FLAGS });
    const version = `Chromium ${browser.version()}`;
    await standStill({ site, context });
    const atelier = await openTab();
    const wrong = [];
    const foreign = {};
    const take = async (state, { opens, before } = {}) => {
      const checked = new Set();
      for (const picture of picturesOf(state)) {
        await pose(atelier, picture, opens);
        await before?.();
        const actual = await takePicture(atelier, await album.expected(picture.name));
        const differs = await album.check(picture.name, actual, version);
        if (differs) wrong.push(differs);
        if (!checked.has(picture.language)) Object.assign(foreign, await foreignFonts(atelier.page));
        checked.add(picture.language);
      }
    };
    await play({ site, atelier, take });
    assert.deepEqual(foreign, {}, 'fonts of this machine, each with a text; support/pictures/fonts.mjs replaces them');
    if (wrong.length === 0) return;
    const report = await album.report();
    t.diagnostic(`report: ${report}`);
    const takenWith = await album.takenWith();
    const browsers = `They were taken with ${takenWith}; this is ${version}.`;
    if (album.renews) t.diagnostic(`renewed: ${wrong.join('; ')}`);
    else if (takenWith !== version && !IS_STRICT) t.diagnostic(`${wrong.join('; ')}. ${browsers}`);
    else assert.fail([...wrong, `How they differ: ${report}`, HOW_TO_RENEW, browsers].join('\n'));
  });
}

test('a theme that the visitor chooses looks like that of the system', PATIENCE, async (t) => {
  const { site, context, openTab } = await prepareVisit(t, { locale: 'en-GB', flags: FLAGS });
  await standStill({ site, context });
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  const { page } = atelier;
  const ofSystem = {};
  for (const scheme of ['light', 'dark']) {
    await useScheme(page, scheme);
    ofSystem[scheme] = await takePicture(atelier);
  }
  assert.ok(difference(ofSystem.light, ofSystem.dark), 'the schemes differ');
  for (const [chosen, system] of [['dark', 'light'], ['light', 'dark']]) {
    await useScheme(page, system);
    await atelier.hook('theme-toggle').click();
    await page.locator(`html[data-theme=${chosen}]`).waitFor();
    assert.equal(difference(ofSystem[chosen], await takePicture(atelier)), undefined, `${chosen} on a ${system} system`);
  }
});

test('there are no pictures that nothing takes', async (t) => {
  const left = await album.leftOver(PICTURES.map(({ name }) => name));
  if (album.renews) t.diagnostic(`removed: ${left.join(', ') || 'none'}`);
  else assert.deepEqual(left, [], HOW_TO_RENEW);
});
