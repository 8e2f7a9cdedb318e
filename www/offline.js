// What the page has for use without a network: it has the service worker installed once everything is there, offers the
// next version, offers to install Atelier as an app, and refuses to delete everything during a run. Fetched after the
// page has come (www/first-view.js). docs/offline.md describes it all.
//
// The page shows where things stand by <offline-notice> and <offline-install> (src/page/mod.rs).

const WORDS = {
  en: {
    ready: 'A new version of Atelier is here.',
    kept: 'This page goes on with its own version. Runs and checkpoints are kept. Reload it to use the new version.',
    waits: 'A run is in progress, in this tab or in another, and a reload would stop it. Nothing has changed. Stop the run, or wait until it has ended, and press again.',
    reload: 'Reload',
    dismiss: 'Dismiss',
    install: 'Install as an app',
    keeps: 'A run is in progress, in this tab or in another. Nothing was deleted. Stop the run, or wait until it has ended, and press again.',
  },
  'zh-Hans': {
    ready: 'Atelier 有了新版本。',
    kept: '此页面继续使用原来的版本，运行和检查点都会保留。刷新页面即可使用新版本。',
    waits: '此标签页或另一个标签页中有运行正在进行，刷新会使它停止。什么都没有改变。请停止运行或等它结束，然后再按一次。',
    reload: '刷新页面',
    dismiss: '关闭',
    install: '安装为应用',
    keeps: '此标签页或另一个标签页中有运行正在进行。没有删除任何内容。请停止运行或等它结束，然后再按一次。',
  },
};

const root = document.documentElement;
const scope = new URL('./', document.baseURI).href;
/** Only a finished site has a name, and a service worker. */
const { build } = JSON.parse(document.getElementById('build')?.textContent ?? '{}');

/** None on plain HTTP, in some private windows, and where the visitor has denied it. */
const workers = (() => {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined;
  }
})();

const write = (element) => {
  element.textContent = (WORDS[root.lang] ?? WORDS.en)[element.dataset.words];
};
new MutationObserver(() => document.querySelectorAll('[data-words]').forEach(write))
  .observe(root, { attributeFilter: ['lang'] });

/** A new element that says this in the page's language. */
function make(tag, words, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (words) {
    element.dataset.words = words;
    write(element);
  }
  return element;
}

function button(words, hook, onclick, className = '') {
  const made = make('button', words, { type: 'button', className, onclick });
  made.dataset.testid = hook;
  return made;
}

/** Whether any tab trains a run (src/library/tabs.rs). Without locks, nobody knows. */
async function runIsInProgress() {
  const { held = [] } = (await navigator.locks?.query().catch(() => ({}))) ?? {};
  return held.some(({ name }) => name.startsWith('atelier-run-'));
}

// The service worker.

let registration;
/** Whether the next page would have another build than this one. */
let offered = false;

/** The build of a service worker. */
const buildOf = (worker) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  worker.postMessage('build', [port2]);
});

/** Looks which build the next page would have, and offers it if this page has another. */
async function look() {
  const next = registration.waiting ?? registration.active;
  // What is being installed may be this page's build.
  if (!next || registration.installing) return;
  offered = (await buildOf(next)) !== build;
  if (offered) offer();
  // The page itself came from the network, for want of a complete cache.
  else if (next === registration.waiting) next.postMessage('activate');
}

async function attach(found) {
  if (!found || registration) return;
  registration = found;
  const watch = () => registration.installing?.addEventListener('statechange', look);
  registration.addEventListener('updatefound', watch);
  workers.addEventListener('controllerchange', look);
  watch();
  // A page that came past the cache may be newer than what is installed.
  await registration.update().catch(() => {});
  look();
  // A tab that stays open for days hears of new versions too.
  setInterval(() => registration.update().catch(() => {}), 3_600_000);
  // Held as long as this page is open, so that its build's files are kept.
  navigator.locks.request(`atelier-build ${scope} ${build}`, { mode: 'shared' }, async () => {
    (await workers.ready).active.postMessage('tidy');
    await new Promise(() => {});
  }).catch(() => {});
}

/** Has the browser install the service worker. It may be denied, as in a private window; then nothing is offered. */
async function install() {
  if (!build || !workers || !navigator.locks || registration) return;
  await attach(await workers.register('service-worker.js').catch(() => {}));
}

// The next version.

function offer() {
  for (const place of document.querySelectorAll('offline-notice')) place.offer();
}

customElements.define('offline-notice', class extends HTMLElement {
  #said;

  /** The page may come after the offer. */
  connectedCallback() {
    if (offered) this.offer();
  }

  offer() {
    if (this.firstChild) return;
    const text = make('div');
    this.#said = make('p', 'kept');
    text.append(make('p', 'ready', { className: 'message-happened' }), this.#said);
    const actions = make('div', '', { className: 'message-actions' });
    actions.append(
      button('reload', 'update-reload', () => this.#reload()),
      button('dismiss', 'update-dismiss', () => this.replaceChildren(), 'quiet'),
    );
    const message = make('div', '', { className: 'message' });
    message.dataset.testid = 'update-ready';
    message.append(text, actions);
    this.append(message);
  }

  async #reload() {
    if (await runIsInProgress()) {
      this.#said.dataset.words = 'waits';
      write(this.#said);
      return;
    }
    renew();
  }
});

/** Reloads the page, with the next version if there is one. */
function renew() {
  const { waiting } = registration;
  if (!waiting) return location.reload();
  waiting.addEventListener('statechange', () => {
    if (['activated', 'redundant'].includes(waiting.state)) location.reload();
  });
  waiting.postMessage('activate');
}

// A message whose remedy is a reload, as when the images belong to the next version.
document.addEventListener('click', async (event) => {
  if (!registration?.waiting || !event.target.closest?.('[data-testid=reload], [data-testid=reload-page]')) return;
  event.stopPropagation();
  event.preventDefault();
  if (await runIsInProgress()) location.reload();
  else renew();
}, true);

// An app of its own.

/** The browser's offer, which www/first-view.js has kept if it came before this script. */
let prompt = globalThis.atelier?.installPrompt;

customElements.define('offline-install', class extends HTMLElement {
  static observedAttributes = ['data-complete'];

  connectedCallback() {
    this.show();
  }

  /** The images are there, so what the service worker fetches holds up nothing. */
  attributeChangedCallback(_, __, complete) {
    if (complete === 'true') install();
  }

  show() {
    this.replaceChildren(...(prompt ? [button('install', 'install-app', ask)] : []));
  }
});

function change(offered) {
  prompt = offered;
  for (const place of document.querySelectorAll('offline-install')) place.show();
}

/** An offer is good for one question. If the answer is no, the browser may make another. */
function ask() {
  const asked = prompt;
  change();
  Promise.resolve(asked.prompt()).catch(() => {});
}

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  change(event);
});
addEventListener('appinstalled', () => change());

// Deleting everything (www/delete.html).

document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('[data-testid=delete-everything]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!(await runIsInProgress())) return location.assign(link.href);
  const said = link.nextElementSibling?.dataset.words ? link.nextElementSibling : make('p', 'keeps', { className: 'note', role: 'status' });
  link.after(said);
});

// Before everything is deleted, no page may be open that would store something again.
if (globalThis.BroadcastChannel) {
  new BroadcastChannel('atelier-delete').onmessage = () => location.replace('delete.html#elsewhere');
}

// A service worker of an earlier visit may have news before the images are there. Last, since it waits.
if (build && workers && navigator.locks) {
  const found = await workers.getRegistration(scope).catch(() => {});
  if (found?.scope === scope) await attach(found);
}
