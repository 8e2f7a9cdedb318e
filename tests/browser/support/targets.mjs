// The size of what can be pressed (WCAG 2.5.8): 24 by 24 CSS pixels, or enough space around it.

import assert from 'node:assert/strict';

/** Fails for every visible control that is too small. */
export async function assertTargetsAreLargeEnough(page, where) {
  const small = await page.evaluate(() => {
    const LEAST = 24;
    const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const boxOf = (element) => {
      // Its label can be pressed as well.
      const label = element.matches('[type=checkbox], [type=file]') ? element.labels?.[0] : undefined;
      return (label ?? element).getBoundingClientRect();
    };
    const all = [...document.querySelectorAll(CONTROLS)]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .map((element) => ({ element, box: boxOf(element) }));
    const isSmall = ({ box }) => Math.min(box.width, box.height) < LEAST - 0.01;
    // In a sentence, the line's height decides.
    const isInline = ({ element }) => getComputedStyle(element).display === 'inline'
      && [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2];
    const isFree = (one) => all.every((other) => {
      if (other === one || other.element.contains(one.element) || one.element.contains(other.element)) return true;
      const [x, y] = middle(one);
      if (isSmall(other)) {
        const [otherX, otherY] = middle(other);
        return Math.hypot(x - otherX, y - otherY) >= LEAST;
      }
      const across = Math.max(other.box.left - x, 0, x - other.box.right);
      const down = Math.max(other.box.top - y, 0, y - other.box.bottom);
      return Math.hypot(across, down) >= LEAST / 2;
    });
    return all.filter((one) => isSmall(one) && !isInline(one) && !isFree(one)).map(({ element, box }) =>
      `${element.outerHTML.slice(0, 120)} is ${box.width.toFixed(1)} by ${box.height.toFixed(1)}`);
  });
  assert.deepEqual(small, [], `too small to press, ${where}`);
}
