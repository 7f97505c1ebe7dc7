// Opens a page of ours as a dialog over the one that is being read. Without it the link
// leads to that page, as it does for whoever asks for a new tab.
(() => {
  const OPENED_FROM = "opened-from";
  const LINKS = "a[data-dialog]";
  let dialog;
  let opener;

  function make() {
    const made = document.createElement("dialog");
    document.body.append(made);
    made.addEventListener("close", () => {
      const changed = made.querySelector("[data-changed]");
      made.replaceChildren();
      if (!changed) return opener.focus();
      // What lies below tells of the old state: it is fetched anew, and the reader
      // comes back to where they were.
      sessionStorage.setItem(OPENED_FROM, opener.getAttribute("href"));
      location.reload();
    });
    return made;
  }

  async function open(link) {
    opener = link;
    dialog ??= make();
    dialog.replaceChildren();
    try {
      await htmx.ajax("GET", link.getAttribute("href"), { target: dialog, swap: "innerHTML" });
    } catch {
      return; // alerts.js says that the site did not answer
    }
    const heading = dialog.querySelector("h1");
    if (!heading || dialog.open) return;
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.showModal();
    heading.focus();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close]")) dialog?.close();
    const link = event.target.closest?.(LINKS);
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  // A refusal is told on the page, which nobody reads below a dialog.
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, () => { if (dialog?.open) dialog.close(); });
  }

  const from = sessionStorage.getItem(OPENED_FROM);
  sessionStorage.removeItem(OPENED_FROM);
  if (from) document.querySelector(`${LINKS}[href="${CSS.escape(from)}"]`)?.focus();
})();
