// Before the page's wasm has arrived: the language, the theme and the type size of the first view, and a Start that is
// not lost. And what the visitor is told if the page does not arrive, or dies: no other script is needed for that.
// The page's own code follows the same rules (src/page/words/language.rs, src/page/theme.rs, src/page/first_view.rs).

(() => {
  const root = document.documentElement;

  // In some privacy modes storage is absent or refuses access.
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  const tags = { en: 'en', zh: 'zh-Hans' };
  const asked = [new URLSearchParams(location.search).get('lang')?.trim(), remembered('atelier-language')];
  const accepted = navigator.languages.map((tag) => tag.split(/[-_]/)[0].toLowerCase());
  // Older syntax than elsewhere, so that an old browser is told that it is too old.
  const language = [...asked, ...accepted].find((code) => Object.keys(tags).includes(code));
  root.lang = tags[language] ?? 'en';

  const theme = remembered('atelier-theme');
  if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;

  // As src/page/presentation.rs does.
  const presents = new URLSearchParams(location.search).get('present');
  root.classList.toggle('presenting', presents === '1' || presents === 'true');

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('#first-view .primary');
    if (!button) return;
    root.dataset.startPressed = '';
    button.disabled = true;
  });

  const parsed = (then) => {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', then);
    else then();
  };

  /** Says that the page did not arrive or has died, and why. Only the first time: what follows is a consequence. */
  const fail = (cause, detail) => parsed(() => {
    const box = document.getElementById('failure');
    if (!box.hidden) return;
    box.hidden = false;
    box.dataset.cause = cause;
    for (const text of box.querySelectorAll('[data-of]')) text.hidden = !text.dataset.of.split(' ').includes(cause);
    const report = box.querySelector('textarea');
    report.value = [
      `Atelier ${globalThis.atelier.build ?? ''}`.trim(),
      `${cause}: ${detail}`,
      location.href,
      navigator.userAgent,
      new Date().toISOString(),
    ].join('\n');
    box.querySelector('.failure-detail').textContent = cause === 'crash' ? '' : detail;
    box.querySelector('[data-testid=reload-page]').onclick = () => location.reload();
    const copy = box.querySelector('[data-copies-report]');
    // Only now, as the page's messages have such a button as well.
    copy.dataset.testid = 'report-copy';
    copy.onclick = async () => {
      // Without a clipboard, or its permission, the text is ready to be copied by hand.
      report.select();
      await navigator.clipboard?.writeText(report.value).catch(() => {});
    };
    document.querySelector('#first-view .run-controls')?.remove();
    scrollTo(0, 0);
  });
  globalThis.atelier = { fail };

  // A script or style sheet of the document that does not arrive, or hangs, as long as the page has not come.
  addEventListener('error', ({ target, error, message }) => {
    if (target?.matches?.('script, link[rel=stylesheet]') && document.getElementById('first-view')) fail('missing', (target.src ?? target.href).split('/').at(-1));
    else if (globalThis.WebAssembly && error instanceof WebAssembly.RuntimeError) fail('crash', error.stack ?? message);
  }, true);
  addEventListener('unhandledrejection', ({ reason }) => {
    if (globalThis.WebAssembly && reason instanceof WebAssembly.RuntimeError) fail('crash', reason.stack ?? String(reason));
  });
  setTimeout(() => {
    if (!globalThis.atelier.addressOf) fail('stalled', 'page_loader.js');
  }, globalThis.atelierLimits?.stall ?? 20_000);

  // The browser offers once to install an app. www/offline.js, which can wait until the page has come, shows it.
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    globalThis.atelier.installPrompt = event;
  });
  addEventListener('load', () => {
    // Without it, nothing is offered.
    import(globalThis.atelier.addressOf?.('offline.js') ?? './offline.js').catch(() => {});
  });
})();
