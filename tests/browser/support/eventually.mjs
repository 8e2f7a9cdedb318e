// Waits for what has to be looked at again and again, because nothing tells of it.

import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from './patience.mjs';

/** What this gives, once it is as wanted. */
export async function eventually(look, isWanted) {
  const until = Date.now() + seconds(30);
  for (;;) {
    const found = await look();
    if (isWanted(found)) return found;
    if (Date.now() > until) throw new Error(`it stays ${JSON.stringify(found).slice(0, 2000)}`);
    await sleep(100);
  }
}
