"""Simulated listeners: ratings drawn from stated true means and stated variance components.

Every draw is a function of the seed and of what it belongs to (this listener, that item), so a
score never depends on the order in which scores are asked for.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import special

from mushra.stats.table import MAX_SCORE, MIN_SCORE, RatingTable

SPREAD_NAMES = (
    "sd_listener",
    "sd_item",
    "sd_listener_system",
    "sd_item_system",
    "sd_residual",
)


@dataclass(frozen=True)
class SimulationModel:
    """What simulated listeners think, points 0-100.

    latent score = mean + spread * (listener + item + listener x system + item x system + residual)

    with independent normal parts; a score is the latent score rounded and cut to 0-100.

    Args:
        means: true mean by system.
        sd_listener, sd_item, sd_listener_system, sd_item_system, sd_residual: standard
            deviations of the parts.
        spread: by system, a factor on all five parts (1 where absent): listeners agree better on
            a reference than on a vocoder.
        careless: indices of listeners who answer about a random other system of the model on
            each item; they are there to be caught by screening.
    Raises: ValueError for a mean outside 0-100, a negative deviation or spread, or a spread for a
        system without a mean.
    """

    means: Mapping[str, float]
    sd_listener: float
    sd_item: float
    sd_listener_system: float
    sd_item_system: float
    sd_residual: float
    spread: Mapping[str, float] = field(default_factory=dict)
    careless: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for system, mean in self.means.items():
            if not MIN_SCORE <= mean <= MAX_SCORE:
                raise ValueError(f"The true mean of {system} must lie in 0-100, not at {mean}.")
        for name in SPREAD_NAMES:
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative; it is {getattr(self, name)}.")
        for system, factor in self.spread.items():
            if system not in self.means or not factor >= 0:
                raise ValueError(f"The spread {factor} of {system} is negative or has no mean.")

    def sd_of(self, system: str) -> float:
        """Standard deviation of one latent score of a system."""
        total = math.sqrt(sum(getattr(self, name) ** 2 for name in SPREAD_NAMES))
        return self.spread.get(system, 1.0) * total

    def expected_means(self) -> dict[str, float]:
        """The mean of an attentive listener's scores after rounding and cutting, by system.

        Closed form: the mean of a whole number 0-100 is the sum over k = 1..100 of P(score >= k).
        Near the ends of the scale it differs from the stated mean: observed means estimate this.
        """
        return {system: self._expected_mean(system) for system in self.means}

    def _expected_mean(self, system: str) -> float:
        mean, sd = self.means[system], self.sd_of(system)
        if sd == 0:
            return float(_on_scale(mean))
        steps = np.arange(MIN_SCORE + 1, MAX_SCORE + 1) - 0.5
        return float(special.ndtr((mean - steps) / sd).sum())

    def to_json(self) -> dict[str, Any]:
        """The model as plain data, for storing beside the ratings."""
        return {
            **asdict(self),
            "means": dict(self.means),
            "spread": dict(self.spread),
            "careless": sorted(self.careless),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SimulationModel":
        """The model that `to_json` stored."""
        return cls(**{**data, "careless": frozenset(data.get("careless", ()))})


@dataclass(frozen=True)
class ScoreSource:
    """Simulated scores one by one: the same answer to the same question, in any order."""

    model: SimulationModel
    seed: int

    def score(self, *, listener: int, item: str, system: str) -> int:
        """The score, 0-100, that a simulated listener gives one system on one item.

        Raises: ValueError for a system without a true mean.
        """
        if system not in self.model.means:
            known = ", ".join(self.model.means)
            raise ValueError(f"The simulation has no true mean for {system!r}; it has: {known}.")
        believed = self._believed(listener, item, system)
        return _on_scale(self._latent(listener, item, believed))

    def _latent(self, listener: int, item: str, system: str) -> float:
        model = self.model
        deviation = (
            model.sd_listener * self._normal("listener", listener)
            + model.sd_item * self._normal("item", item)
            + model.sd_listener_system * self._normal("listener-system", listener, system)
            + model.sd_item_system * self._normal("item-system", item, system)
            + model.sd_residual * self._normal("residual", listener, item, system)
        )
        return model.means[system] + model.spread.get(system, 1.0) * deviation

    def _believed(self, listener: int, item: str, system: str) -> str:
        """The system this listener thinks it is: a careless one mixes them up on every item."""
        if listener not in self.model.careless:
            return system
        systems = sorted(self.model.means)
        shuffled = sorted(systems, key=lambda code: self._uniform("mix-up", listener, item, code))
        return shuffled[systems.index(system)]

    def _normal(self, *parts: object) -> float:
        return float(special.ndtri(self._uniform(*parts)))

    def _uniform(self, *parts: object) -> float:
        """A number strictly between 0 and 1 that depends on the seed and the parts alone."""
        text = repr((self.seed, *parts)).encode()
        digest = int.from_bytes(hashlib.sha256(text).digest()[:7], "big") >> 4  # 52 bits
        return (digest + 0.5) / 2**52


def simulate_ratings(
    model: SimulationModel, *, n_listeners: int, items: Sequence[str], seed: int
) -> RatingTable:
    """A complete rating table: every listener rates every system of the model on every item.

    Listeners are S01, S02, ...; the factor `listener_kind` is `simulated` in every row.
    """
    source = ScoreSource(model, seed)
    width = len(str(max(n_listeners, 10)))
    keys = [
        (listener, item, system)
        for listener in range(n_listeners)
        for item in items
        for system in model.means
    ]
    return RatingTable(
        listener=tuple(f"S{listener + 1:0{width}d}" for listener, _, _ in keys),
        item=tuple(item for _, item, _ in keys),
        system=tuple(system for _, _, system in keys),
        score=np.array(
            [source.score(listener=who, item=item, system=system) for who, item, system in keys],
            dtype=np.float64,
        ),
        factors={"listener_kind": ("simulated",) * len(keys)},
    )


def _on_scale(latent: float) -> int:
    return int(min(MAX_SCORE, max(MIN_SCORE, math.floor(latent + 0.5))))
