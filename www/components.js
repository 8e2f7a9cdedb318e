// What components.html would otherwise repeat: lists, charts, pictures; and its switches of language and theme.

const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The policy is the page's, which forbids `style` in markup, and markup from strings. All of it stands in this file.
globalThis.trustedTypes?.createPolicy('default', { createHTML: (html) => html });
const paint = (within) => all('[data-style]', within).forEach((element) => { element.style.cssText = element.dataset.style; });

/** Markup with a text in both languages. */
const text = (en, zh, tag = 'span', attributes = '') => `<${tag} ${attributes} data-zh="${zh}">${en}</${tag}>`;

const CLASSES = [
  ['T-shirt/top', 'T恤/上衣'], ['Trouser', '裤子'], ['Pullover', '套头衫'], ['Dress', '连衣裙'], ['Coat', '外套'],
  ['Sandal', '凉鞋'], ['Shirt', '衬衫'], ['Sneaker', '运动鞋'], ['Bag', '包'], ['Ankle Boot', '短靴'],
];
const STATUSES = [
  ['loading', '加载中'], ['ready', '就绪'], ['benchmark', '测速中'], ['self-test', '自检中'], ['training', '训练中'],
  ['validating', '验证中'], ['paused', '已暂停'], ['stopping', '正在停止'], ['done', '已完成'], ['stopped', '已停止'], ['failed', '失败'],
  ['error', '出错'],
];
const RUNS = [
  ['training', 'training in another tab', '另一标签页正在训练'], ['paused', 'paused', '已暂停'],
  ['interrupted', 'interrupted at step 31,500', '中断于第 31,500 步'], ['stopped', 'stopped at step 9,375', '停止于第 9,375 步'],
  ['completed', 'completed', '已完成'], ['early-stopped', 'stopped early', '早停'],
  ['failed', 'failed after step 12,000', '在第 12,000 步后失败'], ['weights', 'weights only', '仅权重'],
];

// Lists.

const figures = (...pairs) => `<dl class="checkpoint-figures">${pairs
  .map(([en, zh, value]) => `<div>${text(en, zh, 'dt')}<dd>${value}</dd></div>`).join('')}</dl>`;

const menu = (open, ...items) => `<details class="menu" ${open ? 'open' : ''}>${text('More', '更多', 'summary')}
  <div class="menu-items">${items.join('')}</div></details>`;

const checkpoint = ([en, zh], { used, newest, edited }) => `<li class="checkpoint ${used ? 'checkpoint-used' : ''}">
  <div class="checkpoint-title">
    ${edited ? `<input type="text" value="${en}" aria-label="Checkpoint name" />` : text(en, zh, 'button', 'type="button" class="checkpoint-name"')}
    ${text('Latest state, 28 November 2026, 09:15, 1.1 MB, model_20261123_081500_last', '最新状态，2026/11/28 09:15，1.1 MB，model_20261123_081500_last', 'p', 'class="note"')}
    <p class="note sha256">SHA-256 0f1e2d3c4b5a…</p>
  </div>
  ${figures(['Epochs', '轮次', 5], ['Step', '步', '75,000'], ['Training loss', '训练损失', '0.2891'], ['Validation loss', '验证损失', '0.3157'], ['Accuracy', '准确率', '88.4 %'])}
  <div class="checkpoint-actions">
    ${text(newest ? 'Resume' : 'Branch', newest ? '继续训练' : '分支', 'button', `type="button" ${newest ? 'class="primary"' : ''}`)}
    ${text(used ? 'In use' : 'Load', used ? '使用中' : '使用', 'button', `type="button" ${used ? 'aria-disabled="true"' : ''}`)}
    ${menu(false, text('Weights', '权重', 'button', 'type="button"'))}
  </div></li>`;

const CHECKPOINTS = checkpoint(['latest', '最新'], { newest: true })
  + checkpoint(['epoch 4 (best)', '第 4 轮（最佳）'], { used: true })
  + checkpoint(['before the learning rate falls', '学习率下降之前'], { edited: true });

