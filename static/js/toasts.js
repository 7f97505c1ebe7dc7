// Lets news about what was just pressed go by itself, or at once when dismissed.
(() => {
  const SECONDS = 10;
  const toasts = document.getElementById("toasts");
  if (!toasts) return;

  const isRead = (toast) => !toast.matches(":hover, :focus-within");

  function leaveLater(toast) {
    setTimeout(() => (isRead(toast) ? toast.remove() : leaveLater(toast)), SECONDS * 1000);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.nodeType === 1) leaveLater(node);
    }
  }).observe(toasts, { childList: true });

  toasts.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
  });
})();
