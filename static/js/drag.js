// Lists whose rows can be dragged into another order by a handle. Rows have buttons that do
// the same; this only shows the handles where a pointer can use them. `data-drag` names the
// form that carries the order, as tokens with commas.
(() => {
  const { htmx } = window;
  let dragged = null;
  let before = "";

  const orderOf = (list) => [...list.querySelectorAll(":scope > [data-token]")].map((row) => row.dataset.token).join(",");

  function show(root) {
    for (const handle of root.querySelectorAll("[data-drag-handle]")) handle.hidden = false;
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-drag-handle]");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    dragged = handle.closest("[data-token]");
    before = orderOf(dragged.parentElement);
    dragged.classList.add("dragged");
    document.body.classList.add("dragging");
  });

  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const rows = [...dragged.parentElement.querySelectorAll(":scope > [data-token]")];
    const under = rows.find((row) => {
      const box = row.getBoundingClientRect();
      return row !== dragged && event.clientY > box.top && event.clientY < box.bottom;
    });
    if (!under) return;
    const box = under.getBoundingClientRect();
    const isAfter = event.clientY > box.top + box.height / 2;
    if (isAfter) under.after(dragged);
    else under.before(dragged);
  });

  document.addEventListener("pointerup", () => leave(true));
  document.addEventListener("pointercancel", () => leave(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave(false);
  });

  function leave(isDropped) {
    if (!dragged) return;
    const list = dragged.parentElement;
    dragged.classList.remove("dragged");
    document.body.classList.remove("dragging");
    dragged = null;
    if (!isDropped) return putBack(list);
    const order = orderOf(list);
    if (order === before) return;
    const form = document.getElementById(list.dataset.drag);
    form.elements.order.value = order;
    htmx.trigger(form, "submit");
  }

  function putBack(list) {
    for (const token of before.split(",")) {
      list.append(list.querySelector(`:scope > [data-token="${CSS.escape(token)}"]`));
    }
  }

  if (!htmx) return;
  show(document);
  document.addEventListener("htmx:afterSettle", () => show(document));
})();
