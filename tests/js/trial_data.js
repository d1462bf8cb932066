/** A page's data as the server writes them, for tests. */
export function trialData({ labels = ["A", "B", "C"], requireHundred = true, saved = {}, hasReference = true } = {}) {
  return {
    kind: "rated",
    number: 1,
    total: 8,
    rateHz: 16000,
    nSamples: 32000,
    requireHundred,
    reference: hasReference ? { token: "tR", url: "/audio/tR/" } : null,
    drawsReference: hasReference,
    stimuli: labels.map((label) => ({
      token: `t${label}`,
      url: `/audio/t${label}/`,
      label,
      score: saved[label]?.score ?? null,
      sequence: saved[label]?.sequence ?? 0,
      heard: label in saved,
    })),
    ratingsUrl: "/ratings/",
    completeUrl: "/complete/",
    nextUrl: "/s/demo/",
  };
}
