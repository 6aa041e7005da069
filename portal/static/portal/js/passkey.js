/* Passkeys. Where one takes the place of a code, the answer goes into the form, which the person then sends by the button of their choice. */
(() => {
  "use strict";
  /* A ceremony that fails is told on the page, not only to the console. */
  const failed = document.querySelector("[data-passkey-failed]");
  if (failed) document.addEventListener("allauth.error", (event) => { event.preventDefault(); failed.hidden = false; });

  if (!window.webauthnJSON || !webauthnJSON.supported()) return;
  document.querySelectorAll("[data-passkey]:not([data-ready])").forEach((box) => {
    const field = document.getElementById(box.dataset.passkey);
    const answer = document.getElementById(`${box.dataset.passkey}_credential`);
    const options = JSON.parse(box.nextElementSibling.textContent);
    const said = box.querySelector("[role=status]");
    const button = box.querySelector("button");
    box.dataset.ready = "";
    box.hidden = false;
    button.addEventListener("click", async () => {
      try {
        answer.value = JSON.stringify(await webauthnJSON.get(options));
        field.disabled = button.disabled = true;
        said.textContent = said.dataset.done;
      } catch {
        said.textContent = said.dataset.failed;
      }
    });
  });
})();
