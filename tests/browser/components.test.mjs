// The design system: www/styles, and www/components.html, which shows every component in every state.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './support/browser.mjs';
import { contrast, leastDistance } from './support/colours.mjs';
import { seconds } from './support/patience.mjs';

const PATIENCE = { timeout: seconds(60) };
const ROOT = new URL('../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
const ALWAYS = readdirSync(new URL('www/styles/', ROOT)).filter((name) => name.endsWith('.css'));
/** In `www/styles`; the last ones are those of the parts that are loaded when they are opened. */
const SHEETS = [...ALWAYS, '../insight.css', '../lesson.css'];

/** Classes without a rule of their own: for tests, and for whoever reads the document. */
const HOOKS = [
  'all-settings', 'answering', 'augmented-note', 'benchmark', 'checkpoint-title', 'class-name', 'data-panel',
  'drawing', 'engine-name', 'failure-detail', 'library-body', 'run-open', 'tick', 'understand',
];

let browser;
let page;
before(async () => {
  browser = await startBrowser();
  const context = await browser.newContext();
  context.setDefaultTimeout(seconds(30));
  page = await context.newPage();
  // The components are no part of the site; they come from the repository.
  await page.route('http://components.test/**', (route) => {
    const { pathname } = new URL(route.request().url());
    // The pictures are made by `cargo xtask data`, and so may be missing.
    const path = extname(pathname) === '.png' ? 'www/icons/atelier.svg' : `www${pathname}`;
    return route.fulfill({ path: fileURLToPath(new URL(path, ROOT)) });
  });
});
after(() => browser.close());

/** Shows the components like this. */
async function show({ language = 'en', theme = '', presenting = false, width = 1280, scheme = 'light', forced = false, motion = 'reduce' } = {}) {
  await page.emulateMedia({ colorScheme: scheme, forcedColors: forced ? 'active' : 'none', reducedMotion: motion });
  await page.setViewportSize({ width, height: 800 });
  await page.goto(`http://components.test/components.html?lang=${language}&theme=${theme}${presenting ? '&presenting' : ''}`);
  // The charts follow the width.
  await page.waitForFunction(() => [...document.querySelectorAll('[data-plot]')].every((plot) =>
    plot.querySelector('svg')?.dataset.width === String(plot.clientWidth)));
}

// Text alone.

/** A sheet's declarations, with their lines counted from 1. */
function declarations(sheet) {
  const blank = (comment) => comment.replace(/[^\n]/g, ' ');
  const css = read(`www/styles/${sheet}`).replace(/\/\*[^]*?\*\//g, blank);
  return [...css.matchAll(/([\w-]+)\s*:\s*([^;{}]+);/g)].map(({ 1: name, 2: value, index }) => ({
    name,
    value: value.replace(/\s+/g, ' '),
    text: `${sheet}:${css.slice(0, index).split('\n').length}: ${name}: ${value}`,
  }));
}

const LENGTH = /(^|[\s(,-])\.?\d[\d.]*(rem|em|px|ch)\b/;
const COLOURED = /^(color|background.*|border.*|outline.*|fill|stroke|box-shadow|text-decoration.*|accent-color|--.*)$/;
const FREE = ['transparent', 'currentcolor', 'Canvas', 'CanvasText', 'GrayText', 'Highlight', 'HighlightText'];

test('colours, sizes of type, spaces and durations stand in tokens.css alone', PATIENCE, async () => {
  const others = SHEETS.filter((sheet) => sheet !== 'tokens.css').flatMap(declarations);
  const broken = others.filter(({ name, value }) =>
    /#[\da-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\(/i.test(value)
    || (name === 'font-size' && !/^(var\(--type-[\w-]+\)|inherit)$/.test(value))
    || (name === 'font' && !/^inherit$|var\(--type-[\w-]+\) \/ var\(--line-[\w-]+\)/.test(value))
    || (name === 'line-height' && !/^var\(--line-[\w-]+\)$/.test(value))
    || (/^(margin|padding|gap|row-gap|column-gap)\b/.test(name) && LENGTH.test(value))
    || /(^|[\s,])\.?\d[\d.]*m?s\b/.test(value));
  assert.deepEqual(broken.map(({ text }) => text), []);

  const words = others.filter(({ name }) => COLOURED.test(name)).flatMap(({ value, text }) =>
    (value.replace(/var\([^)]*\)/g, '').match(/[a-z]+/gi) ?? []).map((word) => ({ word, text })));
  await show();
  const named = await page.evaluate((words) => words.map((word) => CSS.supports('color', word) && !CSS.supports('all', word)), words.map(({ word }) => word));
  assert.deepEqual(words.filter(({ word }, at) => named[at] && !FREE.includes(word)).map(({ text }) => text), []);
});

test('every token that a sheet uses is there, is used, and is shown', PATIENCE, async () => {
  const declared = new Set(SHEETS.flatMap(declarations).map(({ name }) => name).filter((name) => name.startsWith('--')));
  const used = new Set(SHEETS.flatMap((sheet) => [...read(`www/styles/${sheet}`).matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name)));
  assert.deepEqual([...used].filter((name) => !declared.has(name)), [], 'used but not there');
  assert.deepEqual([...declared].filter((name) => !used.has(name)), [], 'there but not used');
  await show();
  const shown = await page.locator('.swatches li > span:last-child').evaluateAll((names) => names.map((name) => name.firstChild.data.trim()));
  const tokens = declarations('tokens.css').map(({ name }) => name).filter((name) => name.startsWith('--'));
  assert.deepEqual([...new Set(tokens)].filter((name) => !shown.includes(name)), [], 'not shown');
});

/** The Rust code of the page, without its tests and its sentences. */
function components(folder = 'src/page') {
  return readdirSync(new URL(`${folder}/`, ROOT), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'words' ? [] : components(path);
    return path.endsWith('.rs') && !/tests\.rs$/.test(path) ? [{ path, text: read(path) }] : [];
  });
}

const CLASS = /\.(-?[a-z][\w-]*)/g;

test('every class that the page uses has a rule, and every rule a class that the page uses', () => {
  const rules = new Set(SHEETS.flatMap((sheet) =>
    [...read(`www/styles/${sheet}`).replace(/\/\*[^]*?\*\//g, '').matchAll(/([^{};]+)\{/g)]
      .flatMap(([, selector]) => [...selector.matchAll(CLASS)].map(([, name]) => name))));
  const sources = [...components(), { path: 'index.html', text: read('index.html') }];
  const unruled = sources.flatMap(({ path, text }) => {
    const code = text.replace(/^\s*\/\/.*$/gm, '');
    const plain = [...code.matchAll(/\bclass="([^"]*)"/g)].flatMap(([, names]) => names.split(/\s+/));
    const switched = [...code.matchAll(/\bclass:([\w-]+)/g)].map(([, name]) => name);
    const looks = [...code.matchAll(/"(look-[\w-]+)"/g)].map(([, name]) => name);
    return [...plain, ...switched, ...looks].filter((name) => name && !rules.has(name) && !HOOKS.includes(name)).map((name) => `${path}: ${name}`);
  });
  assert.deepEqual(unruled, []);
  const everything = sources.map(({ text }) => text).join('\n');
  const isUsed = (name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(everything);
  assert.deepEqual([...rules].filter((name) => !isUsed(name)), [], 'rules for classes that nothing has');
  assert.deepEqual(HOOKS.filter((name) => rules.has(name) || !isUsed(name)), [], 'hooks that are none');
});

test('the components have the style sheets of the page, in the same order', () => {
  const sheets = (html) => [...html.matchAll(/(?:www\/)?styles\/([\w-]+\.css)/g)].map(([, name]) => name);
  assert.deepEqual(sheets(read('www/components.html')), sheets(read('index.html')));
  assert.deepEqual([...sheets(read('index.html'))].sort(), [...ALWAYS].sort());
});

// In the browser.

test('every selector of every style sheet matches something among the components', PATIENCE, async () => {
  let unmatched;
  for (const state of [{}, { language: 'zh', theme: 'dark' }, { theme: 'light', presenting: true }]) {
    await show(state);
    const here = await page.evaluate(() => {
      const rules = (list) => [...list].flatMap((rule) => [
        ...(rule.selectorText ? [rule.selectorText] : []),
        ...(rule.cssRules ? rules(rule.cssRules) : []),
      ]);
      // What only a pointer or a key brings about, and what is not an element.
      const moment = '(?:::[\\w-]+|:hover|:focus-visible|:focus|:active)+';
      const still = (selector) => selector
        .replace(new RegExp(`(^|[\\s>+~])${moment}`, 'g'), '$1*')
        .replace(new RegExp(moment, 'g'), '');
      const sheets = [...document.styleSheets].filter(({ href }) => href);
      const selectors = sheets.flatMap((sheet) => rules(sheet.cssRules)).flatMap((list) => list.split(/,(?![^(]*\))/));
      return selectors.map((selector) => selector.trim()).filter((selector) => !document.querySelector(still(selector)));
    });
    unmatched = unmatched?.filter((selector) => here.includes(selector)) ?? here;
  }
  assert.deepEqual(unmatched, []);
});

/** Tokens as red, green and blue. */
function colours(names) {
  return page.evaluate((names) => {
    const probe = document.body.appendChild(document.createElement('i'));
    const found = names.map((name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    });
    probe.remove();
    return found;
  }, names);
}

test('text and lines stand out, and series differ in any colour vision', PATIENCE, async () => {
  const TEXTS = ['ink', 'ink-soft', 'ink-faint', 'accent', 'danger', 'model'];
  const SERIES = Array.from({ length: 8 }, (_, at) => `series-${at}`);
  for (const theme of ['light', 'dark']) {
    await show({ theme });
    const [paper, surface, accent, on, pad, hint] = await colours(['paper', 'surface', 'accent', 'on-accent', 'pad', 'on-pad-faint']);
    const least = (colour) => Math.min(contrast(colour, paper), contrast(colour, surface));
    const texts = await colours(TEXTS);
    const series = await colours(SERIES);
    assert.deepEqual(TEXTS.filter((_, at) => least(texts[at]) < 4.5), [], `texts, ${theme}`);
    assert.deepEqual(SERIES.filter((_, at) => least(series[at]) < 3), [], `series, ${theme}`);
    assert.ok(contrast(on, accent) >= 4.5 && contrast(hint, pad) >= 4.5, theme);
    const near = series.flatMap((one, at) => series.slice(at + 1).flatMap((other, beside) => {
      // Every fourth has the same dashes.
      const wanted = beside % 4 === 3 ? 35 : 15;
      const distance = leastDistance(one, other);
      return distance < wanted ? [`${at} and ${at + beside + 1}: ${distance.toFixed(1)}`] : [];
    }));
    assert.deepEqual(near, [], theme);
    assert.deepEqual(SERIES.filter((_, at) => leastDistance(series[at], accent) < 15), [], `like the accent, ${theme}`);
  }
});

test('the colours of what is ordered stand out, the higher the more', PATIENCE, async () => {
  const RAMP = Array.from({ length: 7 }, (_, at) => `ramp-${at}`);
  for (const theme of ['light', 'dark']) {
    await show({ theme });
    const [paper, surface] = await colours(['paper', 'surface']);
    const ramp = await colours(RAMP);
    const faint = RAMP.filter((_, at) => Math.min(contrast(ramp[at], paper), contrast(ramp[at], surface)) < 3);
    assert.deepEqual(faint, [], theme);
    const prominence = ramp.map((colour) => contrast(colour, paper));
    assert.deepEqual(prominence, [...prominence].sort((one, other) => one - other), theme);
    const near = RAMP.slice(1).filter((_, at) => leastDistance(ramp[at], ramp[at + 1]) < 5);
    assert.deepEqual(near, [], `neighbours, ${theme}`);
  }
});

test('numbers in the heat map stand out from every shade', PATIENCE, async () => {
  for (const theme of ['light', 'dark']) {
    await show({ theme });
    const [paper, ink, model] = await colours(['paper', 'ink', 'model']);
    // As src/page/figures/heat.rs has them.
    for (const opacity of [0.04, 0.48]) {
      const seen = paper.map((channel, at) => channel + (model[at] - channel) * opacity);
      assert.ok(contrast(ink, seen) >= 4.5, `${theme}: ${opacity}`);
    }
  }
});

test('numbers in the confusion matrix stand out from every shade', PATIENCE, async () => {
  for (const theme of ['light', 'dark']) {
    await show({ theme });
    const [paper] = await colours(['paper']);
    const cells = await page.locator('.confusion tbody td').evaluateAll((cells) => cells.map((cell) => {
      const { color, backgroundColor } = getComputedStyle(cell);
      const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
      const [red, green, blue, opacity] = channels(backgroundColor);
      return { name: `${cell.dataset.good} ${cell.dataset.shade}`, ink: channels(color).slice(0, 3), shade: [red, green, blue], opacity };
    }));
    const wanted = ['false 0', 'false 1', 'false 2', 'false 3', 'false 4', 'false 5', 'true 3', 'true 4', 'true 5'];
    assert.deepEqual(wanted.filter((name) => !cells.some((cell) => cell.name === name)), [], 'shades without a cell');
    const faint = cells.filter(({ ink, shade, opacity }) => {
      const seen = paper.map((channel, at) => channel + (shade[at] - channel) * opacity);
      return contrast(ink, seen) < 4.5;
    });
    assert.deepEqual(faint, [], theme);
    assert.ok(cells.every(({ opacity }) => opacity > 0 && opacity < 0.5), 'every cell is shaded');
  }
});

const SCREENS = [
  { width: 320 },
  { width: 320, language: 'zh', scheme: 'dark' },
  { width: 320, forced: true },
  { width: 740, language: 'zh', forced: true },
  { width: 1024 },
  { width: 1024, presenting: true },
  { width: 1920, language: 'zh', presenting: true },
  { width: 1280, language: 'zh' },
  { width: 2560, scheme: 'dark' },
  { width: 2560, language: 'zh' },
];

test('on any screen nothing is wider than it, and no text is cut or covers another', PATIENCE, async () => {
  for (const screen of SCREENS) {
    await show(screen);
    assert.deepEqual(await faults(), [], JSON.stringify(screen));
  }
});

/** What is wrong with how the page is laid out. */
function faults() {
  return page.evaluate(() => {
    const named = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${element.textContent.trim().slice(0, 40)}"`;
    const isSeen = (element) => element.checkVisibility() && !element.closest('.unseen, .upload input, option, .menu-items, .tooltip');
    const texts = [];
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !isSeen(element) || element.closest('script, style, textarea, pre')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      // What is scrolled out of sight covers nothing.
      const end = element.closest('.insight-scroll')?.getBoundingClientRect().right ?? Infinity;
      texts.push(...[...range.getClientRects()].filter(({ right }) => right <= end).map((rect) => ({ element, rect })));
      const style = getComputedStyle(element);
      const scrolls = /auto|scroll/.test(style.overflowX);
      if (style.display !== 'inline' && !element.closest('svg') && !scrolls && element.scrollWidth > element.clientWidth + 1) {
        found.push(`cut: ${named(element)}`);
      }
    }
    for (const select of [...document.querySelectorAll('select')].filter(isSeen)) {
      const style = getComputedStyle(select);
      const context = document.createElement('canvas').getContext('2d');
      context.font = style.font;
      const arrow = 16;
      const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
      const text = select.selectedOptions[0].text;
      if (context.measureText(text).width > room + 1) found.push(`cut: select "${text}"`);
    }
    for (const { element, rect } of texts) {
      if (rect.right > innerWidth + 1 && !element.closest('.compare-table')) found.push(`beyond the screen: ${named(element)}`);
    }
    // A line of type is higher than its letters. What is fixed or on a picture covers others on purpose.
    const still = texts.filter(({ element }) => !element.closest('.run-controls, .pad'));
    const tight = still.map(({ element, rect }) => ({ element, left: rect.left + 1, right: rect.right - 1, top: rect.top + rect.height * 0.3, bottom: rect.bottom - rect.height * 0.3 }));
    tight.sort((one, other) => one.top - other.top);
    tight.forEach((one, at) => {
      for (let next = at + 1; next < tight.length && tight[next].top < one.bottom; next += 1) {
        const other = tight[next];
        if (one.left < other.right && other.left < one.right) found.push(`covers: ${named(one.element)} and ${named(other.element)}`);
      }
    });
    return found;
  });
}

test('with forced colours states and data still show', PATIENCE, async () => {
  for (const scheme of ['light', 'dark']) {
    await show({ forced: true, scheme });
    const style = (selector, property) => page.locator(selector).first().evaluate((element, property) => getComputedStyle(element)[property], property);
    const differ = async (property, one, other) =>
      assert.notEqual(await style(one, property), await style(other, property), `${property} of ${one} and ${other}`);
    await differ('backgroundColor', '.lamp[data-status=training]', 'body');
    await differ('backgroundColor', '.lamp[data-status=loading]', '.lamp[data-status=done]');
    await differ('backgroundColor', '.bar-fill', '.bar');
    await differ('backgroundColor', '.class-fill', '.class-track');
    await differ('backgroundColor', '.bench-fill', '.bench-track');
    await differ('borderBottomColor', '.places [aria-current]', '.places a:not([aria-current])');
    await differ('backgroundColor', '.presets [aria-pressed=true]', '.presets [aria-pressed=false]');
    assert.notEqual(await style('.presets [aria-pressed=true]', 'color'), await style('.presets [aria-pressed=true]', 'backgroundColor'));
    await differ('borderLeftColor', '.checkpoint-used', '.checkpoint:not(.checkpoint-used)');
    await differ('outlineStyle', 'input[aria-invalid=true]', 'input[type=text]:not([aria-invalid])');
    for (const disabled of ['button:disabled:not(.primary)', 'button.primary:disabled', 'button[aria-disabled=true]']) {
      await differ('color', disabled, 'button:enabled:not(.primary, [aria-disabled=true])');
    }
    assert.equal(await style('.draw-canvas', 'backgroundColor'), 'rgb(0, 0, 0)');
    const paper = await style('body', 'backgroundColor');
    for (const look of ['accent', 'dashed', 'faint', 'reference', 'run-0', 'run-7']) {
      assert.notEqual(await style(`.plot .look-${look}`, 'stroke'), paper, look);
    }
    await page.locator('#lr').focus();
    assert.equal(await style('#lr', 'outlineStyle'), 'solid');
    assert.notEqual(await style('#lr', 'outlineColor'), paper);
  }
});

test('nothing moves for whoever asks for less motion', PATIENCE, async () => {
  const moving = () => page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    const durations = all.map((element) => getComputedStyle(element).transitionDuration);
    return { animations: document.getAnimations().length, transitions: durations.filter((it) => !/^0s(, 0s)*$/.test(it)).length };
  });
  await show();
  assert.deepEqual(await moving(), { animations: 0, transitions: 0 });
  await show({ motion: 'no-preference' });
  const { animations, transitions } = await moving();
  assert.ok(animations > 0 && transitions > 0, 'otherwise this would show nothing');
});
