// The webcam, by Chromium's fake camera: what it shows is classified live, and it is off whenever nobody looks.
// Runs alone: it measures how many pictures a second are classified.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { testImagesOfEachClass } from './support/dataset.mjs';
import { LEFT_LEG } from './support/drawings.mjs';
import { hide } from './support/hidden.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit } from './support/visit.mjs';

const FAKE = '--use-fake-device-for-media-stream';
const SETTINGS = 'engine=cpu&batch=32&epochs=1&lr=0.01&momentum=0.9&seed=42';

/** A page that keeps every stream of a camera that it gets, so that a test sees whether it is off. */
async function open(t, { query = '', flags = [], permitted = true, expects } = {}) {
  const { openTab, context } = await prepareVisit(t, { flags: [FAKE, ...flags], ownBrowser: flags.length > 0, expects });
  if (permitted) await context.grantPermissions(['camera']);
  await context.addInitScript(() => {
    window.streams = [];
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wishes) => {
      const stream = await ask(wishes);
      window.streams.push(stream);
      return stream;
    };
  });
  const atelier = await openTab();
  await atelier.open(query);
  return atelier;
}

const tracks = (atelier) =>
  atelier.page.evaluate(() => window.streams.flatMap((stream) => stream.getTracks()).map(({ readyState }) => readyState));

async function live(atelier) {
  const before = await atelier.garment();
  await atelier.hook('webcam-start').click();
  await atelier.hook('webcam-keep').waitFor();
  // Until the camera's first garment is found, there is none.
  await atelier.waitForOtherGarment(before);
  await atelier.waitForOtherGarment(new Array(784).fill(0));
}

async function off(atelier) {
  await atelier.hook('webcam-start').waitFor();
  assert.ok((await tracks(atelier)).every((state) => state === 'ended'), 'the camera is off');
}

/** The tasks of the page's thread over so many milliseconds that take 50 ms or more, each by its milliseconds. */
async function longTasks(over) {
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  await new Promise((done) => setTimeout(done, over));
  tasks.push(...observer.takeRecords().map(({ duration }) => duration));
  observer.disconnect();
  return tasks;
}

/** A film for the fake camera in which a grey picture of 28×28 stands in the middle, dark on white; the light flickers, so that no two pictures are the same. */
async function filmOf(t, pixels) {
  const [width, height, scale, frames] = [640, 480, 14, 15];
  const film = [Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < frames; frame += 1) {
    const luma = Buffer.alloc(width * height, 235);
    for (let y = 0; y < 28 * scale; y += 1) {
      for (let x = 0; x < 28 * scale; x += 1) {
        const pixel = pixels[Math.floor(y / scale) * 28 + Math.floor(x / scale)];
        luma[(44 + y) * width + 124 + x] = 235 - pixel * (0.7 + 0.01 * frame);
      }
    }
    film.push(Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128));
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'atelier-film-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'film.y4m');
  await writeFile(file, Buffer.concat(film));
  return file;
}

test('a garment in front of the camera is named, ten times a second and more; one picture can be kept', { timeout: seconds(240) }, async (t) => {
  const [boot] = (await testImagesOfEachClass(1)).filter(({ name }) => name === 'Ankle Boot');
  const film = await filmOf(t, boot.pixels);
  const atelier = await open(t, { query: `${SETTINGS}&autostart=1`, flags: [`--use-file-for-fake-video-capture=${film}`] });
  await atelier.waitForStatus('done', seconds(150));
  assert.deepEqual(await tracks(atelier), [], 'nothing is asked for before the click');
  await live(atelier);
  await atelier.hook('prediction-top').filter({ hasText: 'Ankle Boot' }).waitFor();
  const tasks = await atelier.page.evaluate(longTasks, 3000);
  const rate = Number(await atelier.hook('webcam-rate').getAttribute('data-rate'));
  t.diagnostic(`${rate} pictures a second, tasks of 50 ms or more: [${tasks}]`);
  // None is the goal, and what else the machine does may make one; a page that found the garments itself would have thirty.
  assert.ok(tasks.length <= 3, `${tasks}`);
  assert.ok(rate >= 10, `${rate} pictures a second`);

  await atelier.hook('webcam-keep').click();
  await off(atelier);
  assert.equal(await atelier.predictionTop(), 'Ankle Boot', 'the kept picture stays');
  await atelier.hook('picture-turn').waitFor();
  await atelier.hook('picture-stages').click();
  const stages = await atelier.hook('picture-stage').evaluateAll((stages) => stages.map(({ dataset }) => dataset.stage));
  assert.deepEqual([stages[0], stages.at(-1)], ['picture', 'network']);
});

test('stopping brings back the drawing, and so does everything that hides the pad', { timeout: seconds(180) }, async (t) => {
  const atelier = await open(t);
  await atelier.draw(LEFT_LEG);
  const drawing = await atelier.garment();
  const isBack = () => atelier.waitForGarment(drawing);

  await live(atelier);
  await atelier.hook('webcam-stop').click();
  await off(atelier);
  await isBack();

  await live(atelier);
  const show = await hide(atelier.page);
  await show();
  await off(atelier);
  await isBack();

  await live(atelier);
  await atelier.goTo('runs');
  await atelier.goTo('train');
  await off(atelier);
  await isBack();

  // What else takes its place turns it off, and undoing does not bring back a camera that is off.
  await live(atelier);
  await atelier.hook('clear').click();
  await off(atelier);
  assert.equal(await atelier.hook('undo').getAttribute('aria-disabled'), 'true');
});

test('a camera that is refused, missing or taken away is said, and the pad stays as it is', { timeout: seconds(120) }, async (t) => {
  await t.test('refused', async (t) => {
    const atelier = await open(t, { flags: ['--deny-permission-prompts'], permitted: false });
    await atelier.draw(LEFT_LEG);
    const drawing = await atelier.garment();
    await atelier.hook('webcam-start').click();
    await atelier.page.getByText(/The camera was refused/).waitFor();
    await off(atelier);
    assert.deepEqual(await atelier.garment(), drawing);
  });
  await t.test('missing, and taken away while it runs', async (t) => {
    const atelier = await open(t);
    await live(atelier);
    await atelier.page.evaluate(() => window.streams[0].getTracks()[0].dispatchEvent(new Event('ended')));
    await atelier.page.getByText(/The camera has stopped by itself/).waitFor();
    await off(atelier);
    await atelier.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no device', 'NotFoundError'));
    });
    await atelier.hook('webcam-start').click();
    await atelier.page.getByText(/No camera was found/).waitFor();
  });
});
