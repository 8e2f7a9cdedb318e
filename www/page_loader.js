// Starts the page: its wasm arrives by www/loader.js. Failures are shown by www/first-view.js.

(async () => {
  // What the policy in index.html leaves of Trusted Types: scripts of this folder, and markup that runs nothing. Leptos
  // makes markup where a component has a fixed part.
  const within = (address) => new URL(address, document.baseURI).href.startsWith(new URL('./', document.baseURI).href);
  const runs = /<(script|i?frame|frameset|object|embed|base|meta|link|style|form)\b|<[^>]*[\s"'/]on\w+\s*=|javascript:/i;
  globalThis.trustedTypes?.createPolicy('default', {
    createHTML: (html) => (runs.test(html) ? null : html),
    createScriptURL: (address) => (within(address) ? address : null),
  });

  // What the finishing step of the build puts into the document; without it, files have their plain names.
  const table = JSON.parse(document.getElementById('build')?.textContent || '{}');
  const plain = JSON.parse(document.getElementById('page-files')?.textContent || '{}');
  const files = { ...plain, ...table.files };

  /** The address of a file of the site, by its plain name, or of any other that is relative to the page. */
  const addressOf = (name) => {
    try {
      return new URL(Object.hasOwn(files, name) ? files[name] : name, document.baseURI).href;
    } catch {
      return name;
    }
  };
  const fail = (cause, detail) => {
    if (globalThis.atelier?.fail) atelier.fail(cause, detail);
    else document.getElementById('failure').hidden = false;
  };

  // Workers that have been started before the page asks for them.
  const early = new Map();

  /** The same event anew: one whose propagation was stopped reaches nobody when it is dispatched once more. */
  const again = ({ type, data, message }) => (
    type === 'error' ? new ErrorEvent(type, { message }) : new MessageEvent(type, { data })
  );

  /** Only a browser that can start a module as a worker asks for the type. */
  let hasModuleWorkers = false;
  const options = {
    get type() {
      hasModuleWorkers = true;
      return 'module';
    },
    name: table.build ?? '',
  };

  // The module of the program that trains, as the first worker has compiled it whose address asks for that; the others get it.
  // The page compiles nothing itself: unpacking it would hold it up.
  let module;
  let give;
  const shareModule = (worker) => {
    worker.addEventListener('message', (event) => {
      if (event.data?.failed) {
        // The next worker tries again, and whoever waits compiles its own.
        module = undefined;
        give();
      }
      if (!event.data?.module) return;
      event.stopImmediatePropagation();
      give(event.data.module);
    });
    if (module) {
      module.then((compiled) => worker.postMessage({ module: compiled }));
    } else {
      module = new Promise((resolve) => { give = resolve; });
      worker.postMessage({});
    }
  };

  /** The worker with the script at this address; its messages begin once whoever called this can listen to them. */
  const startWorker = (address) => {
    const take = early.get(address);
    early.delete(address);
    const worker = take?.() ?? new Worker(address, options);
    if (new URL(address).searchParams.has('compiled')) shareModule(worker);
    return worker;
  };

  /** Starts a worker whose program arrives together with the page's, and keeps what it says until it is asked for. */
  const startEarly = (address) => {
    let worker;
    try {
      worker = startWorker(address);
    } catch {
      // The page will try it again, and say why it fails.
      return;
    }
    const said = [];
    const keep = (event) => {
      event.stopImmediatePropagation();
      said.push(event);
    };
    const kinds = ['message', 'error', 'messageerror'];
    for (const kind of kinds) worker.addEventListener(kind, keep);
    early.set(address, () => {
      setTimeout(() => {
        for (const kind of kinds) worker.removeEventListener(kind, keep);
        for (const event of said) worker.dispatchEvent(again(event));
      });
      return worker;
    });
  };
  const manifestSha256 = () => table.manifest;

  // Parts of the page that are programs of their own, loaded when they are first shown. Each offers a function that draws
  // one of its views into an element.
  const offered = new Map();
  const loading = new Map();
  const program = (name) => {
    const file = (part) => ({ part, address: addressOf(part) });
    return { script: file(`${name}.js`), wasm: file(`${name}_bg.wasm`) };
  };
  const offerPart = (name, show) => { offered.set(name, show); };
  const loadPart = async (name) => {
    const styles = document.head.appendChild(document.createElement('link'));
    const styled = new Promise((resolve, reject) => {
      const fail = (cause) => () => reject(new Error(`${name}.css: ${cause}`));
      Object.assign(styles, { onload: resolve, onerror: fail('network') });
      setTimeout(fail('stalled'), globalThis.atelierLimits?.stall ?? 20_000);
    });
    Object.assign(styles, { rel: 'stylesheet', href: addressOf(`${name}.css`) });
    try {
      const { load } = await import(addressOf('loader.js'));
      const [{ start }] = await Promise.all([load(program(name)), styled]);
      await start();
    } catch (error) {
      styles.remove();
      throw error;
    }
  };
  const showPart = async (name, element, view) => {
    if (!loading.has(name)) loading.set(name, loadPart(name));
    try {
      await loading.get(name);
    } catch (error) {
      // It may be tried again.
      loading.delete(name);
      throw error;
    }
    // The visitor may have gone elsewhere.
    return element.isConnected ? offered.get(name)(element, view) : undefined;
  };
  globalThis.atelier = { ...globalThis.atelier, build: table.build, addressOf, manifestSha256, startWorker, offerPart, showPart };

  // A module of one function that returns a vector.
  const simd = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);
  // Compiled, since a browser from before 'wasm-unsafe-eval' refuses that under the page's policy.
  const compiles = () => {
    try {
      return Boolean(new WebAssembly.Module(simd));
    } catch {
      return false;
    }
  };
  if (!globalThis.WebAssembly?.compileStreaming || !compiles() || !globalThis.DecompressionStream) {
    return fail('old', 'WebAssembly SIMD, DecompressionStream');
  }

  // The first view, with its image, has the line and the processor for itself until it is seen: the
  // second frame begins when the first has been drawn. A hidden tab draws none.
  await new Promise((resolve) => {
    if (document.hidden) resolve();
    setTimeout(resolve, 1000);
    const image = document.querySelector('#first-view img');
    image?.decode().catch(() => {}).then(() => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  startEarly(addressOf('worker_loader.js'));
  if (!hasModuleWorkers) return fail('old', 'module workers');
  let start;
  try {
    const late = new Promise((_, reject) => {
      const error = Object.assign(new Error('loader.js: stalled'), { cause: 'stalled' });
      setTimeout(() => reject(error), globalThis.atelierLimits?.stall ?? 20_000);
    });
    const { load } = await Promise.race([import(addressOf('loader.js')), late]);
    ({ start } = await load(program('page'), ({ bytes, total }) => {
      const arrived = document.getElementById('arrived');
      if (arrived && total > 0) arrived.textContent = `${Math.floor((100 * bytes) / total)} %`;
    }));
  } catch (error) {
    return fail(error.cause ?? 'network', error.message);
  }
  // What was late has come after all.
  document.getElementById('failure')?.setAttribute('hidden', '');
  try {
    await start();
  } catch (error) {
    fail('crash', error?.stack ?? String(error));
  }
})();
