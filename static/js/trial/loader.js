/** Fetches a page's sounds one after another, in presented order: the order tells nothing. */

/**
 * @param {string[]} urls  the labelled reference first, if there is one, then A, B, C, ...
 * @param {object} setup
 * @param {(url: string) => Promise<ArrayBuffer>} setup.fetchBytes
 * @param {(bytes: ArrayBuffer) => Promise<AudioBuffer>} setup.decode
 * @param {(done: number) => void} setup.onProgress
 * @param {Map<string, AudioBuffer>} setup.ready  what an earlier attempt already brought
 * @returns {Promise<AudioBuffer[]>}
 */
export async function loadInOrder(urls, { fetchBytes, decode, onProgress, ready }) {
  const buffers = [];
  for (const url of urls) {
    if (!ready.has(url)) ready.set(url, await decode(await fetchBytes(url)));
    buffers.push(ready.get(url));
    onProgress(buffers.length);
  }
  return buffers;
}
