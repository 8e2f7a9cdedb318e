// Every contestant in the same browser, in rounds; `cargo xtask bench browser` starts this.

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ATELIER } from './support/atelier.mjs';
import { readReference } from './support/batches.mjs';
import { describeAdapter, startBrowser } from './support/browser.mjs';
import { overRounds } from './support/figures.mjs';
import { describeMachine } from './support/machine.mjs';
import { LONGEST_STEP, NOTES, PEERS, tooSlow } from './support/peers.mjs';
import { serve } from './support/server.mjs';

/** A contestant this slow (in milliseconds a step) runs in the first round only. */
const ONCE = 5_000;

const { values: wish } = parseArgs({
  options: {
    site: { type: 'string', default: new URL('../../dist', import.meta.url).pathname },
    out: { type: 'string' },
    adapter: { type: 'string', default: 'software' },
    batches: { type: 'string', default: '4,64,512' },
    rounds: { type: 'string', default: '3' },
    budget: { type: 'string', default: '2000' },
    only: { type: 'string', default: 'atelier,jaxjs,tfjs' },
  },
});
const batches = wish.batches.split(',').map(Number).toSorted((a, b) => a - b);
const chosen = wish.only.split(',');
const contestants = [...ATELIER, ...PEERS].filter(({ group, name }) => chosen.includes(group) || chosen.includes(name));

const libraries = [...new Set(contestants.flatMap(({ library }) => library ?? []))];
const server = await serve(wish.site, libraries);
const { browser, processes } = await startBrowser(wish.adapter);
try {
  const environment = { browser, processes, address: server.address, budget: Number(wish.budget) };
  const machine = await describeMachine();
  const reference = await readReference();
  const measured = await rounds(environment, Number(wish.rounds));
  const report = {
    date: new Date().toISOString(),
    machine,
    browser: `Chromium ${browser.version()}`,
    adapter: await adapterOf(environment),
    versions: await versions(),
    notes: NOTES,
    results: measured.map((entry) => result(entry, reference[entry.batch])),
  };
  if (wish.out) await writeFile(wish.out, `${JSON.stringify(report, null, 2)}\n`);
  else console.log(JSON.stringify(report, null, 2));
} finally {
  await browser.close();
  await server.close();
}

/** Each round runs every contestant once with every batch size, one after the other. */
async function rounds(environment, count) {
  const entries = batches.flatMap((batch) => contestants.map((contestant) => ({ contestant, batch, rounds: [] })));
  for (let round = 1; round <= count; round += 1) {
    for (const entry of entries) {
      const { contestant, batch } = entry;
      const expected = expectedStep(entries, entry);
      if (entry.failed || entry.skipped || (round > 1 && expected > ONCE)) continue;
      const where = `round ${round} of ${count}, batch ${batch}: ${contestant.label}`;
      if (expected > LONGEST_STEP) entry.skipped = tooSlow(expected);
      else await take(environment, entry);
      const last = entry.rounds.at(-1);
      console.log(`${where}: ${entry.failed ?? entry.skipped ?? `${last.stepMs.toPrecision(3)} ms a step`}`);
    }
  }
  return entries;
}

async function take(environment, entry) {
  try {
    const measured = await entry.contestant.measure(environment, entry.batch);
    if (measured.skipped) entry.skipped = measured.skipped;
    else entry.rounds.push(measured);
  } catch (error) {
    entry.failed = error.message;
  }
}

/** By what is known of this contestant: its own last round, else the next smaller batch size. */
function expectedStep(entries, { contestant, batch }) {
  const known = entries.filter((other) => other.contestant === contestant && other.batch <= batch && other.rounds.length > 0);
  const nearest = known.at(-1);
  return nearest ? nearest.rounds.at(-1).stepMs * batch / nearest.batch : 0;
}

function result({ contestant: { name, group, label }, batch, rounds: taken, failed, skipped }, reference) {
  const figures = taken.length > 0 ? overRounds(taken) : {};
  const compared = figures.losses?.slice(0, reference?.length ?? 0) ?? [];
  const apart = compared.map((loss, step) => Math.abs(loss - reference[step]));
  return {
    name, group, label, batch, failed: failed ?? null, skipped: skipped ?? null, ...figures,
    lossesCompared: apart.length,
    apartFromPyTorch: apart.length > 0 ? Math.max(...apart) : null,
  };
}

async function adapterOf({ address }) {
  const page = await browser.newPage();
  await page.goto(`${address}/peers/page.html`);
  const adapter = await describeAdapter(page);
  await page.close();
  return adapter;
}

async function versions() {
  const { devDependencies } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
  return { 'jax-js': devDependencies['@jax-js/jax'], 'TensorFlow.js': devDependencies['@tensorflow/tfjs'] };
}
