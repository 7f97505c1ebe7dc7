// Saves a text while it is typed. Forms wait for a save that is under way: it would look
// like the work of another window otherwise. After a refusal that typing cannot mend, only
// the form's buttons save.
(() => {
  const REFUSALS = new Set([403, 409]);

  for (const field of document.querySelectorAll("[data-autosave]")) {
    const form = field.closest("form");
    let isUnderWay = false;
    let isRefused = false;
    let waiting = null;

    field.addEventListener("htmx:beforeRequest", (event) => {
      if (isRefused) event.preventDefault();
      else isUnderWay = true;
    });
    field.addEventListener("draftsaved", (event) => {
      form.elements.seen.value = event.detail.seen;
    });
    field.addEventListener("htmx:afterRequest", (event) => {
      isUnderWay = false;
      isRefused = REFUSALS.has(event.detail.xhr.status);
      if (waiting) form.requestSubmit(waiting);
      waiting = null;
    });
    form.addEventListener("submit", (event) => {
      if (!isUnderWay) return;
      event.preventDefault();
      waiting = event.submitter;
    });
  }
})();
