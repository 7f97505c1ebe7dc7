// Buttons that put an ID into the clipboard, where the browser lets pages do that.
(() => {
  const SECONDS = 4;
  if (!navigator.clipboard) return;

  for (const button of document.querySelectorAll("[data-copy]")) {
    const word = button.querySelector("span");
    const status = button.nextElementSibling;
    const before = word.textContent;
    const say = (shown, spoken) => {
      word.textContent = shown;
      status.textContent = spoken;
    };
    let timer = 0;

    button.hidden = false;
    button.addEventListener("click", async () => {
      clearTimeout(timer);
      say(before, "");
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch {
        // Not allowed here: the ID stands selected, ready to be copied by hand.
        getSelection().selectAllChildren(button.previousElementSibling);
        return;
      }
      say(button.dataset.copied, button.dataset.copied);
      timer = setTimeout(() => say(before, ""), SECONDS * 1000);
    });
  }
})();
