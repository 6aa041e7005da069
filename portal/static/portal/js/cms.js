// Starts the panels whose own script the policy of the CMS stops.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-inline-panel]").forEach((panel) => new window.InlinePanel(JSON.parse(panel.dataset.inlinePanel)));
});

// A table of boxes and links is one stop of the Tab key; arrows move inside it, Home and End along a row. Without this each of them is a stop.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("table[data-grid]").forEach((table) => {
    const rows = [...table.rows].map((row) => [...row.cells].map((cell) => [...cell.querySelectorAll("a[href], input")]));
    const all = rows.flat(2);
    const place = new Map();
    rows.forEach((row, y) => row.forEach((cell, x) => cell.forEach((one, n) => place.set(one, [x, y, n]))));
    const enter = (wanted, focus) => {
      all.forEach((one) => (one.tabIndex = one === wanted ? 0 : -1));
      if (focus) wanted.focus();
    };
    const beside = ([x, y, n], dx) => {
      if (rows[y][x][n + dx]) return rows[y][x][n + dx];
      for (x += dx; x >= 0 && x < rows[y].length; x += dx) if (rows[y][x].length) return rows[y][x].at(dx > 0 ? 0 : -1);
      return null;
    };
    const below = ([x, y, n], dy) => {
      for (y += dy; y >= 0 && y < rows.length; y += dy) if (rows[y][x]?.length) return rows[y][x][n] ?? rows[y][x].at(-1);
      return null;
    };
    const start = all.find((one) => one.closest("tbody"));
    if (!start) return;
    enter(start, false);
    table.addEventListener("focusin", (event) => place.has(event.target) && enter(event.target, false));
    table.addEventListener("keydown", (event) => {
      const here = place.get(event.target);
      if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
      const ahead = getComputedStyle(table).direction === "rtl" ? -1 : 1;
      const row = rows[here[1]].flat();
      const ways = {
        ArrowRight: () => beside(here, ahead),
        ArrowLeft: () => beside(here, -ahead),
        ArrowDown: () => below(here, 1),
        ArrowUp: () => below(here, -1),
        Home: () => row[0],
        End: () => row.at(-1),
      };
      if (!(event.key in ways)) return;
      event.preventDefault();
      const wanted = ways[event.key]();
      if (wanted) enter(wanted, true);
    });
  });
});
