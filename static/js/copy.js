// Buttons that put an ID, an address or a piece of code into the clipboard, where the
// browser lets pages do that. data-copy has the text, data-copy-of names where it is.
(() => {
  const SECONDS = 4;
  if (!navigator.clipboard) return;

  const BUTTONS = "[data-copy], [data-copy-of]";
  const before = new WeakMap();
  const timers = new WeakMap();

  const offer = (root) => {
    for (const button of root.querySelectorAll(BUTTONS)) button.hidden = false;
  };
  offer(document);
  document.addEventListener("htmx:load", (event) => offer(event.detail.elt));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(BUTTONS);
    if (!button) return;
    const word = button.querySelector("span");
    const status = button.nextElementSibling;
    if (!before.has(button)) before.set(button, word.textContent);
    const say = (shown, spoken) => {
      word.textContent = shown;
      status.textContent = spoken;
    };

    const source = document.getElementById(button.dataset.copyOf);
    clearTimeout(timers.get(button));
    say(before.get(button), "");
    try {
      const text = source ? (source.value ?? source.textContent) : button.dataset.copy;
      await navigator.clipboard.writeText(text);
    } catch {
      // Not allowed here: the text stands selected, ready to be copied by hand.
      const place = source ?? button.previousElementSibling;
      if (place.select) place.select();
      else getSelection().selectAllChildren(place);
      return;
    }
    say(button.dataset.copied, button.dataset.copied);
    timers.set(button, setTimeout(() => say(before.get(button), ""), SECONDS * 1000));
  });
})();
