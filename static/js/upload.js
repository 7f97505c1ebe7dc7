// Sends chosen files one by one, as soon as they are chosen, and shows how far each is.
// Without this the file goes with the form's button.
(() => {
  const field = document.querySelector("[data-upload]");
  if (!field || !window.htmx) return;
  const input = field.querySelector("input[type=file]");
  const drop = field.querySelector(".drop");
  const bar = field.querySelector("progress");
  const status = field.querySelector("[data-upload-status]");
  const errors = field.querySelector("[role=alert]");
  const words = field.dataset;
  let queue = Promise.resolve();

  input.multiple = true;
  field.querySelector("[data-without-script]").hidden = true;
  input.addEventListener("change", () => take(input.files));
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("drop-over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("drop-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("drop-over");
    take(event.dataTransfer.files);
  });
  field.addEventListener("htmx:xhr:progress", (event) => {
    if (event.detail.lengthComputable) bar.value = event.detail.loaded / event.detail.total;
  });

  function take(list) {
    const files = [...list];
    input.value = "";
    errors.replaceChildren();
    for (const file of files) queue = queue.then(() => send(file));
    queue = queue.then(rest);
  }

  async function send(file) {
    if (file.size > Number(words.maxBytes)) return refuse(file.name, words.tooLarge);
    const before = errors.childElementCount;
    busy(true);
    bar.value = 0;
    status.textContent = words.sending.replace("{name}", file.name);
    try {
      await window.htmx.ajax("POST", words.upload, {
        source: input, target: "#added", swap: "outerHTML", values: { file },
      });
      const refused = errors.childElementCount > before || alerts()?.childElementCount;
      status.textContent = (refused ? words.refused : words.added).replace("{name}", file.name);
    } catch {
      refuse(file.name, words.unreachable);
    }
    mark();
  }

  function refuse(name, sentence) {
    const line = document.createElement("p");
    const title = document.createElement("bdi");
    title.textContent = name;
    line.className = "error";
    line.append(title, `: ${sentence}`);
    errors.append(line);
    status.textContent = words.refused.replace("{name}", name);
    mark();
  }

  const alerts = () => document.getElementById("alerts");
  const mark = () => field.classList.toggle("field-error", errors.childElementCount > 0);
  const rest = () => busy(false);

  function busy(is) {
    bar.hidden = !is;
    for (const button of input.form.querySelectorAll("button")) button.disabled = is;
  }
})();