const spark = '<svg class="spark" viewBox="0 0 120 28" width="120" height="28" preserveAspectRatio="none"><path fill="none" d="M0 1L20 14L40 19L60 22L80 24L100 25L120 26" /></svg>';

const details = `<div class="run-details">
  ${figures(['Steps', '步数', '75,000 of 75,000'], ['Time', '用时', '22 s'], ['Validation loss (last)', '验证损失（最近一轮）', '0.3157'])}
  ${text('AdamW, batch 32, epochs 5, lr 0.0035, weight decay 0.05, one-cycle schedule. CPU. Started 28 November 2026, 09:15.', 'AdamW，批大小 32，轮次 5，学习率 0.0035，权重衰减 0.05，单周期。CPU。开始于 2026/11/28 09:15。', 'p', 'class="note"')}
  <div class="run-labels">
    <label>${text('Name', '名称')}<input type="text" placeholder="AdamW, batch 32" /></label>
    <label>${text('Tags, comma-separated', '标签，用英文逗号分隔')}<input type="text" value="lesson 3" /></label>
    <label class="run-note">${text('Note', '备注')}<textarea rows="2"></textarea></label>
  </div>
  <ul class="checkpoint-list">${CHECKPOINTS}</ul>
  <div class="run-actions">
    ${text('Open', '打开', 'a', 'class="button" href="#train"')}${text('Use these settings', '使用其设置', 'button', 'type="button"')}
    ${menu(true, text('Export run', '整个运行', 'button', 'type="button"'))}
  </div></div>`;

const run = ([state, en, zh], at) => `<li class="run" data-state="${state}"><div class="run-line">
  <label class="run-choose"><input type="checkbox" aria-label="Compare this run" ${at < 2 ? 'checked' : ''} /></label>
  <button type="button" class="run-head" aria-expanded="${at === 0}">
    <span class="run-title">${text('AdamW, batch 32, lr 0.0035, one-cycle schedule, +2', 'AdamW，批大小 32，学习率 0.0035，单周期，+2', 'span', 'class="run-name"')}
      <span class="run-tags">${at === 0 ? `<span class="tag">lesson 3</span>${text('a tag of considerable length', '一个非常长的标签', 'span', 'class="tag"')}` : ''}</span>
      ${text('weight decay 0.05', '权重衰减 0.05', 'span', 'class="note"')}</span>
    <span class="run-state">${text(en, zh)}${text('28 November 2026, 09:15', '2026/11/28 09:15', 'span', 'class="note"')}</span>
    ${spark}
    <span class="run-figure">${text('Validation loss (best)', '验证损失（最佳）', 'span', 'class="note"')}<span>0.3101</span></span>
    <span class="run-figure">${text('Accuracy (best)', '准确率（最佳）', 'span', 'class="note"')}<span>88.6 %</span></span>
  </button></div>${at === 0 ? details : ''}</li>`;

const bar = ([en, zh], at) => {
  const share = at === 9 ? 0.934 : at / 150;
  return `<li class="class-bar ${at === 9 ? 'class-bar-top' : ''}">${text(en, zh)}<span class="class-track"><span
    class="class-fill" data-style="transform: scaleX(${share})"></span></span><span class="class-share">${(100 * share).toFixed(1)} %</span></li>`;
};

const put = (selector, html) => all(selector).forEach((place) => { place.innerHTML = html; });
put('.bars', CLASSES.map(bar).join(''));
put('[data-statuses]', STATUSES.map(([status, zh]) => `<p class="status"><span class="lamp" data-status="${status}"></span>${text(status, zh)}</p>`).join(''));
put('[data-checkpoints]', CHECKPOINTS);
put('.run-list', RUNS.map(run).join(''));
put('.sample-grid', CLASSES.map(([en, zh]) => `<figure class="sample"><canvas width="28" height="28"></canvas>${text(en, zh, 'figcaption')}</figure>`).join(''));

