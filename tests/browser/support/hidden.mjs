// Tabs that the browser really hides. Playwright otherwise keeps every page visible and focused, by an emulation that
// only the session that turned it on can turn off.

/** Brings an empty tab to the front, so that the page is hidden; returns what brings the page back. */
export async function hide(page) {
  const { _mainFrameSession: session } = page._connection.toImpl(page).delegate;
  await session._client.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const front = await page.context().newPage();
  await front.bringToFront();
  await page.waitForFunction(() => document.hidden, undefined, { polling: 100 });
  return async () => {
    await front.close();
    await page.bringToFront();
    await page.waitForFunction(() => !document.hidden, undefined, { polling: 100 });
  };
}
