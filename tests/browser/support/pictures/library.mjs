// A library of runs whose dates, durations and losses never change: those of `fixtures/schema-2`, and copies of them with
// other settings and other ends.

import { readFile } from 'node:fs/promises';
import { storeDatabase } from '../storage.mjs';

const FIXTURE = new URL('../../fixtures/schema-2/', import.meta.url);
/** The names of the fixture's runs: one that ended, and one that branched from it and was stopped. */
export const ENDED = '20261125_022821';
const BRANCH = '20261125_022832';

/** Where a block's losses begin, and their number: after its version and this number as LEB128 in two bytes. */
const LOSSES = { at: 3, count: (block) => (block[1] & 127) | (block[2] << 7) };

/** Copies of the ended run: all losses by a factor, and what else differs. */
const COPIES = [
  {
    run: '20261124_161507', factor: 0.82, labels: { title: 'Adam, large batches', tags: ['homework', 'adam'] },
    config: { optimizer: 'adam', lr: '0.002', batch: '512', engine: 'cpu', epochs: '2', seed: '5' },
  },
  {
    run: '20261124_093000', factor: 1.35, state: { Failed: { why: 'the loss of step 237 is NaN' } },
    config: { lr: '0.9' },
  },
  {
    run: '20261123_210455', factor: 1.1,
    labels: { title: '很长的名字：用余弦退火和更大的批次再试一次', tags: ['课堂'] },
    config: { schedule: 'cosine', 'warm-up': '50', lr: '0.2' },
  },
];

/** Puts the library into a page's browser. The page must be on the site, without the site's own program. */
export async function storeRuns(page) {
  const fixture = JSON.parse(await readFile(new URL('database.json', FIXTURE), 'utf8'));
  const { version, runs, labels, checkpoints } = fixture;
  const bytes = (all) => Object.fromEntries(Object.entries(all).map(([key, value]) => [key, [...value]]));
  const files = {};
  for (const [name, file] of Object.entries(fixture.files)) files[name] = await readFile(new URL(file, FIXTURE));
  const blocks = {};
  for (const [key, block] of Object.entries(fixture.blocks)) blocks[key] = Buffer.from(block, 'base64');
  const note = 'Larger steps than in the tutorial, and no momentum.';
  labels[ENDED] = labelled({ title: 'Plain SGD', tags: ['homework'], note });
  labels[BRANCH] = labelled({});

  const ended = JSON.parse(runs[ENDED]);
  for (const { run, factor, config, state = ended.state, labels: named } of COPIES) {
    runs[run] = JSON.stringify(scaled({ ...ended, run, state, config: { ...ended.config, ...config } }, factor));
    blocks[`${run}/000000`] = scaledBlock(blocks[`${ENDED}/000000`], ended, factor);
    labels[run] = labelled(named ?? {});
  }
  await storeDatabase(page, version, {
    summaries: {}, runs, labels, checkpoints, files: bytes(files), blocks: bytes(blocks),
  });
}

const labelled = ({ title = '', note = '', tags = [] }) => JSON.stringify({ title, note, tags, deleted_at_ms: null });

/** A copy of a run's record that started when its name says. */
function scaled(record, factor) {
  const [, year, month, day, hour, minute, second] = record.run.match(/(....)(..)(..)_(..)(..)(..)/).map(Number);
  const started_at_ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return {
    ...record,
    started_at_ms,
    ended_at_ms: started_at_ms + record.ended_at_ms - record.started_at_ms,
    best: scaledEpoch(record.best, factor),
    newest: scaledEpoch(record.newest, factor),
    sparkline: record.sparkline.map((loss) => loss * factor),
  };
}

const scaledEpoch = ({ train_loss, valid_loss, valid_accuracy, ...rest }, factor) => ({
  ...rest,
  train_loss: train_loss * factor,
  valid_loss: valid_loss * factor,
  valid_accuracy: 1 - (1 - valid_accuracy) * factor,
});

/** A copy of a block with the losses of its steps, and with the metrics of the epochs that its run's record names. */
function scaledBlock(block, { best, newest }, factor) {
  const copy = Buffer.from(block);
  for (let at = 0; at < LOSSES.count(block); at += 1) {
    const offset = LOSSES.at + 4 * at;
    copy.writeFloatLE(copy.readFloatLE(offset) * factor, offset);
  }
  const bytes = (number) => Buffer.from(Float64Array.of(number).buffer);
  for (const epoch of [best, newest]) {
    for (const [key, value] of Object.entries(scaledEpoch(epoch, factor))) {
      const at = key.includes('_') ? block.indexOf(bytes(epoch[key])) : -1;
      if (at >= 0) bytes(value).copy(copy, at);
    }
  }
  return copy;
}
