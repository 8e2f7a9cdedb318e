// A visitor who has only a keyboard. After every key the focus must be somewhere, be seen, and not be covered.

import assert from 'node:assert/strict';
import { seconds } from './patience.mjs';

/** More stops than any place has. */
const MOST_STOPS = 150;

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Presses keys, one after the other. */
  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Replaces what the focused field contains. */
  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** The hook of the focused element, or the element itself; `body` if nothing has the focus. */
  focused() {
    return this.page.evaluate(() => {
      const { activeElement: element } = document;
      if (!element || element === document.body) return 'body';
      return element.dataset.testid ?? (element.id || element.outerHTML.slice(0, 100));
    });
  }

  /** Waits until this element has the focus, by its hook or its id. */
  async waitFor(name) {
    await this.page.waitForFunction(
      (name) => [document.activeElement?.dataset.testid, document.activeElement?.id].includes(name),
      name,
      { timeout: seconds(10), polling: 20 },
    ).catch(async (error) => {
      throw new Error(`not ${name} but ${await this.focused()} has the focus`, { cause: error });
    });
    await this.check(name);
  }

  /** Waits until anything has the focus again. */
  async waitForAny(after) {
    await this.page.waitForFunction(
      () => document.activeElement !== document.body && document.activeElement.checkVisibility(),
      undefined,
      { timeout: seconds(5), polling: 20 },
    ).catch((error) => {
      throw new Error(`nothing has the focus after ${after}`, { cause: error });
    });
    await this.check(after);
  }

  /** Presses Tab until an element has the focus, looking at each on the way. */
  async tabTo(name, { back = false } = {}) {
    const way = [];
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      await this.press(back ? 'Shift+Tab' : 'Tab');
      const now = await this.focused();
      if (now !== 'body') await this.check(`on the way to ${name}`);
      if (now === name) return;
      way.push(now);
    }
    assert.fail(`${name} is not reached by Tab, only ${[...new Set(way)].join(', ')}`);
  }

  /** All stops of a way through the page, from its beginning, an element that comes again by the same name; fails if it does not end. */
  async stops() {
    // From the last one, Tab leads out of the page, and then to the first.
    for (let stop = 0; stop < MOST_STOPS && await this.focused() !== 'body'; stop += 1) await this.press('Tab');
    const stops = [];
    await this.page.evaluate(() => { globalThis.stopsSoFar = new WeakSet(); });
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      await this.press('Tab');
      const now = await this.focused();
      if (now !== 'body') {
        await this.check(`after ${stops.at(-1)}`);
        // Two elements may have one hook, such as the links to the documentation.
        const isAnother = await this.page.evaluate(() => {
          const { activeElement: element } = document;
          const isNew = !globalThis.stopsSoFar.has(element);
          globalThis.stopsSoFar.add(element);
          return isNew;
        });
        stops.push(isAnother && stops.includes(now) ? `another ${now}` : now);
      } else if (stops.length > 0) return stops;
    }
    return assert.fail(`a way without end: ${stops.slice(-5).join(', ')}`);
  }

  /** Fails unless the focus is somewhere, is seen and is not covered (WCAG 2.4.3, 2.4.7, 2.4.11). */
  async check(where) {
    const wrong = await this.page.evaluate(() => {
      const { activeElement: element } = document;
      if (!element || element === document.body) return 'nothing has the focus';
      const name = element.dataset.testid ?? element.outerHTML.slice(0, 100);
      // An open place is no control; what is in it is.
      if (element.matches('main')) return undefined;
      // A file chooser is seen as its label.
      const shown = element.matches('[type=file]') ? element.labels[0].querySelector('span') : element;
      const { outlineStyle, outlineWidth } = getComputedStyle(shown);
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 1) return `the focus on ${name} is not seen`;
      const { left, top, right, bottom } = shown.getBoundingClientRect();
      const [x0, y0, x1, y1] = [Math.max(left, 0), Math.max(top, 0), Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
      const points = [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) =>
        [x0 + across * (x1 - x0), y0 + down * (y1 - y0)]));
      const isSeen = ([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (shown.contains(hit) || hit.contains(shown) || hit.closest('label')?.control === element);
      };
      if (x1 <= x0 || y1 <= y0 || !points.some(isSeen)) {
        return `${name} has the focus but is covered, at ${[left, top, right, bottom].map(Math.round)} of ${innerWidth} by ${innerHeight}`;
      }
      return undefined;
    });
    assert.equal(wrong, undefined, `${wrong}, ${where}`);
  }
}
