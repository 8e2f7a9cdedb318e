// What a layout loses: content beyond the screen, text that is cut, texts over each other, controls that are covered.

import assert from 'node:assert/strict';

/** Fails if something on the page cannot be read or reached. */
export async function assertNothingIsLost(page, where) {
  const lost = await page.evaluate(async () => {
    // After the charts have followed the size of the window.
    await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
    const found = [];
    const width = document.documentElement.clientWidth;
    const named = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${element.textContent.trim().slice(0, 40)}"`;
    const all = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility({ visibilityProperty: true }));
    const style = new Map(all.map((element) => [element, getComputedStyle(element)]));
    const isHidden = (element) => element.closest('.unseen, [type=file], svg, noscript') !== null;
    // Code and tables may scroll by themselves (WCAG 1.4.10).
    const scrolls = (element) => {
      for (let at = element; at && at !== document.body; at = at.parentElement) {
        if (/auto|scroll/.test(style.get(at)?.overflowX ?? '')) return true;
      }
      return false;
    };
    if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide on a screen of ${width}`);
    for (const element of all) {
      if (isHidden(element) || scrolls(element)) continue;
      const { left, right } = element.getBoundingClientRect();
      if (right > width + 0.5 || left < -0.5) found.push(`${named(element)} reaches beyond the screen`);
      const { overflowX, overflowY, textOverflow } = style.get(element);
      const hasText = element.textContent.trim() !== '';
      const clips = (overflow) => /hidden|clip/.test(overflow);
      if (hasText && clips(overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`${named(element)} is cut (${textOverflow})`);
      if (hasText && clips(overflowY) && element.scrollHeight > element.clientHeight + 1) found.push(`${named(element)} is cut below`);
      if (element.matches('button, summary, select, .button') && element.scrollWidth > element.clientWidth + 1) found.push(`${named(element)} has a text wider than itself`);
    }
    // Lines of text, each with its place.
    const lines = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode: text } = texts;
      const parent = text.parentElement;
      if (!text.data.trim() || !style.has(parent) || isHidden(parent) || scrolls(parent)) continue;
      if (parent.closest('select, option, textarea, .plot, .pad, .menu-items')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) {
        if (box.width > 1 && box.height > 1) lines.push({ parent, box, text: text.data.trim().slice(0, 30) });
      }
    }
    lines.sort((one, other) => one.box.top - other.box.top);
    lines.forEach((one, index) => {
      for (const other of lines.slice(index + 1)) {
        if (other.box.top > one.box.bottom) break;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Lines of one text touch each other where its lines are close.
        const fixed = [one, other].some(({ parent }) => parent.closest('.run-controls') && style.get(parent.closest('.run-controls')).position === 'fixed');
        if (across > 2 && down > Math.min(one.box.height, other.box.height) * 0.25 && !fixed) {
          found.push(`"${one.text}" and "${other.text}" are over each other`);
        }
      }
    });
    return [...new Set(found)].slice(0, 12);
  });
  assert.deepEqual(lost, [], `lost, ${where}`);
}

/** Fails if a control cannot be brought into view, or is covered once it has the focus. */
export async function assertControlsAreReached(page, where) {
  const covered = await page.evaluate(() => {
    const found = [];
    const controls = document.querySelectorAll('a[href], button:enabled, input:enabled, select:enabled, summary, [tabindex="0"]');
    for (const control of controls) {
      if (!control.checkVisibility({ visibilityProperty: true })) continue;
      control.focus();
      const shown = control.matches('[type=file]') ? control.labels[0].querySelector('span') : control;
      const box = shown.getBoundingClientRect();
      const [x0, y0, x1, y1] = [Math.max(box.left, 0), Math.max(box.top, 0), Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
      const points = [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) => [x0 + across * (x1 - x0), y0 + down * (y1 - y0)]));
      const isSeen = ([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (shown.contains(hit) || hit.contains(shown) || hit.closest('label')?.control === control);
      };
      if (x1 <= x0 || y1 <= y0 || !points.some(isSeen)) found.push(control.dataset.testid ?? control.outerHTML.slice(0, 100));
    }
    document.activeElement.blur();
    return found;
  });
  assert.deepEqual(covered, [], `cannot be reached, ${where}`);
}
