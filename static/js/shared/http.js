/** An answer that is not a success; `status` 0 means that no answer came at all. */
export class HttpError extends Error {
  /**
   * @param {string} message  a sentence for people
   * @param {{status: number, code?: string}} facts
   */
  constructor(message, { status, code = "" }) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
  }

  /** Whether the same request may succeed later without being changed. */
  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @param {string} url
 * @param {object} body
 * @param {{fetch?: typeof fetch, timeoutMs?: number}} options
 * @returns {Promise<any>} the answer's JSON
 * @throws {HttpError}
 */
export async function postJson(url, body, { fetch = globalThis.fetch, timeoutMs = 20_000 } = {}) {
  const answer = await send(fetch, url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...csrfHeader() },
    body: JSON.stringify(body),
    credentials: "same-origin",
    keepalive: true, // a rating still leaves when the page is being closed
    signal: AbortSignal.timeout(timeoutMs),
  });
  return read(() => answer.json());
}

/**
 * @param {string} url
 * @param {{fetch?: typeof fetch, signal?: AbortSignal}} options
 * @returns {Promise<ArrayBuffer>}
 * @throws {HttpError}
 */
export async function getBytes(url, { fetch = globalThis.fetch, signal } = {}) {
  const answer = await send(fetch, url, { credentials: "same-origin", signal });
  return read(() => answer.arrayBuffer());
}

async function send(fetch, url, options) {
  const answer = await read(() => fetch(url, options));
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function read(work) {
  try {
    return await work();
  } catch (error) {
    throw new HttpError(`The server cannot be reached (${error.message}).`, { status: 0, code: "unreachable" });
  }
}

async function refusal(answer) {
  let told = {};
  try {
    told = (await answer.json()).error ?? {};
  } catch {
    // The body is not ours (a proxy's page, say): the status alone has to do.
  }
  const message = told.message || `The server answered ${answer.status}.`;
  return new HttpError(message, { status: answer.status, code: told.code || "" });
}

function csrfHeader() {
  const found = globalThis.document?.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? { "X-CSRFToken": decodeURIComponent(found[1]) } : {};
}
