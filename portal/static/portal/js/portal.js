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

  /* The map is one stop of the Tab key: arrows go to the next place that way, Home and End to the first and the last, a letter to the next
     name that begins with it. Without this each place is a stop. What has the focus, or lies under the pointer, is named in the corner. */
  document.querySelectorAll("[data-map]").forEach((map) => {
    const places = [...map.querySelectorAll("svg a")];
    const here = map.querySelector("[data-map-here]");
    const named = (place) => place.querySelector("title").textContent;
    const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const stop = (place) => places.forEach((one) => (one.tabIndex = one === place ? 0 : -1));
    const say = (place) => { here.hidden = !place; here.textContent = place ? named(place) : ""; };
    const centre = (place) => place.dataset.at.split(" ").map(Number);
    const towards = (from, across, ahead) => {
      const [x, y] = centre(from);
      let best = null, least = Infinity;
      places.forEach((one) => {
        const [dx, dy] = centre(one).map((at, axis) => at - [x, y][axis]);
        const along = (across ? dx : dy) * ahead, aside = Math.abs(across ? dy : dx);
        if (one !== from && along > 0 && along + 2 * aside < least) { best = one; least = along + 2 * aside; }
      });
      return best;
    };
    const beginning = (from, letter) => {
      const at = places.indexOf(from), after = [...places.slice(at + 1), ...places.slice(0, at)];
      return after.find((one) => bare(named(one)).startsWith(bare(letter)));
    };
    const ways = {
      ArrowRight: (from) => towards(from, true, 1),
      ArrowLeft: (from) => towards(from, true, -1),
      ArrowDown: (from) => towards(from, false, 1),
      ArrowUp: (from) => towards(from, false, -1),
      Home: () => places[0],
      End: () => places.at(-1),
    };
    if (!places.length) return;
    stop(places[0]);
    map.addEventListener("focusin", (event) => { const place = event.target.closest("svg a"); if (place) stop(place); say(place); });
    map.addEventListener("focusout", () => say(null));
    map.addEventListener("pointerover", (event) => say(event.target.closest("svg a") ?? places.find((one) => one === document.activeElement)));
    map.addEventListener("pointerleave", () => say(places.find((one) => one === document.activeElement)));
    map.addEventListener("keydown", (event) => {
      const from = event.target.closest("svg a");
      if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
      const letter = event.key.length === 1 && event.key !== " ";
      if (!letter && !(event.key in ways)) return;
      event.preventDefault();
      const wanted = letter ? beginning(from, event.key) : ways[event.key](from);
      if (wanted) { stop(wanted); wanted.focus(); }
    });
  });
})();