// Insight: the matrix in every shade, the gallery.

const ROWS = [
  [851, 1, 12, 24, 3, 1, 98, 0, 10, 0], [3, 968, 0, 22, 4, 0, 2, 0, 1, 0], [16, 1, 790, 10, 101, 0, 80, 0, 2, 0],
  [25, 8, 11, 890, 35, 0, 26, 0, 5, 0], [0, 1, 92, 30, 810, 0, 63, 0, 4, 0], [0, 0, 0, 1, 0, 960, 0, 28, 2, 9],
  [141, 2, 100, 32, 215, 0, 503, 0, 7, 0], [0, 0, 0, 0, 0, 31, 0, 951, 0, 18], [4, 1, 5, 4, 3, 4, 6, 5, 968, 0], [0, 0, 0, 0, 0, 9, 1, 40, 0, 950],
];
const shadeOf = (share, steps) => steps.filter((step) => share >= step).length;
const cell = (rows, row, predicted) => {
  const [right, count] = [row === predicted, rows[row][predicted]];
  const shade = shadeOf(count / 1000, right ? [0.3, 0.6, 0.75, 0.85, 0.95] : [0.005, 0.02, 0.05, 0.1, 0.2]);
  return `<td role="gridcell" tabindex="${row + predicted ? -1 : 0}" class="${right ? 'confusion-right' : ''} ${count ? '' : 'confusion-zero'}" data-count="${count}"
    data-shade="${shade}" data-good="${right}" aria-selected="${row === 6 && predicted === 4}">${count}</td>`;
};
const matrix = (names, rows) => `<thead><tr>${text('true ↓ predicted →', '真实 ↓ 预测 →', 'td')}${names.map(([en, zh]) => text(en, zh, 'th', 'scope="col"')).join('')}</tr></thead>
  <tbody>${names.map(([en, zh], row) => `<tr>${text(en, zh, 'th', 'scope="row"')}${names.map((_, predicted) => cell(rows, row, predicted)).join('')}</tr>`).join('')}</tbody>`;
// One's own classes have one name in every language; many of them scroll.
const LETTERS = [...'ABCDEFGHIJKL'].map((letter) => [letter, letter]);
put('.confusion', matrix(CLASSES, ROWS));
put('.confusion-few', matrix([['cup', 'cup'], ['coffee-pot', 'coffee-pot'], ['plate', 'plate']], [[650, 320, 30], [210, 790, 0], [0, 3, 997]]));
put('.confusion-scroll .confusion', matrix(LETTERS, LETTERS.map((_, row) => LETTERS.map((_, predicted) => (row === predicted ? 900 : 0)))));
put('.gallery', CLASSES.map(([en, zh], at) => `<li class="mistake"><canvas width="28" height="28"></canvas>${text(`true ${en}`, `真实：${zh}`, 'p')}
  ${text('Ankle boot 99.9 %', '短靴 99.9 %', 'p', 'class="mistake-predicted"')}${text(`loss 8.12 · 9,99${at}`, `损失 8.12 · 9,99${at}`, 'p', 'class="note"')}</li>`).join(''));

// Tokens. A page opened as a file may not read its style sheets' rules, so the names stand here.

const COLOURS = 'paper surface ink ink-soft ink-faint rule track accent accent-hover accent-wash on-accent danger model '
  + 'mistake-0 mistake-1 mistake-2 mistake-3 mistake-4 mistake-5 model-0 model-1 model-2 model-3 model-4 model-5 '
  + 'series-0 series-1 series-2 series-3 series-4 series-5 series-6 series-7 ramp-0 ramp-1 ramp-2 ramp-3 ramp-4 ramp-5 ramp-6 pad on-pad on-pad-faint';
