// Lighthouse's scores of a published site, as a phone on a slow line sees it: `node scores.mjs FOLDER RUNS SLOWDOWN`. SLOWDOWN is a number,
// or `calibrated`. Fails if the median of a score is below 95.

import { loadavg } from 'node:os';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { throttling } from 'lighthouse/core/config/constants.js';
import { serve } from './server.mjs';
import { calibrated } from './slowdown.mjs';

const WANTED = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
// Milliseconds, but for the shift.
const METRICS = {
  FCP: 'first-contentful-paint',
  LCP: 'largest-contentful-paint',
  TBT: 'total-blocking-time',
  CLS: 'cumulative-layout-shift',
  SI: 'speed-index',
};

const [folder, runs = '5', slowdown = '4'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node scores.mjs FOLDER RUNS SLOWDOWN');
  process.exit(2);
}

/** One visit of a browser with nothing stored. */
async function visit(address, cpuSlowdownMultiplier) {
  const chrome = await launch({
    chromePath: process.env.CHROMIUM,
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const settings = { onlyCategories: CATEGORIES, throttling: { ...throttling.mobileSlow4G, cpuSlowdownMultiplier } };
    const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: 'error' }, { extends: 'lighthouse:default', settings });
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    return lhr;
  } finally {
    chrome.kill();
  }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const show = (name, numbers) => console.log(`${name.padEnd(16)} ${numbers.map((it) => String(it).padStart(8)).join('')}  median ${median(numbers)}`);

const { address, close } = await serve(folder);
try {
  const first = slowdown === 'calibrated' ? (await visit(address, 4)).environment.benchmarkIndex : undefined;
  const factor = first === undefined ? Number(slowdown) : calibrated(first);
  const reports = [];
  for (let run = 0; run < Number(runs); run += 1) {
    const [load] = loadavg();
    reports.push({ ...(await visit(address, factor)), load });
  }
  console.log(`Lighthouse ${reports[0].lighthouseVersion}, ${reports.length} visits, a phone whose processor is ${factor} times as slow as this one`);
  const failed = CATEGORIES.filter((category) => {
    const scores = reports.map(({ categories }) => Math.round(categories[category].score * 100));
    show(category, scores);
    return median(scores) < WANTED;
  });
  for (const [name, audit] of Object.entries(METRICS)) {
    const digits = name === 'CLS' ? 1000 : 1;
    show(name, reports.map(({ audits }) => Math.round(audits[audit].numericValue * digits) / digits));
  }
  show('benchmarkIndex', reports.map(({ environment }) => Math.round(environment.benchmarkIndex)));
  show('load before', reports.map(({ load }) => load));
  if (failed.length > 0) {
    const seen = new Set();
    for (const { categories, audits } of reports) {
      for (const { id, weight } of CATEGORIES.flatMap((category) => categories[category].auditRefs)) {
        if (weight > 0 && audits[id].score !== null && audits[id].score < 0.9) seen.add(`${id}: ${audits[id].title}`);
      }
    }
    console.log([`below ${WANTED}: ${failed.join(', ')}`, ...seen].join('\n'));
    process.exitCode = 1;
  }
} finally {
  close();
}
