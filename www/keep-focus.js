// Keeps the keyboard's place: when the element with the focus vanishes or is disabled, its successor or a neighbour gets
// the focus. Browsers begin again at the top of the page, and screen readers with them.

(() => {
  const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  // Enough for a successor to appear, and for components that know better where the focus belongs.
  const PATIENCE_MS = 100;

  // The last element with the focus, and where it was among those of each of its ancestors.
  let last;
  let timer;

  const usable = (element) => element.isConnected && !element.matches(':disabled') && element.checkVisibility();
  const focusable = (within) => [...within.querySelectorAll(FOCUSABLE)].filter(usable);
  const isLost = () => {
    const { activeElement, body } = document;
    return last && (!activeElement || activeElement === body || !usable(activeElement));
  };

  const heir = () => {
    const { element, ancestors } = last;
    // Rows are moved when their order changes.
    if (usable(element)) return element;
    const nearest = ancestors.find(({ ancestor }) => ancestor.isConnected && focusable(ancestor).length > 0);
    if (!nearest) return undefined;
    const { ancestor, position } = nearest;
    const near = focusable(ancestor);
    const { testid } = element.dataset;
    const same = ancestor.contains(element) ? element : testid && ancestor.querySelector(`[data-testid="${testid}"]`);
    if (!same) return near[Math.min(position, near.length - 1)];
    const isAfter = (other) => same.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    return usable(same) ? same : near.find(isAfter) ?? near.at(-1);
  };

  const settle = () => {
    timer = undefined;
    // A pointer has a place of its own, so nothing scrolls away under it.
    if (isLost()) heir()?.focus({ preventScroll: !last.byKeyboard });
  };

  new MutationObserver(() => {
    if (!timer && isLost()) timer = setTimeout(settle, PATIENCE_MS);
  }).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['disabled', 'hidden', 'open'],
  });

  addEventListener('focusin', ({ target }) => {
    const all = focusable(document.body);
    const ancestors = [];
    for (let ancestor = target.parentElement; ancestor; ancestor = ancestor.parentElement) {
      ancestors.push({ ancestor, position: all.filter((one) => ancestor.contains(one)).indexOf(target) });
    }
    last = { element: target, ancestors, byKeyboard: target.matches(':focus-visible') };
  });

  // Who presses beside everything wants nothing to have the focus.
  addEventListener('pointerdown', ({ target }) => {
    if (!last?.element.contains(target)) last = undefined;
  }, true);

  // A key that is held down must not press what gets the focus next.
  addEventListener('keydown', (event) => {
    if (event.repeat && event.key === 'Enter' && event.target.matches('a, button, summary')) event.preventDefault();
  }, true);
})();
