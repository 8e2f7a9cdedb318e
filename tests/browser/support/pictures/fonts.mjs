// The fonts of the pictures, the same on every machine: those of pinned packages in place of the system's.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST, added } from '../server.mjs';

const PACKAGES = new URL('../../node_modules/', import.meta.url);
const TEXT = new URL('@fontsource-variable/noto-sans-sc/', PACKAGES);
const DISPLAY = new URL('@fontsource/libre-bodoni/files/libre-bodoni-latin-400-normal.woff2', PACKAGES);
const MONO = new URL('@fontsource/noto-sans-mono/files/noto-sans-mono-latin-400-normal.woff2', PACKAGES);
/** Where the site has them. */
const FOLDER = 'fonts-of-the-pictures';

/** What takes the place of a list of families in a custom property, by the generic family at its end. */
const INSTEAD = {
  serif: '"Display of the pictures", "Text of the pictures"',
  'sans-serif': '"Text of the pictures"',
  monospace: '"Liberation Mono"',
};
/** The families that rules for code name themselves, and the characters of the font in their place. */
const MONOSPACED = ['Liberation Mono', 'SFMono-Regular', 'Menlo', 'Consolas'];
const LATIN = 'U+0000-00FF, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212';

const face = (family, file, range = 'U+0-10FFFF') => `@font-face {
  font-family: "${family}"; font-weight: 100 900; font-display: block; src: url(${FOLDER}/${file}); unicode-range: ${range};
}`;

/** Lets the site have the fonts, and returns the style sheet that uses them in place of the site's own lists. */
export async function serveFonts(site) {
  const [sheet, files, display, mono] = await Promise.all([
    readFile(new URL('index.css', TEXT), 'utf8'),
    readdir(new URL('files/', TEXT)),
    readFile(DISPLAY),
    readFile(MONO),
  ]);
  for (const file of files.filter((file) => file.endsWith('.woff2'))) {
    site.breakFile(`${FOLDER}/${file}`, async (response, asked) =>
      added(await readFile(new URL(`files/${file}`, TEXT)))(response, asked));
  }
  site.breakFile(`${FOLDER}/display.woff2`, added(display));
  site.breakFile(`${FOLDER}/mono.woff2`, added(mono));
  const text = (family) => sheet
    .replaceAll("'Noto Sans SC Variable'", `"${family}"`)
    .replaceAll('font-display: swap', 'font-display: block')
    .replaceAll('url(./files/', `url(${FOLDER}/`);
  return [
    text('Text of the pictures'),
    face('Display of the pictures', 'display.woff2'),
    // One of them gets Chinese characters as well.
    text('Liberation Mono'),
    ...MONOSPACED.map((family) => face(family, 'mono.woff2', LATIN)),
    `:root { ${(await fontTokens()).join(' ')} }`,
  ].join('\n');
}

/** Declarations in place of the custom properties in which the site's style sheets keep lists of families. */
async function fontTokens() {
  const files = (await readdir(DIST)).filter((file) => file.endsWith('.css'));
  const sheets = await Promise.all(files.map((file) => readFile(join(DIST, file), 'utf8')));
  const lists = sheets.join('\n').matchAll(/(--[\w-]+):[^;{}]*?\b(sans-serif|serif|monospace)\s*[;}]/g);
  return [...lists].map(([, name, generic]) => `${name}: ${INSTEAD[generic]} !important;`);
}

/** The fonts of this machine with which the page draws text, each with some of that text. */
export async function foreignFonts(page) {
  const tools = await page.context().newCDPSession(page);
  await tools.send('DOM.enable');
  await tools.send('CSS.enable');
  const { root } = await tools.send('DOM.getDocument', { depth: -1 });
  const foreign = new Map();
  await Promise.all([...nodesWithText(root)].map(async ({ nodeId, text }) => {
    const { fonts } = await tools.send('CSS.getPlatformFontsForNode', { nodeId });
    for (const font of fonts) if (!font.isCustomFont) foreign.set(font.familyName, text.trim().slice(0, 40));
  }));
  await tools.detach();
  return Object.fromEntries(foreign);
}

/** Elements below a node that have text of their own. */
function* nodesWithText(node) {
  if (['HEAD', 'SCRIPT', 'STYLE'].includes(node.nodeName)) return;
  const children = node.children ?? [];
  const text = children.filter(({ nodeType }) => nodeType === 3).map(({ nodeValue }) => nodeValue).join('');
  if (text.trim()) yield { nodeId: node.nodeId, text };
  for (const child of children) yield* nodesWithText(child);
}
