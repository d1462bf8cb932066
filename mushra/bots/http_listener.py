"""Sits a listening test through HTTP exactly as the browser's page would."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

TIMEOUT_S = 30
# A server that is being restarted answers again within seconds. Sending again is safe: the same
# consent form begins one sitting, the same rating is saved once.
N_ATTEMPTS = 40
HIDDEN_FIELDS = ("csrfmiddlewaretoken", "begin_key")
RETRY_S = 0.5


class SittingFailedError(RuntimeError):
    """The site did something that a listener's page could not go on from."""


@dataclass(frozen=True)
class SatPage:
    """What a listener met and answered on one page. Tokens and scores are in shown order.

    `reference`: the labelled reference's token; None on a page without one.
    """

    kind: str
    reference: str | None
    stimuli: tuple[str, ...]
    scores: tuple[int, ...]


@dataclass
class HttpListener:
    """One listener with a cookie jar.

    Args:
        score: token of a stimulus -> score 0-100. It is asked, never told what the token is.
    """

    score: Callable[[str], int]
    _opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def sit(self, link: str) -> list[SatPage]:
        """Takes the whole test behind a listener's link; the pages in the order met.

        Raises: SittingFailedError with what the site answered.
        """
        url, page = self._get(link)
        if page.has_field("consent"):
            form = page.hidden_fields() | {"consent": "yes"}
            url, page = self._post_form(url, form)
        if page.has_field("device"):
            form = page.hidden_fields() | {"device": "headphones"}
            url, page = self._post_form(urljoin(url, page.action), form)
        met: list[SatPage] = []
        while page.trial_data is not None:
            sat, next_url = self._rate_page(url, page.trial_data)
            met.append(sat)
            url, page = self._get(next_url)
        return met

    def _rate_page(self, url: str, data: Mapping[str, Any]) -> tuple[SatPage, str]:
        reference = data["reference"]
        for signal in [*([reference] if reference else []), *data["stimuli"]]:
            self._open(Request(urljoin(url, signal["url"])))
        heard_s = data["nSamples"] / data["rateHz"]
        scores = []
        for stimulus in data["stimuli"]:
            scores.append(self.score(stimulus["token"]))
            rating = {
                "stimulus": stimulus["token"],
                "sequence": stimulus["sequence"] + 1,
                "score": scores[-1],
                "evidence": {"plays": 1, "heard_s": heard_s, "switches": 1, "loops": 1},
            }
            self._post_json(urljoin(url, data["ratingsUrl"]), rating)
        self._post_json(urljoin(url, data["completeUrl"]), {})
        sat = SatPage(
            kind=data["kind"],
            reference=reference["token"] if reference else None,
            stimuli=tuple(stimulus["token"] for stimulus in data["stimuli"]),
            scores=tuple(scores),
        )
        return sat, urljoin(url, data["nextUrl"])

    def _get(self, url: str) -> tuple[str, "_Page"]:
        final_url, body = self._open(Request(url))
        return final_url, _Page.read(body.decode())

    def _post_form(self, url: str, form: Mapping[str, str]) -> tuple[str, "_Page"]:
        request = Request(url, data=urlencode(form).encode(), headers={"Referer": url})
        final_url, body = self._open(request)
        return final_url, _Page.read(body.decode())

    def _post_json(self, url: str, body: Mapping[str, Any]) -> None:
        headers = {"Content-Type": "application/json"}
        self._open(Request(url, data=json.dumps(body).encode(), headers=headers))

    def _open(self, request: Request) -> tuple[str, bytes]:
        for _ in range(N_ATTEMPTS):
            try:
                with self._opener.open(request, timeout=TIMEOUT_S) as response:
                    return response.url, response.read()
            except HTTPError as error:
                answer = error.read().decode(errors="replace")[:500]
                raise SittingFailedError(
                    f"{request.get_method()} {request.full_url}: {error.code} {answer}"
                ) from error
            except (URLError, HTTPException, ConnectionError, TimeoutError) as error:
                last = error
                time.sleep(RETRY_S)
        raise SittingFailedError(f"{request.full_url} does not answer: {last}") from last


class _Page(HTMLParser):
    """The few things a listener's browser needs of a page: form fields and the trial's data."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action = ""
        self.trial_data: dict[str, Any] | None = None
        self._in_trial_data = False

    @classmethod
    def read(cls, html: str) -> "_Page":
        page = cls()
        page.feed(html)
        return page

    def has_field(self, name: str) -> bool:
        return name in self.fields

    def hidden_fields(self) -> dict[str, str]:
        return {name: self.fields[name] for name in HIDDEN_FIELDS if name in self.fields}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in found:
            self.fields.setdefault(found["name"], found.get("value", ""))
        if tag == "form" and found.get("method", "").lower() == "post":
            self.action = found.get("action", "")
        self._in_trial_data = tag == "script" and found.get("id") == "trial-data"

    def handle_data(self, data: str) -> None:
        if self._in_trial_data:
            self.trial_data = json.loads(data)
            self._in_trial_data = False
