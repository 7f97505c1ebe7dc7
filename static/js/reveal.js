// Lets people see the password that they type; needed where it is typed only once.
(() => {
  const { show, hide, showPassword, hidePassword } = document.currentScript.dataset;

  for (const input of document.querySelectorAll("input[type='password']")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary";
    button.setAttribute("aria-controls", input.id);
    const row = document.createElement("div");
    row.className = "joined reveal";
    input.replaceWith(row);
    row.append(input, button);

    const say = () => {
      const isHidden = input.type === "password";
      button.textContent = isHidden ? show : hide;
      button.setAttribute("aria-label", isHidden ? showPassword : hidePassword);
    };
    button.addEventListener("click", () => {
      input.type = input.type === "password" ? "text" : "password";
      say();
    });
    input.form?.addEventListener("submit", () => { input.type = "password"; });
    say();
  }
})();
