// A fresh tab with nothing stored, for one measurement.

/** Enough (in milliseconds) for one measurement, unless the page hangs. */
export const PATIENCE = 180_000;

/**
 * Opens an address in a context of its own, waits for its worker, and closes everything afterwards,
 * whatever happened. What the page complained of goes with the error.
 */
export async function inTab(browser, address, patience, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(Math.min(patience, PATIENCE));
  const complaints = [];
  let giveUp;
  try {
    const page = await context.newPage();
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    const hung = new Promise((resolve, reject) => {
      giveUp = setTimeout(() => reject(new Error(`not done after ${patience / 1000} s`)), patience);
    });
    const used = (async () => {
      const started = page.waitForEvent('worker');
      await page.goto(address);
      return use({ page, worker: await started });
    })();
    // Whichever loses the race is of no interest any more.
    used.catch(() => {});
    return await Promise.race([used, hung]);
  } catch (error) {
    throw new Error([error.message, ...complaints.slice(0, 3)].join('; '), { cause: error });
  } finally {
    clearTimeout(giveUp);
    await context.close();
  }
}