const LENGTHS = 'space-half space-1 space-2 space-3 space-4 space-6 space-8 space-10 target control-small control control-large radius round';
const TYPES = 'type-brand type-figure type-title type-heading type-body type-control type-note type-small type-tiny type-chart';
const OTHERS = 'display text mono line-body line-note line-tight line-single shadow fast smooth breath';
const tokens = getComputedStyle(root);
const token = (picture) => (name) => `<li>${picture(`--${name}`)}<span>--${name} <span class="note">${tokens.getPropertyValue(`--${name}`)}</span></span></li>`;
put('[data-colours]', COLOURS.split(' ').map(token((name) => `<i data-style="background: var(${name})"></i>`)).join(''));
put('[data-lengths]', LENGTHS.split(' ').map(token((name) => `<i class="length" data-style="width: min(var(${name}), 5rem)"></i>`)).join(''));
put('[data-types]', TYPES.split(' ').map(token((name) => `<span data-style="flex: none; font-size: var(${name}); line-height: var(--line-tight)">Aa 衣</span>`)).join(''));
put('[data-others]', OTHERS.split(' ').map(token(() => '')).join(''));

paint(document);

// Pictures: something like a boot.

for (const canvas of all('.sample canvas, .garment canvas, .mistake canvas')) {
  const context = canvas.getContext('2d');
  context.fillRect(0, 0, 28, 28);
  for (let y = 4; y < 24; y += 1) {
    for (let x = y < 15 ? 14 : 3; x < 24; x += 1) {
      context.fillStyle = `rgb(${120 + ((x * 7 + y * 13) % 120)} ${120 + ((x * 7 + y * 13) % 120)} ${120 + ((x * 7 + y * 13) % 120)})`;
      context.fillRect(x, y, 1, 1);
    }
  }
}

// Charts, as src/page/charts/drawing.rs draws them.

const [LEFT, TOP, RIGHT, BOTTOM] = [52, 20, 14, 36];
const curve = (seed) => Array.from({ length: 80 }, (_, at) => 0.3 + (0.1 * seed) + 1.8 * Math.exp(-at / (8 + 3 * seed)) + 0.05 * Math.sin(at * (seed + 1)));
const PLOTS = {
  loss: { lines: [['faint', 'each batch', curve(3)], ['accent', 'smoothed', curve(1)]], reference: true },
  epochs: { lines: [['dashed', 'training', [0.9, 0.6, 0.5, 0.42, 0.4]], ['accent', 'validation', [0.8, 0.62, 0.55, 0.5, 0.49]]], reference: true },
  hovered: { lines: [['faint', 'each batch', curve(3).slice(0, 12)], ['accent', 'smoothed', curve(1).slice(0, 12)]], hovered: true },
  runs: { lines: Array.from({ length: 8 }, (_, at) => [`run-${at}`, `AdamW, batch 32, seed ${at}`, curve(at)]) },
  ends: { lines: Array.from({ length: 3 }, (_, at) => [`run-${at}`, `seed ${at}`, curve(at).filter((_, step) => step % 20 === 10)]) },
};

const NAMES_FROM = 420;

