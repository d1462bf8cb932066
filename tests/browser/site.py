"""A tiny local site: the real templates, scripts and styles over a made-up sitting.

It answers like the listener's API and can be told to fail, so that the page's behavior can be
tried without Django's views, a database or a network.
"""

import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from django.template import Context, Engine

from config.security import POLICY
from mushra.design.attributes import ATTRIBUTES, BASIC_QUALITY, Attribute

ROOT = Path(__file__).resolve().parents[2]
OFFLINE_PAGES = Path(__file__).parent / "offline"
RATE_HZ = 16_000
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
ENGINE = Engine(
    dirs=[str(ROOT / "templates")], libraries={"static": "tests.browser.static_tag"}, debug=True
)
TEST = {
    "title": "Voices after the storm",
    "instructions": (
        "On each page you hear a recording, the reference, and several versions of it. "
        "Say how good each version sounds compared with the reference.\n\n"
        "One of the versions is the reference itself."
    ),
    "consent": (
        "Your ratings are stored under a random code, without your name or address, and are used "
        "for research on synthetic speech. You may stop at any time."
    ),
}


@dataclass
class Sitting:
    """What the made-up server knows, and how it misbehaves."""

    n_stimuli: int = 6
    kind: str = "rated"
    require_hundred: bool = True
    seconds: float = 2.0
    attribute: str = BASIC_QUALITY
    ratings: list[dict[str, Any]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # of answers to ratings
    is_complete: bool = False
    rating_failures: int = 0  # how many of the next ratings are answered 503
    audio_failures: int = 0
    complete_refusal: str = ""

    @property
    def asked(self) -> Attribute:
        return ATTRIBUTES[self.attribute]

    @property
    def test(self) -> dict[str, Any]:
        return TEST | {"asked": self.asked}

    def labels(self) -> list[str]:
        return [chr(ord("A") + index) for index in range(self.n_stimuli)]

    def current(self, token: str) -> dict[str, Any]:
        own = [rating for rating in self.ratings if rating["stimulus"] == token]
        return max(
            own, key=lambda rating: rating["sequence"], default={"score": None, "sequence": 0}
        )

    def trial_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "number": 3,
            "total": 8,
            "rateHz": RATE_HZ,
            "nSamples": int(self.seconds * RATE_HZ),
            "requireHundred": self.require_hundred,
            "reference": {"token": "t0", "url": "/api/audio/t0/"} if self.asked.labelled else None,
            "drawsReference": self.asked.is_in_step,
            "stimuli": [self._stimulus(n, label) for n, label in enumerate(self.labels(), 1)],
            "ratingsUrl": "/api/ratings/",
            "completeUrl": "/api/complete/",
            "nextUrl": "/s/demo/",
        }

    def _stimulus(self, position: int, label: str) -> dict[str, Any]:
        token = f"t{position}"
        current = self.current(token)
        return {
            "token": token,
            "url": f"/api/audio/{token}/",
            "label": label,
            "score": current["score"],
            "sequence": current["sequence"],
            "heard": current["score"] is not None,
        }

    def page(self) -> str:
        if self.is_complete:
            return render("thanks", {"test": self.test, "code": "L-K7QMZ2RD"})
        data = self.trial_data()
        shown = {"kind": data["kind"], "number": data["number"], "total": data["total"]}
        return render("trial", {"test": self.test, "trial_data": data, **shown})


def render(name: str, context: dict[str, Any]) -> str:
    return ENGINE.get_template(f"mushra/listener/{name}.html").render(Context(context))


def speechlike(seconds: float, seed: int) -> bytes:
    """A WAV file of buzzing syllables: enough to look and sound like something."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.6 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    buzz = sum(np.sin(k * phase) / k for k in range(1, 9))
    syllables = np.clip(np.sin(2 * np.pi * 2.1 * time + rng.uniform(0, 0.2)), 0, 1) ** 0.7
    words = 0.35 + 0.65 * np.abs(np.sin(2 * np.pi * 0.37 * time + 0.4))
    samples = 0.2 * buzz * syllables * words + 0.002 * rng.standard_normal(len(time))
    return wav_bytes(np.round(samples * 32767).astype("<i2"))


def wav_bytes(samples: np.ndarray) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    return target.getvalue()


class Answers(BaseHTTPRequestHandler):
    """Routes of the made-up site."""

    sitting: Sitting

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            self._file(ROOT / path.lstrip("/"))
        elif path.startswith("/offline/"):
            self._file(OFFLINE_PAGES / Path(path).name)
        elif path.startswith("/api/"):
            self._audio(path)
        else:
            self._page(path)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/ratings/":
            self._rate(json.loads(body))
        elif self.path == "/api/complete/":
            self._complete()
        else:
            self._send(303, b"", "text/html", {"Location": "/s/demo/"})

    def _page(self, path: str) -> None:
        test = self.sitting.test
        pages = {
            "/t/demo/": lambda: render(
                "welcome", {"test": test, "estimate_minutes": 18, "n_trials": 8}
            ),
            "/level/": lambda: render(
                "level", {"test": test, "audio_url": "/api/audio/t0/", "level_url": "/level/"}
            ),
            "/s/demo/": self.sitting.page,
            "/closed/": lambda: render("closed", {"test": test}),
            "/error/": lambda: render("error", {"message": "This address leads nowhere."}),
        }
        page = pages.get(path)
        if page is None:
            self._send(404, b"", "text/plain")
        else:
            self._send(200, page().encode(), "text/html; charset=utf-8")

    def _file(self, path: Path) -> None:
        if path.is_file():
            self._send(200, path.read_bytes(), TYPES[path.suffix])
        else:
            self._send(404, b"", "text/plain")

    def _audio(self, path: str) -> None:
        self.sitting.fetched.append(path)
        if self.sitting.audio_failures > 0:
            self.sitting.audio_failures -= 1
            self._refuse(503, "busy", "The server is busy.")
            return
        seed = int(path.strip("/").rpartition("t")[2])
        self._send(200, speechlike(self.sitting.seconds, seed), "audio/wav")

    def _rate(self, rating: dict[str, Any]) -> None:
        status = self._rating_status(rating)
        self.sitting.statuses.append(status)
        if status >= 400:
            code = "sequence_taken" if status == 409 else "busy"
            self._refuse(status, code, "Refused.")
        else:
            self._json(status, {key: rating[key] for key in ("stimulus", "sequence", "score")})

    def _rating_status(self, rating: dict[str, Any]) -> int:
        if self.sitting.rating_failures > 0:
            self.sitting.rating_failures -= 1
            return 503
        key = (rating["stimulus"], rating["sequence"])
        for known in self.sitting.ratings:
            if (known["stimulus"], known["sequence"]) == key:
                return 200 if known["score"] == rating["score"] else 409
        self.sitting.ratings.append(rating)
        return 201

    def _complete(self) -> None:
        if self.sitting.complete_refusal:
            self._refuse(409, "not_all_rated", self.sitting.complete_refusal)
            return
        self.sitting.is_complete = True
        self._json(200, {"next": "/s/demo/"})

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._json(status, {"error": {"code": code, "message": message, "field": None}})

    def _json(self, status: int, body: object) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        fixed = {"Content-Length": str(len(body)), "Cache-Control": "no-store"}
        policy = {"Content-Type": kind, "Content-Security-Policy": POLICY}
        for name, value in {**fixed, **policy, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(sitting: Sitting) -> Iterator[str]:
    """The site's address while the block runs."""
    answers = type("AnswersOfOneSitting", (Answers,), {"sitting": sitting})
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
