/**
 * A scope owns listeners, timers and other things that must end together.
 *
 * @typedef {object} Scope
 * @property {(target: EventTarget, type: string, handler: (event: any) => void, options?: object) => void} listen
 * @property {(run: () => void, delayMs: number) => () => void} after  runs once; gives back a cancel
 * @property {(run: () => void, everyMs: number) => () => void} every  runs repeatedly; gives back a cancel
 * @property {(run: (timeMs: number) => void) => () => void} eachFrame  runs before every paint; gives back a cancel
 * @property {(dispose: () => void) => void} own  runs `dispose` when the scope ends
 * @property {() => void} dispose  ends everything; safe to call twice
 */

const browserTimers = {
  setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (id) => globalThis.clearTimeout(id),
  setInterval: (run, ms) => globalThis.setInterval(run, ms),
  clearInterval: (id) => globalThis.clearInterval(id),
  requestAnimationFrame: (run) => globalThis.requestAnimationFrame(run),
  cancelAnimationFrame: (id) => globalThis.cancelAnimationFrame(id),
};

/**
 * @param {typeof browserTimers} timers  the browser's, or a test's
 * @returns {Scope}
 */
export function createScope(timers = browserTimers) {
  const disposers = new Set();

  function own(dispose) {
    disposers.add(dispose);
  }

  function release(dispose) {
    if (disposers.delete(dispose)) dispose();
  }

  function listen(target, type, handler, options = {}) {
    target.addEventListener(type, handler, options);
    own(() => target.removeEventListener(type, handler, options));
  }

  function after(run, delayMs) {
    const id = timers.setTimeout(() => {
      disposers.delete(cancel);
      run();
    }, delayMs);
    const cancel = () => timers.clearTimeout(id);
    own(cancel);
    return () => release(cancel);
  }

  function every(run, everyMs) {
    const id = timers.setInterval(run, everyMs);
    const cancel = () => timers.clearInterval(id);
    own(cancel);
    return () => release(cancel);
  }

  function eachFrame(run) {
    let id = timers.requestAnimationFrame(step);
    function step(timeMs) {
      id = timers.requestAnimationFrame(step);
      run(timeMs);
    }
    const cancel = () => timers.cancelAnimationFrame(id);
    own(cancel);
    return () => release(cancel);
  }

  function dispose() {
    const all = [...disposers].reverse();
    disposers.clear();
    for (const end of all) end();
  }

  return { listen, after, every, eachFrame, own, dispose };
}
