// Before the page's wasm has arrived: the language, the theme and the type size of the first view, and a Start that is
// not lost.
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
  const language = [...asked, ...accepted].find((code) => Object.hasOwn(tags, code ?? ''));
  root.lang = tags[language] ?? 'en';

  const theme = remembered('atelier-theme');
  if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;

  // As src/page/presentation.rs does.
  const presents = new URLSearchParams(location.search).get('present');
  root.classList.toggle('presenting', presents === '1' || presents === 'true');

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('#first-view [data-testid=start]');
    if (!button) return;
    root.dataset.startPressed = '';
    button.disabled = true;
  });

  // The browser's offer to install an app comes once; www/offline.js shows it, which waits until the page has come.
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    globalThis.atelier = { ...globalThis.atelier, installPrompt: event };
  });
  addEventListener('load', () => {
    // Without it, nothing is offered.
    import(globalThis.atelier?.addressOf?.('offline.js') ?? './offline.js').catch(() => {});
  });
})();
