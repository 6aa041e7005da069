// Starts the panels whose own script the policy of the CMS stops.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-inline-panel]").forEach((panel) => new window.InlinePanel(JSON.parse(panel.dataset.inlinePanel)));
});
