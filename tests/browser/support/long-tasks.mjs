// Tasks that hold up the page.

/** Records tasks of 50 ms or more on the page's main thread, with the status at that time. */
export function recordLongTasks(page) {
  return page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      const { status } = document.querySelector('[data-testid=status]')?.dataset ?? {};
      for (const { duration, startTime } of list.getEntries()) {
        globalThis.longTasks.push({ status, ms: Math.round(duration), at: Math.round(startTime) });
      }
    }).observe({ type: 'longtask', buffered: true });
  });
}
