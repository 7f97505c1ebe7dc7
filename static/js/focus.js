// Takes the reader to what changed: an error summary, or the heading of a new page.
(() => {
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const place = part.matches?.("[data-focus]")
      ? part
      : part.querySelector("[data-focus], h1[tabindex='-1']");
    place?.focus();
  });
})();
