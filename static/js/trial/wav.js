const RATE_OFFSET = 24; // RIFF/WAVE with "fmt " as its first chunk, as the server writes it

/**
 * The sample rate a WAV file states.
 * @param {ArrayBuffer} bytes
 * @returns {number} in hertz
 * @throws {Error} if this is no such file
 */
export function wavRate(bytes) {
  const view = new DataView(bytes);
  const tag = (at) => String.fromCharCode(...new Uint8Array(bytes, at, 4));
  if (bytes.byteLength < 44 || tag(0) !== "RIFF" || tag(12) !== "fmt ") throw new Error("It is not a WAV file.");
  return view.getUint32(RATE_OFFSET, true);
}
