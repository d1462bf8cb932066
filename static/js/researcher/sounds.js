/**
 * Makes every `[data-play]` button under `root` play its `data-audio`, one sound at a time.
 * Pressing a sounding button stops it.
 * @param {import("../shared/scope.js").Scope} scope
 * @param {HTMLElement} root
 */
export function playButtons(scope, root) {
  const audio = new Audio();
  let sounding = null;

  function stop() {
    audio.pause();
    sounding?.setAttribute("aria-pressed", "false");
    sounding = null;
  }

  async function start(button) {
    stop();
    sounding = button;
    button.setAttribute("aria-pressed", "true");
    audio.src = button.dataset.audio;
    try {
      await audio.play();
    } catch {
      if (sounding === button) stop();
    }
  }

  scope.listen(root, "click", (event) => {
    const button = event.target.closest("[data-play]");
    if (!button) return;
    if (button === sounding) stop();
    else start(button);
  });
  scope.listen(audio, "ended", stop);
  scope.own(stop);
}
