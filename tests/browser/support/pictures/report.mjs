// The report of pictures that differ: a page that needs no other file.

const asAddress = (png) => `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
const image = (name, png) => `<a href="${asAddress(png)}"><img src="${asAddress(png)}" alt="${name}"></a>`;
const figure = (name, png) =>
  `<figure><figcaption>${name}</figcaption>${png ? image(name, png) : '<p>There is none.</p>'}</figure>`;

const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { margin: 1.5rem }
  nav ul { columns: 20rem; padding-left: 1.2rem }
  section { margin-top: 2.5rem; border-top: 1px solid; padding-top: 1rem }
  h2 { font-size: 1.1rem; margin: 0 }
  .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; align-items: start }
  figure { margin: 0 }
  img { display: block; max-width: 100%; border: 1px solid gray }
  .swipe { position: relative; width: fit-content; max-width: 100%; margin-top: .5rem }
  .swipe img + img { position: absolute; inset: 0; clip-path: inset(0 0 0 var(--from, 50%)) }
  .swipe.blinks img + img { clip-path: none; animation: blink 1s steps(2, jump-none) infinite }
  @keyframes blink { from { visibility: visible } to { visibility: hidden } }
  input[type=range] { width: min(40rem, 100%) }`;

// Written out as text, because the report has no other file.
const SCRIPT = `
  for (const section of document.querySelectorAll('section')) {
    const swipe = section.querySelector('.swipe');
    if (!swipe) continue;
    section.querySelector('[type=range]').addEventListener('input', ({ target }) => {
      swipe.style.setProperty('--from', target.value + '%');
    });
    section.querySelector('[type=checkbox]').addEventListener('change', ({ target }) => {
      swipe.classList.toggle('blinks', target.checked);
    });
  }`;

function sectionOf({ name, why, before, now, drawn }) {
  // Pictures of different sizes do not lie over each other.
  const over = drawn && `
    <details><summary>One over the other</summary>
      <p><label>expected <input type="range" min="0" max="100" value="50"> now</label>
      <label><input type="checkbox"> blink</label></p>
      <div class="swipe"><img src="${asAddress(before)}" alt="expected"><img src="${asAddress(now)}" alt="now"></div>
    </details>`;
  return `<section id="${escaped(name)}">
    <h2>${escaped(name)}</h2><p>${escaped(why)}</p>
    <div class="pictures">${figure('expected', before)}${figure('now', now)}${figure('difference', drawn)}</div>
    ${over ?? ''}
  </section>`;
}

/** An HTML page with the expected picture, the one of now and their difference for each of `found`. */
export const reportOf = (found) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pictures that differ: ${found.length}</title><style>${STYLE}</style>
<h1>Pictures that differ: ${found.length}</h1>
<nav><ul>${found.map(({ name }) => `<li><a href="#${escaped(name)}">${escaped(name)}</a></li>`).join('')}</ul></nav>
${found.map(sectionOf).join('\n')}
<script>${SCRIPT}</script></html>
`;
