/**
 * @param {string} url
 * @returns {Promise<any>} the answer's JSON
 * @throws {Error} if there is none
 */
export async function getJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}

/**
 * Asks again and again, one request at a time, until told to stop.
 * @param {import("../shared/scope.js").Scope} scope
 * @param {string} url
 * @param {{show: (answer: any) => number | null, lost: (isLost: boolean) => void}} page
 *   `show` gives back after how many ms to ask again, or null for never; `lost` hears whether
 *   the server answers
 * @param {number} firstMs
 */
export function poll(scope, url, { show, lost }, firstMs) {
  async function ask() {
    let nextMs;
    try {
      const answer = await getJson(url);
      lost(false);
      nextMs = show(answer);
    } catch {
      lost(true);
      nextMs = 3000;
    }
    if (nextMs !== null) scope.after(ask, nextMs);
  }
  scope.after(ask, firstMs);
}
