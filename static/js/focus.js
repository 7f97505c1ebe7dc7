// Takes the reader to what changed: an error summary, or the heading of a new page; or to
// what a link names (`data-focus-after`) when the part that it stood in is gone.
(() => {
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const named = event.detail.requestConfig?.elt.dataset.focusAfter;
    const place = part.matches?.("[data-focus]")
      ? part
      : part.querySelector("[data-focus], h1[tabindex='-1']") ?? (named && document.querySelector(named));
    place?.focus();
  });
})();
