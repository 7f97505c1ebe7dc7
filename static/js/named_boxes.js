// Gives the search boxes that select2 draws the name of their label.
(() => {
  const nameBoxes = (root) => {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling?.querySelector("[role='combobox']");
      const label = select.labels[0];
      if (!box || !label || box.dataset.named) continue;
      label.id ||= `${select.id}_label`;
      box.dataset.named = "yes";
      const shown = box.querySelector("[role='textbox']");
      shown?.setAttribute("aria-labelledby", label.id);
      box.setAttribute("aria-labelledby", `${label.id} ${shown?.id ?? ""}`.trim());
    }
  };
  window.django.jQuery(() => nameBoxes(document));
  document.addEventListener("formset:added", (event) => nameBoxes(event.target));
})();
