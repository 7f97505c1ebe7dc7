// Shows the sentence of a refused request; without this it would end in silence.
(() => {
  const region = () => document.getElementById("alerts");

  document.addEventListener("htmx:responseError", (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const notice = answer.querySelector("[data-notice]");
    if (notice) region()?.replaceChildren(notice);
    else tell(answer.querySelector("main h1")?.textContent ?? region()?.dataset.unreachable);
  });
  document.addEventListener("htmx:sendError", () => tell(region()?.dataset.unreachable));
  document.addEventListener("htmx:beforeRequest", () => region()?.replaceChildren());

  function tell(words) {
    const notice = document.createElement("p");
    notice.className = "notice notice-bad";
    notice.textContent = words;
    region()?.replaceChildren(notice);
  }
})();
