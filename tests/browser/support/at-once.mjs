// Two tabs that want the same at the same moment.

import { seconds } from './patience.mjs';

/**
 * Presses Resume in all of these tabs at the same moment, because a tab that knows of another one's run offers no button.
 * Returns what came of it in each: `training` or `refused`.
 */
export async function resumeAtOnce(tabs) {
  const moment = Date.now() + 1500;
  await Promise.all(tabs.map((tab) => tab.page.evaluate((moment) => new Promise((resolve) => {
    setTimeout(() => {
      document.querySelector('[data-testid=resume]').click();
      resolve();
    }, moment - Date.now());
  }), moment)));
  const outcomes = tabs.map((tab) => tab.page.waitForFunction(() => {
    const { status } = document.querySelector('[data-testid=status]').dataset;
    const refused = document.querySelector('[data-testid=error-message]')?.innerText.includes('another tab');
    return (status === 'training' && 'training') || (refused && 'refused');
  }, undefined, { timeout: seconds(60) }));
  return Promise.all(outcomes.map(async (outcome) => (await outcome).jsonValue()));
}
