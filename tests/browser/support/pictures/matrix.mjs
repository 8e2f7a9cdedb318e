// Which picture is taken of which state, at which width, in which language and which scheme.
//
// All combinations would be hundreds of pictures. The table is a sample of them: pictures.test.mjs proves that every two of
// group, width, scheme and language occur together, and every state with both languages.

/** Both sides of every breakpoint of `www/styles`, the narrowest phone, and a wide desk. */
export const WIDTHS = [320, 480, 481, 736, 737, 992, 993, 1151, 1152, 2560];
export const SCHEMES = ['light', 'dark', 'forced'];
export const LANGUAGES = ['en', 'zh'];

/** The states by group: what is seen before a run, of a run, and beside or after runs. */
export const GROUPS = {
  before: ['loading', 'ready', 'settings', 'no-runs'],
  run: ['paused', 'done', 'presenting', 'collapsed', 'replay', 'failed'],
  beside: ['data', 'benchmark', 'runs', 'comparison'],
};

const ROWS = `
  loading     320   en  light
  loading     737   zh  dark
  ready       480   zh  forced
  ready       993   en  dark
  ready       1152  en  light
  settings    481   en  dark
  settings    1151  zh  forced
  settings    2560  zh  light
  no-runs     736   zh  light
  no-runs     992   en  forced
  paused      320   zh  dark
  paused      2560  en  forced
  done        480   en  light
  done        992   zh  dark
  presenting  1152  zh  light
  presenting  2560  en  dark
  collapsed   481   zh  forced
  collapsed   1151  en  dark
  replay      736   en  forced
  replay      993   zh  light
  failed      737   en  light
  failed      1152  zh  forced
  data        320   en  forced
  data        992   zh  light
  data        1152  en  dark
  benchmark   480   en  dark
  benchmark   737   zh  forced
  runs        481   zh  light
  runs        993   en  forced
  runs        2560  zh  dark
  comparison  736   zh  dark
  comparison  1151  en  light
`;

/** Every picture: its state, width, language, scheme, and its file's name. */
export const PICTURES = ROWS.trim().split('\n').map((row) => {
  const [state, width, language, scheme] = row.trim().split(/\s+/);
  return { state, width: Number(width), language, scheme, name: `${state}-${width}-${language}-${scheme}.png` };
});

export const picturesOf = (state) => PICTURES.filter((picture) => picture.state === state);

/** The widths in pixels on both sides of each breakpoint in style sheets: the last below and the first above. */
export function sidesOfBreakpoints(sheets) {
  const pixels = { px: 1, em: 16, rem: 16 };
  const sides = new Set();
  for (const [, query] of sheets.matchAll(/@media([^{]*)\{/g)) {
    for (const [, edge, value, unit] of query.matchAll(/\((min|max)-width:\s*([\d.]+)(px|r?em)\)/g)) {
      const at = Number(value) * pixels[unit];
      const first = edge === 'min' ? Math.ceil(at) : Math.floor(at) + 1;
      sides.add(first - 1).add(first);
    }
    // The other notation is read by nobody here; better to fail than to overlook a breakpoint.
    if (/width\s*[<>]|[<>]=?\s*width/.test(query)) {
      throw new Error(`write (min-width: …) or (max-width: …) instead of ${query.trim()}`);
    }
  }
  return [...sides].sort((one, other) => one - other);
}
