// The page as a visitor sees it, by its stable hooks.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { seconds } from './patience.mjs';
import { STATE_DICT, parseSafetensors } from './safetensors.mjs';

/** Long enough for a busy machine, but shorter than most tests may take, so that what was waited for in vain is named. */
const PATIENCE = seconds(90);

/** The settings that the tutorial suggests to try. */
const ALWAYS_SHOWN = ['lr', 'momentum', 'optimizer', 'batch', 'epochs'];

const isOfFiles = (worker) => worker.url().endsWith('?files');
const isOfInsight = (worker) => worker.url().endsWith('?insight');
const isOfExperiment = (worker) => worker.url().endsWith('&compiled');

export class Atelier {
  constructor(page, site) {
    this.page = page;
    this.site = site;
  }

  async open(query = '', host) {
    await this.page.goto(this.site.url(query, host));
  }

  hook(name) {
    return this.page.getByTestId(name);
  }

  /** Opens a place: `train`, `understand`, `experiments`, `runs` or `lesson`. */
  async goTo(place) {
    const link = this.hook(`place-${place}`);
    if ((await link.getAttribute('aria-current')) !== 'page') await link.click();
    // The address changes at once, and the place in a later task.
    await link.and(this.page.locator('[aria-current=page]')).waitFor({ state: 'attached' });
  }

  // Status and numbers.

  status() {
    return this.hook('status').getAttribute('data-status');
  }

  /**
   * Waits for one of these statuses; an `error`, or a run that has `failed`, ends the wait at once if it is not
   * among them.
   *
   * After a press, the status from before the press must not be among them.
   */
  async waitForStatus(wanted, timeout = PATIENCE) {
    const statuses = [wanted].flat();
    const reached = await this.page.waitForFunction(
      (statuses) => {
        const status = document.querySelector('[data-testid=status]')?.dataset.status;
        return (statuses.includes(status) || ['error', 'failed'].includes(status)) && status;
      },
      statuses,
      { timeout, polling: 50 },
    ).catch(async (error) => {
      const now = await this.status().catch(() => 'no page');
      throw new Error(`not ${statuses.join(' or ')} but ${now}: ${await this.errorText()}`, { cause: error });
    });
    const status = await reached.jsonValue();
    if (!statuses.includes(status)) {
      throw new Error(`not ${statuses.join(' or ')} but ${status}: ${await this.errorText()}`);
    }
    return status;
  }

  /** Waits until the status differs from this one. */
  async waitForStatusOtherThan(unwanted, timeout = PATIENCE) {
    await this.page.waitForFunction(
      (unwanted) => document.querySelector('[data-testid=status]').dataset.status !== unwanted,
      unwanted,
      { timeout, polling: 50 },
    );
  }

  /** A number of the run; `undefined` while it is not known. */
  async number(name) {
    const value = await this.hook(name).getAttribute('data-value');
    return value === null || value === '' ? undefined : Number(value);
  }

  /** Waits until a number of the run is at least this. */
  async waitForNumber(name, least, timeout = PATIENCE) {
    await this.page.waitForFunction(
      ([name, least]) => {
        const value = document.querySelector(`[data-testid=${name}]`)?.dataset.value;
        return value !== undefined && value !== '' && Number(value) >= least;
      },
      [name, least],
      { timeout, polling: 50 },
    );
    return this.number(name);
  }

  /** The number of steps of a run that no longer trains. The page draws it at most once more after the status, within 250 ms. */
  async settledStep() {
    const shown = await this.number('step');
    return this.page.evaluate((shown) => new Promise((resolve) => {
      const step = document.querySelector('[data-testid=step]');
      const now = () => Number(step.dataset.value);
      if (now() !== shown) resolve(now());
      new MutationObserver(() => resolve(now())).observe(step, { attributeFilter: ['data-value'] });
      setTimeout(() => resolve(now()), 1000);
    }), shown);
  }

