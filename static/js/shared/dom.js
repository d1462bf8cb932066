/**
 * The element with this id.
 * @param {string} id
 * @returns {HTMLElement}
 * @throws {Error} if the page has none: the template and the script disagree
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element with id "${id}"; its template must provide it.`);
  return found;
}

/**
 * A new element. Text goes in as text, never as HTML.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 *   true writes an empty attribute; false, null and undefined leave it out
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children);
  return made;
}

/**
 * Writes an attribute only when it changes, so that screen readers are not told twice.
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Writes text only when it changes.
 * @param {Node} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The value of a `json_script` block.
 * @param {string} id
 * @returns {any}
 */
export function readJson(id) {
  return JSON.parse(byId(id).textContent);
}
