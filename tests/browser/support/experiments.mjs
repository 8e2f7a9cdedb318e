// Experiments as the page shows them.

import { seconds } from './patience.mjs';

/** Waits until the experiment stands as this says, or as one of these. */
export async function waitForStanding(atelier, wanted, timeout = seconds(180)) {
  const statuses = [wanted].flat();
  await atelier.page.waitForFunction(
    (statuses) => statuses.includes(document.querySelector('[data-testid=experiment-status]')?.dataset.status),
    statuses,
    { timeout, polling: 50 },
  ).catch(async (error) => {
    const text = await atelier.page.locator('.experiment-control').innerText().catch(() => 'nothing');
    throw new Error(`not ${statuses.join(' or ')}: ${text}`, { cause: error });
  });
}
