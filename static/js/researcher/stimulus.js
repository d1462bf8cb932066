import { createScope } from "../shared/scope.js";

const scope = createScope();
const sounds = [...document.querySelectorAll("[data-sound]")].map(connect);

/** Ties a sound's player to its waveform: a line where it plays, a click where to go on. */
function connect(card) {
  const audio = card.querySelector("audio");
  const waveform = card.querySelector("[data-waveform]");
  scope.listen(audio, "play", () => hushOthers(audio));
  if (!waveform) return audio;
  const head = waveform.querySelector("[data-playhead]");
  scope.eachFrame(() => drawHead(head, waveform, audio));
  scope.listen(waveform, "click", (event) => {
    const { left, width } = waveform.getBoundingClientRect();
    if (Number.isFinite(audio.duration)) audio.currentTime = (audio.duration * (event.clientX - left)) / width;
  });
  return audio;
}

function hushOthers(audio) {
  for (const other of sounds) if (other !== audio) other.pause();
}

function drawHead(head, waveform, audio) {
  const share = audio.duration ? audio.currentTime / audio.duration : 0;
  const x = String(share * waveform.viewBox.baseVal.width);
  if (head.getAttribute("x1") === x) return;
  head.setAttribute("x1", x);
  head.setAttribute("x2", x);
}