function draw(plot) {
  const { lines, reference, hovered } = PLOTS[plot.dataset.plot];
  // Charts grow with the page's type.
  const scale = parseFloat(getComputedStyle(root).fontSize) / 16;
  const [width, height] = [plot.clientWidth / scale, plot.clientHeight / scale];
  const named = width >= NAMES_FROM && lines.length <= 4;
  const right = width - RIGHT - (named ? 96 : 0);
  const longest = Math.max(...lines.map(([, , values]) => values.length));
  const px = (at) => LEFT + (at / (longest - 1)) * (right - LEFT);
  const py = (value) => height - BOTTOM - (value / 2.8) * (height - BOTTOM - TOP);
  const points = (values) => values.map((value, at) => `${px(at).toFixed(1)},${py(value).toFixed(1)}`);
  const grid = [0.5, 1, 1.5, 2, 2.5].map((value) => `<line class="grid" x1="${LEFT}" x2="${right}" y1="${py(value)}" y2="${py(value)}" />
    <text x="${LEFT - 8}" y="${py(value)}" dy="0.32em" text-anchor="end">${value}</text>`);
  const drawn = lines.map(([look, name, values], at) => {
    const dots = values.length > 30 ? [] : values.map((value, point) => `<circle class="look-${look}" cx="${px(point)}" cy="${py(value)}" r="3" />`);
    return `<path class="look-${look}" fill="none" d="M${points(values).join('L')}" />${dots.join('')}
      ${named ? `<text class="name look-${look}" x="${right + 6}" y="${py(lines[0][2].at(-1)) + 14 * (at - 1)}" dy="0.32em">${name}</text>` : ''}`;
  });
  const area = [...points(curve(0)), ...points(curve(2)).reverse()];
  const middle = Math.round(longest / 2);
  plot.innerHTML = `<svg viewBox="0 0 ${width} ${height}" data-width="${plot.clientWidth}" aria-hidden="true">
    ${grid.join('')}
    <line class="mark" x1="${px(longest / 3)}" x2="${px(longest / 3)}" y1="${TOP}" y2="${height - BOTTOM}" />
    <line class="axis" x1="${LEFT}" x2="${right}" y1="${height - BOTTOM}" y2="${height - BOTTOM}" />
    <text class="axis-name" x="0" y="10">cross-entropy</text><text class="axis-name" x="${right}" y="${height - 4}" text-anchor="end">step</text>
    ${reference && longest === 80 ? `<polygon class="look-range" points="${area.join(' ')}" /><polyline class="look-reference" fill="none" points="${points(curve(2)).join(' ')}" />` : ''}
    ${drawn.join('')}
    <polygon class="exit" points="${px(1) - 4},${TOP} ${px(1) + 4},${TOP} ${px(1)},${TOP - 7}" />
    ${hovered ? `<line class="crosshair" x1="${px(middle)}" x2="${px(middle)}" y1="${TOP}" y2="${height - BOTTOM}" />${lines.map(([look, , values]) => `<circle class="look-${look}" cx="${px(middle)}" cy="${py(values[middle])}" r="4" />`)}` : ''}
  </svg>${hovered ? `<div class="tooltip tooltip-shown" data-style="right: ${scale * (width - px(middle)) + 12}px"><p>step 31,500</p><dl><dt>Loss/train</dt><dd>0.3127</dd></dl></div>` : '<div class="tooltip"></div>'}`;
  paint(plot);
  const legend = plot.parentElement.querySelector('.legend');
  const entries = [...lines, ...(reference ? [['reference', 'PyTorch tutorial'], ['range', 'PyTorch, 4 seeds']] : [])];
  if (legend) {
    legend.innerHTML = named ? '' : entries.map(([look, name]) => `<li><svg width="22" height="8"><line class="look-${look}" x1="0" y1="4" x2="22" y2="4" /></svg>${name}</li>`).join('');
  }
}

const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => draw(target)));
all('[data-plot]').forEach((plot) => observer.observe(plot));

// Switches.

const translated = all('[data-zh]').map((element) => ({ element, en: element.innerHTML, zh: element.dataset.zh }));
const speak = (language) => {
  root.lang = language === 'zh' ? 'zh-Hans' : 'en';
  translated.forEach(({ element, en, zh }) => { element.innerHTML = language === 'zh' ? zh : en; });
};
const languages = document.querySelector('.language-select');
languages.value = asked.get('lang') === 'zh' ? 'zh' : 'en';
languages.addEventListener('change', () => speak(languages.value));
speak(languages.value);

const toggle = document.querySelector('.icon-button:last-child');
const isDark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
if (asked.get('theme')) root.dataset.theme = asked.get('theme');
root.classList.toggle('presenting', asked.has('presenting'));
toggle.setAttribute('aria-pressed', isDark());
toggle.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  toggle.setAttribute('aria-pressed', isDark());
});
document.querySelector('.settings').addEventListener('submit', (event) => event.preventDefault());
