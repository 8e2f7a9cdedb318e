// What a screen reader announces: the changes in the page's live regions, with their times.

/** From now on, notes each announcement. */
export function listen(page) {
  return page.evaluate(() => {
    const REGIONS = '[aria-live], [role=status], [role=alert]';
    const heard = [];
    globalThis.announcements = heard;
    const last = new WeakMap();
    const isLive = (region) => {
      const live = region.getAttribute('aria-live') ?? (region.getAttribute('role') === 'alert' ? 'assertive' : 'polite');
      return live !== 'off' && region.checkVisibility();
    };
    const regionOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(REGIONS);
    document.querySelectorAll(REGIONS).forEach((region) => last.set(region, region.textContent));
    new MutationObserver((mutations) => {
      const changed = new Set(mutations.map(({ target }) => regionOf(target)));
      for (const { addedNodes } of mutations) {
        for (const node of addedNodes) {
          if (node.nodeType === Node.ELEMENT_NODE) node.querySelectorAll(REGIONS).forEach((region) => changed.add(region));
          if (node.isConnected) changed.add(regionOf(node));
        }
      }
      changed.delete(null);
      changed.delete(undefined);
      for (const region of changed) {
        const text = region.textContent.trim();
        // The same text put anew is announced again, too; only a region that has just come or emptied is not.
        if (text && isLive(region)) heard.push({ at: performance.now(), text, same: last.get(region) === text });
        last.set(region, text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** What has been announced since, with the milliseconds since the page was opened. */
export const heard = (page) => page.evaluate(() => globalThis.announcements);

/** Waits until something like this has been announced. */
export async function waitToHear(page, pattern, timeout) {
  await page.waitForFunction(
    (source) => globalThis.announcements.some(({ text }) => new RegExp(source).test(text)),
    pattern.source,
    { timeout, polling: 50 },
  ).catch(async (error) => {
    const said = (await heard(page)).map(({ text }) => text).join(' | ');
    throw new Error(`nothing like ${pattern} was announced, but: ${said}`, { cause: error });
  });
}
