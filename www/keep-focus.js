// Keeps the keyboard's place: when the element with the focus vanishes or is disabled, its successor or a neighbour gets
// the focus. Browsers begin again at the top of the page, and screen readers with them.

(() => {
  const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  // Enough for a successor to appear, and for components that know better where the focus belongs.
  const PATIENCE_MS = 100;

  // The last element with the focus, what could have it then, and where the element was among that of each ancestor.
  let last;
  let timer;

  const isSeen = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;
  const usable = (element) => element.isConnected && !element.matches(':disabled') && isSeen(element);
  const focusable = (within) => [...within.querySelectorAll(FOCUSABLE)].filter(usable);
  const nothingHasIt = () => [null, document.body].includes(document.activeElement);

  const successor = () => {
    const { element, ancestors, known } = last;
    // Rows are moved when their order changes.
    if (usable(element)) return element;
    const nearest = ancestors.find(({ ancestor }) => ancestor.isConnected && focusable(ancestor).length > 0);
    if (!nearest) return undefined;
    const { ancestor, position } = nearest;
    const near = focusable(ancestor);
    const { testid } = element.dataset;
    // One of the same kind that was there before belongs to another row.
    const replaces = (other) => other.dataset.testid === testid && !known.has(other);
    const same = ancestor.contains(element) ? element : testid && near.find(replaces);
    if (!same) return near[Math.min(position, near.length - 1)];
    const isAfter = (other) => same.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    return usable(same) ? same : near.find(isAfter) ?? near.at(-1);
  };

  const settle = () => {
    timer = undefined;
    // A pointer has a place of its own, so nothing scrolls away under it.
    if (last && (nothingHasIt() || !usable(document.activeElement))) {
      successor()?.focus({ preventScroll: !last.byKeyboard });
    }
  };

  new MutationObserver((records) => {
    if (!last) return;
    const holds = (node) => node.contains(last.element);
    last.wasRemoved ||= records.some(({ removedNodes }) => [...removedNodes].some(holds));
    timer ??= setTimeout(settle, PATIENCE_MS);
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
    last = { element: target, ancestors, known: new WeakSet(all), byKeyboard: target.matches(':focus-visible') };
  });

  // Who has left an element that is still there, for the browser's own controls or by closing a phone's keyboard, is not
  // taken back. The observer has run by then.
  addEventListener('focusout', () => {
    const left = last;
    setTimeout(() => {
      if (left && last === left && !left.wasRemoved && nothingHasIt() && usable(left.element)) last = undefined;
    });
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