  /**
   * Calls a function of the page as soon as the page shows this step, and returns what it gives. Called from here, it might
   * come an epoch later.
   */
  atStep(step, act, timeout = PATIENCE) {
    return this.page.evaluate(([step, act, timeout]) => {
      // Before anything is waited for: later, the page's policy refuses it.
      const perform = new Function(`return (${act})`)();
      return new Promise((resolve, reject) => {
        const look = () => {
          const { value } = document.querySelector('[data-testid=step]')?.dataset ?? {};
          if (!value || Number(value) < step) return;
          observer.disconnect();
          try { resolve(perform()); } catch (error) { reject(error); }
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, attributeFilter: ['data-value'] });
        setTimeout(() => reject(new Error(`step ${step} has not come`)), timeout);
        look();
      });
    }, [step, act.toString(), timeout]);
  }

  /** Waits until it is known which engines this machine has, which does not depend on the data. */
  waitForEngines() {
    return this.hook('engine-name').filter({ hasText: /[^–\s]/ }).waitFor({ state: 'attached' });
  }

  /** The messages' text; empty if there are none. */
  async errorText() {
    const messages = await this.hook('error-message').allInnerTexts().catch(() => []);
    return messages.join('\n');
  }

  /** Waits for a message that matches this. */
  async waitForError(pattern, timeout = PATIENCE) {
    const message = this.hook('error-message').filter({ hasText: pattern });
    await message.waitFor({ timeout }).catch(async (error) => {
      const said = await this.errorText();
      throw new Error(`no message like ${pattern}, but: ${said || 'none'}`, { cause: error });
    });
    return this.errorText();
  }

  /** The training worker, to cause faults in it. */
  worker() {
    return this.page.workers().findLast((worker) => ![isOfFiles, isOfInsight, isOfExperiment].some((is) => is(worker)));
  }

  /** The workers that train runs of an experiment. */
  experimentWorkers() {
    return this.page.workers().filter(isOfExperiment);
  }

  /** The worker that imports and exports files; `undefined` while there is none. */
  filesWorker() {
    return this.page.workers().findLast(isOfFiles);
  }

  /** The same, once the browser has told of it, which may be after the page shows what it reads. */
  async startedFilesWorker() {
    return this.filesWorker() ?? this.page.waitForEvent('worker', { predicate: isOfFiles, timeout: PATIENCE });
  }

  /** Closes the tab as a visitor does who agrees to whatever it asks; returns the kinds of its questions. */
  async leave() {
    const asked = [];
    this.page.on('dialog', async (dialog) => {
      asked.push(dialog.type());
      await dialog.accept();
    });
    await Promise.all([this.page.waitForEvent('close'), this.page.close({ runBeforeUnload: true })]);
    return asked;
  }

  // The run.

  /** Starts a run; from then on, an `error` or a failure is this run's and not the previous one's. */
  async start() {
    await this.goTo('train');
    const before = await this.status();
    await this.hook('start').click();
    if (['error', 'failed'].includes(before)) await this.waitForStatusOtherThan(before);
  }

  /** Agrees to every file of this site that the link asks for. */
  async agreeToFiles() {
    const load = this.hook('given-load');
    await load.first().waitFor();
    while (await load.count()) await load.first().click();
  }

  async pause() {
    await this.goTo('train');
    await this.hook('pause').click();
  }

  /** Pauses the run that the page shows as soon as it has come to this step. */
  async pauseAt(step, timeout = PATIENCE) {
    await this.atStep(step, () => document.querySelector('[data-testid=pause]').click(), timeout);
    await this.waitForStatus('paused');
  }

  async stop() {
    await this.goTo('train');
    await this.hook('stop').click();
  }

  /**
   * Waits until every run that has ended is stored, or its last write has failed. Its status comes before its last writes, and
   * a checkpoint that is listed may be of an earlier step. No run may be under way, not even paused, and the browser must have
   * locks.
   */
  async waitForStored(timeout = PATIENCE) {
    const left = await this.page.evaluate(async (timeout) => {
      const until = performance.now() + timeout;
      for (;;) {
        // Whoever trains a run gives its lock back once it is stored.
        const { held } = await navigator.locks.query();
        const runs = held.map(({ name }) => name).filter((name) => name.startsWith('atelier-run-'));
        if (runs.length === 0 || performance.now() > until) return runs;
        await new Promise((resolve) => { setTimeout(resolve, 50); });
      }
    }, timeout);
    if (left.length > 0) throw new Error(`not stored: ${left}`);
  }

  /** Presses a button and returns the milliseconds until the status changes, by the page's clock. */
  timeUntilStatus(button, wanted, timeout = seconds(20)) {
    return this.page.evaluate(
      ([button, wanted, timeout]) => new Promise((resolve, reject) => {
        const status = document.querySelector('[data-testid=status]');
        const pressed = performance.now();
        const look = () => {
          if (status.dataset.status === wanted) resolve(performance.now() - pressed);
        };
        new MutationObserver(look).observe(status, { attributes: true });
        setTimeout(() => reject(new Error(`${status.dataset.status} after ${button}`)), timeout);
        document.querySelector(`[data-testid=${button}]`).click();
      }),
      [button, wanted, timeout],
    );
  }

  // Settings.

  /** Unfolds what the form keeps folded. */
  async unfoldAll() {
    await this.goTo('train');
    const details = this.hook('all-settings');
    if (!(await details.evaluate(({ open }) => open))) await details.locator('summary').first().click();
  }

  /** The control of a setting; its section of the form must be open. */
  async control(key) {
    if (!ALWAYS_SHOWN.includes(key)) await this.unfoldAll();
    const select = this.hook(`${key}-select`);
    // The form is drawn in a task of its own.
    await select.or(this.hook(`${key}-input`)).first().waitFor({ state: 'attached' });
    return (await select.count()) ? { select } : { input: this.hook(`${key}-input`) };
  }

  async set(key, value) {
    await this.goTo('train');
    const { select, input } = await this.control(key);
    if (select) await select.selectOption(String(value));
    else if (typeof value === 'boolean') await input.setChecked(value);
    else await input.fill(String(value));
  }

  async setting(key) {
    const { select, input } = await this.control(key);
    return (select ?? input).inputValue();
  }

  /** Unfolds a section of the form: `optimizer`, `schedule`, `limits` or `augmentation`. */
  async unfold(section) {
    await this.unfoldAll();
    const details = this.hook(`section-${section}`);
    if (!(await details.evaluate(({ open }) => open))) await details.locator('summary').click();
  }

  /** The error shown beside a field; `undefined` if there is none. */
  async fieldError(key) {
    // Before the field is drawn, it has no error either.
    await this.hook(`${key}-select`).or(this.hook(`${key}-input`)).first().waitFor({ state: 'attached' });
    const error = this.hook(`field-error-${key}`);
    return (await error.count()) ? error.innerText() : undefined;
  }

  /** The settings in the address bar. */
  query() {
    return this.page.evaluate(() => Object.fromEntries(new URLSearchParams(location.search)));
  }

  // Runs.

  runRow(run) {
    return this.page.locator(`[data-testid=run-row][data-run="${run}"]`);
  }

  /** The names of the listed runs, in order. */
  async runNames() {
    await this.goTo('runs');
    return this.hook('run-row').evaluateAll((rows) => rows.map((row) => row.dataset.run));
  }

  /** Waits until this many runs are listed. */
  async waitForRuns(count, timeout = PATIENCE) {
    await this.goTo('runs');
    await this.page.waitForFunction(
      (count) => document.querySelectorAll('[data-testid=run-row]').length === count,
      count,
      { timeout, polling: 50 },
    );
    return this.runNames();
  }

  /** Waits until a run is in this state. */
  async waitForRunState(run, state, timeout = PATIENCE) {
    await this.goTo('runs');
    await this.page.waitForFunction(
      ([run, state]) =>
        document.querySelector(`[data-testid=run-row][data-run="${run}"]`)?.dataset.state === state,
      [run, state],
      { timeout, polling: 50 },
    );
  }

  /** Waits until the library has been read and has no such run: the run's address says so. */
  async waitForNoRun(run) {
    await this.page.evaluate((run) => { location.hash = `#/train/${run}`; }, run);
    await this.waitForError(new RegExp(`no run ${run}`));
  }

  /** Opens a run's details unless they are already open. */
  async openRun(run) {
    await this.goTo('runs');
    const toggle = this.runRow(run).getByTestId('run-toggle');
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
    await this.runRow(run).getByTestId('run-details').waitFor();
    return this.runRow(run).getByTestId('run-details');
  }

  /** A button in the menu of a run or checkpoint, which is opened for it. */
  async menu(row, button) {
    const item = row.getByTestId(button);
    const menu = item.locator('xpath=ancestor::details[1]');
    if (!(await menu.evaluate(({ open }) => open))) await menu.locator('summary').click();
    return item;
  }

  /** Presses a button that downloads a file. */
  async downloadBy(button) {
    const [download] = await Promise.all([
      this.page.waitForEvent('download', { timeout: PATIENCE }),
      button.click(),
    ]);
    const bytes = await readFile(await download.path());
    return { fileName: download.suggestedFilename(), bytes };
  }

  /** Imports a file: a path, or a name with its bytes. */
  async importFile(file) {
    await this.goTo('runs');
    const chosen = typeof file === 'string'
      ? file
      : { name: file.name, mimeType: 'application/octet-stream', buffer: file.bytes };
    await this.hook('import-input').setInputFiles(chosen);
  }

  /** The run imported from a file. */
  async imported() {
    const state = this.hook('import-state').filter({ hasText: /Imported as/ });
    await state.waitFor({ timeout: PATIENCE });
    return state.getAttribute('data-run');
  }

  // Checkpoints.

  checkpointRow(name) {
    return this.page.locator(`[data-testid=checkpoint-row][data-name="${name}"]`);
  }

  async checkpointNames() {
    const rows = await this.hook('checkpoint-row').all();
    return Promise.all(rows.map((row) => row.getAttribute('data-name')));
  }

  /** The name of the first matching checkpoint, once there is one. */
  async waitForCheckpoint(pattern, timeout = PATIENCE) {
    const name = await this.page.waitForFunction(
      (source) => [...document.querySelectorAll('[data-testid=checkpoint-row]')]
        .map((row) => row.dataset.name)
        .find((name) => new RegExp(source).test(name)),
      pattern.source,
      { timeout, polling: 50 },
    );
    return name.jsonValue();
  }

  /** Downloads a checkpoint: `weights` alone, or the `full` file. */
  async download(name, kind) {
    const button = kind === 'full' ? 'checkpoint-download-full' : 'checkpoint-download';
    const file = await this.downloadBy(await this.menu(this.checkpointRow(name), button));
    return { ...file, ...parseSafetensors(file.bytes) };
  }

  /** Every loss and every weight of a checkpoint of a run that has ended. */
  async endOf(name) {
    await this.waitForStored();
    const { tensors } = await this.download(name, 'full');
    const weights = Object.keys(STATE_DICT).map((key) => [key, tensors[key].values]);
    return { losses: tensors['history.losses'].values, weights: Object.fromEntries(weights) };
  }

  // Classifying.

  predictionTop() {
    return this.hook('prediction-top').innerText();
  }

  /** The ten probabilities by label; empty if there are none. */
  async probabilities() {
    const bars = await this.hook('prediction-bar').evaluateAll((bars) =>
      bars.map(({ dataset }) => [dataset.label, dataset.probability]));
    const known = bars.filter(([, share]) => share !== '');
    return Object.fromEntries(known.map(([label, share]) => [label, Number(share)]));
  }

  /** Waits until there are probabilities that differ from these. */
  async waitForOtherProbabilities(before, timeout = PATIENCE) {
    await this.page.waitForFunction(
      (before) => {
        const bars = [...document.querySelectorAll('[data-testid=prediction-bar]')];
        return bars.every(({ dataset }) => dataset.probability !== '')
          && bars.some(({ dataset }) => Number(dataset.probability) !== before[dataset.label]);
      },
      before,
      { timeout, polling: 50 },
    );
    return this.probabilities();
  }

  /** The probabilities, once they no longer change: while a stroke is drawn, there is an answer to each part of it. */
  async settledProbabilities() {
    let before;
    let now = await this.waitForOtherProbabilities({});
    while (!isDeepStrictEqual(now, before)) {
      before = now;
      await sleep(200);
      now = await this.probabilities();
    }
    return now;
  }

  async waitForNoProbabilities() {
    await this.page.waitForFunction(() => {
      const bars = [...document.querySelectorAll('[data-testid=prediction-bar]')];
      return bars.length > 0 && bars.every(({ dataset }) => dataset.probability === '');
    });
  }

  upload(png) {
    const file = { name: 'garment.png', mimeType: 'image/png', buffer: png };
    return this.hook('upload-input').setInputFiles(file);
  }

  /** Pastes a picture (`paste` on the document) or drops it (`drop` on the pad). */
  bring(how, png) {
    return this.page.evaluate(
      ([how, bytes]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], 'garment.png', { type: 'image/png' }));
        const options = { bubbles: true, cancelable: true };
        if (how === 'paste') {
          const event = new ClipboardEvent(how, { ...options, clipboardData: transfer });
          // Firefox leaves files out of a paste that a script makes.
          Object.defineProperty(event, 'clipboardData', { value: transfer });
          document.dispatchEvent(event);
        } else {
          document.querySelector('[data-testid=draw-canvas]')
            .dispatchEvent(new DragEvent(how, { ...options, dataTransfer: transfer }));
        }
      },
      [how, [...png]],
    );
  }

  /** Draws one stroke through points given as shares (0 to 1) of the pad's width and height. */
  async draw(places) {
    const pad = this.hook('draw-canvas');
    await pad.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await pad.boundingBox();
    const { mouse } = this.page;
    const at = ([across, down]) => [x + across * width, y + down * height];
    await mouse.move(...at(places[0]));
    await mouse.down();
    for (const place of places.slice(1)) await mouse.move(...at(place), { steps: 4 });
    await mouse.up();
  }

  /** Waits until the network sees another garment than this one. */
  waitForOtherGarment(before) {
    return this.waitForGarment(before, { isOther: true });
  }

  /** Waits until the network sees this garment, each pixel within so many levels; with `isOther`, until it does not. */
  waitForGarment(wanted, { within = 0, isOther = false } = {}) {
    return this.page.waitForFunction(([wanted, within, isOther]) => {
      const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
      return wanted.every((value, at) => Math.abs(data[4 * at] - value) <= within) !== isOther;
    }, [wanted, within, isOther]);
  }

  /** The 28×28 pixels that the network sees, 0 to 255. */
  garment() {
    return this.hook('garment-preview').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, 28, 28);
      return Array.from({ length: 784 }, (_, i) => data[4 * i]);
    });
  }
}
