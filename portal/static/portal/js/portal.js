/* What the page does better with a script; without one everything still works. No inline code, no eval. */
(() => {
  "use strict";

  /* A list of problems takes the focus, so that it is read first. */
  const problem = document.querySelector("[data-focus]");
  if (problem) problem.focus();

  /* A link to a part that lies in a closed disclosure opens it. */
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target && target.closest(".field")) target.focus();
  };
  addEventListener("hashchange", reveal);
  reveal();

  /* Menus of the head close with Escape, with a click elsewhere, and when another opens. */
  const menus = document.querySelectorAll("details.menu");
  const close = (except) => menus.forEach((menu) => { if (menu !== except) menu.open = false; });
  addEventListener("click", (event) => close(event.target.closest("details.menu")));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  /* Pressing twice sends once: the second press is stopped and said, the button keeps its focus. */
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || "repeat" in form.dataset) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const said = document.getElementById("said");
    if (said) said.textContent = said.dataset.sending;
    form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  /* Coming back by the browser's back button must not leave the form dead. */
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });

  /* Conditional questions: what belongs to another answer is put away, never what is filled in without a script. */
  const settle = (box) => {
    const on = document.querySelector(`[name="${CSS.escape(box.dataset.when)}"]:checked`);
    box.hidden = !(on && box.dataset.is.split(" ").includes(on.value));
  };
  const boxes = document.querySelectorAll("[data-when][data-is]");
  boxes.forEach(settle);
  if (boxes.length) addEventListener("change", () => boxes.forEach(settle));

  /* Print buttons exist only where they can work. */
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
