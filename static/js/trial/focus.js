/**
 * Hands the focus on, if `from` or something inside it has it, before `from` is hidden or disabled:
 * the browser would drop it, and a keyboard's next Tab would begin at the top of the page.
 *
 * @param {HTMLElement} from
 * @param {HTMLElement} to  visible; made focusable by script when it is not a control
 */
export function handFocus(from, to) {
  if (!from.contains(document.activeElement)) return;
  if (to.tabIndex < 0) to.tabIndex = -1;
  to.focus();
}
