"""What a planned test can find, as one document for the page, the command and its JSON."""

from dataclasses import dataclass, replace
from typing import Any

from mushra.stats.crossed import VarianceComponents
from mushra.stats.mixed import MIN_SPEAKERS
from mushra.stats.pilot import Pilot
from mushra.stats.power import (
    KNOWN_COMPONENTS,
    TARGET_POWER,
    Plan,
    advise,
    crossed_power,
    detectable_difference,
    equivalence_power,
    item_floor,
    listener_floor,
    power_table,
    power_with_unlimited_items,
    power_with_unlimited_listeners,
    precision,
    required_items,
    required_listeners,
    required_speakers,
)
from mushra.stats.power_check import check_by_simulation

METHOD = (
    "Two-way crossed paired-difference test (listeners and items random, Satterthwaite degrees of "
    "freedom), two-sided; power from the noncentral t distribution; equivalence by two one-sided "
    "tests. Every listener rates every item; where speakers are random too, items nest in them in "
    "equal parts."
)
# Sizes of the table beside the planned ones.
TABLE_LISTENERS = (10, 20, 40, 80)
TABLE_ITEMS = (5, 10, 20, 40, 80)
# Simulated tests: fewer for huge plans, so that a check stays a matter of seconds.
MOST_RUNS, FEWEST_RUNS, MOST_RATINGS = 2000, 200, 8_000_000
SPEAKERS_COST = 8  # a test with speakers is fitted by likelihood, which takes so many times as long


@dataclass(frozen=True)
class ComponentSource:
    """Variance components with where they come from, in words."""

    components: VarianceComponents
    title: str
    source: str
    warnings: tuple[str, ...] = ()

    @classmethod
    def known(cls, code: str) -> "ComponentSource":
        """Components measured on public ratings. Raises: KeyError for an unknown code."""
        found = KNOWN_COMPONENTS[code]
        return cls(found.components, found.title, found.source)

    @classmethod
    def from_pilot(cls, pilot: Pilot, *, title: str, source: str) -> "ComponentSource":
        """Components measured on a pilot."""
        design = (
            f"{source}; {pilot.n_listeners} listeners, {pilot.n_items} items, average over "
            f"{len(pilot.pairs)} pair{'s' if len(pilot.pairs) > 1 else ''} of systems"
        )
        return cls(pilot.components, title, design, pilot.warnings)

    def with_speakers(self, variance: float) -> "ComponentSource":
        """With a variance between speakers, squared points."""
        return replace(self, components=replace(self.components, speaker=variance))


def check_speakers(n_speakers: int | None) -> None:
    """Raises: ValueError for fewer speakers than a report makes a claim about new ones from."""
    if n_speakers is not None and n_speakers < MIN_SPEAKERS:
        raise ValueError(
            f"With fewer than {MIN_SPEAKERS} speakers a report speaks for these speakers only; "
            "plan with more, or without speakers."
        )


def planning_document(
    plan: Plan, source: ComponentSource, *, power: float = TARGET_POWER, seed: int | None = None
) -> dict[str, Any]:
    """Everything that is told of a plan; with a seed, its simulation check too."""
    found = precision(plan)
    advice = advise(plan, power=power)
    return {
        "method": METHOD,
        "components": {
            "title": source.title,
            "source": source.source,
            "listener": plan.components.listener,
            "item": plan.components.item,
            "residual": plan.components.residual,
            "speaker": plan.components.speaker,
        },
        "warnings": list(source.warnings),
        "design": {
            "n_listeners": plan.n_listeners,
            "n_items": plan.n_items,
            "n_speakers": plan.n_speakers,
            "difference": plan.difference,
            "alpha": plan.alpha,
            "n_comparisons": plan.n_comparisons,
            "level": plan.level,
            "target_power": power,
        },
        "se": found.se,
        "df": found.df,
        "power": crossed_power(plan),
        "detectable_difference": detectable_difference(plan, power=power),
        "item_floor": item_floor(plan),
        "listener_floor": listener_floor(plan),
        "power_with_unlimited_listeners": power_with_unlimited_listeners(plan),
        "power_with_unlimited_items": power_with_unlimited_items(plan),
        "required_listeners": required_listeners(plan, power=power),
        "required_items": required_items(plan, power=power),
        "required_speakers": required_speakers(plan, power=power),
        "equivalence": _equivalence(plan),
        "advice": {"code": advice.code, "sentence": advice.sentence},
        "table": _table(plan),
        "simulation": None if seed is None else _simulation(plan, seed),
    }


def planning_text(document: dict[str, Any]) -> str:
    """The document in plain words for a terminal."""
    design, parts = document["design"], document["components"]
    lines = [
        f"{design['n_listeners']} listeners x {design['n_items']} items"
        + (f" of {design['n_speakers']} speakers" if design["n_speakers"] else "")
        + ", a true difference of "
        f"{design['difference']:g} points, level {design['level']:.3g} a pair"
        + (f" ({design['n_comparisons']} pairs)" if design["n_comparisons"] > 1 else ""),
        f"Variance of differences: listener {parts['listener']:.4g}, item {parts['item']:.4g}, "
        + (f"speaker {parts['speaker']:.4g}, " if design["n_speakers"] else "")
        + f"residual {parts['residual']:.4g} squared points",
        f"  {parts['title']}: {parts['source']}",
        *(f"  {warning}" for warning in document["warnings"]),
        "",
        f"Standard error   {document['se']:.2f} points ({document['df']:.1f} degrees of freedom); "
        f"never below {document['item_floor']:.2f} with these items",
        f"Power            {_percent(document['power'])}; "
        f"{_percent(document['power_with_unlimited_listeners'])} with any number of listeners",
        f"Detectable       {document['detectable_difference']:.1f} points with "
        f"{_percent(design['target_power'])} power",
        f"For {_percent(design['target_power'])}:        "
        f"{_size(document['required_items'], 'items')} with {design['n_listeners']} listeners, or "
        f"{_size(document['required_listeners'], 'listeners')} with {design['n_items']} items"
        + _speakers_words(document),
        *_equivalence_lines(document["equivalence"]),
        f"Advice           {document['advice']['sentence']}",
        "",
        *_table_lines(document["table"]),
        *_simulation_lines(document["simulation"]),
    ]
    return "\n".join(lines)


def rate(simulation: dict[str, Any], name: str) -> str:
    """A simulated rate with its 95 % Monte-Carlo error, in percent."""
    return f"{100 * simulation[name]:.1f} ± {196 * simulation[f'{name}_error']:.1f} %"


def _equivalence(plan: Plan) -> dict[str, float] | None:
    if plan.margin is None:
        return None
    return {"margin": plan.margin, "power": equivalence_power(plan)}


def _table(plan: Plan) -> dict[str, Any]:
    listeners = sorted({*TABLE_LISTENERS, plan.n_listeners})
    items = sorted({*TABLE_ITEMS, plan.n_items})  # below its speakers, one of each
    return {
        "n_listeners": listeners,
        "n_items": items,
        "power": power_table(plan, listeners, items).tolist(),
    }


def _simulation(plan: Plan, seed: int) -> dict[str, Any]:
    dearer = 1 if plan.n_speakers is None else SPEAKERS_COST
    affordable = MOST_RATINGS // (dearer * plan.n_listeners * plan.n_items)
    found = check_by_simulation(plan, seed, n_runs=min(MOST_RUNS, max(FEWEST_RUNS, affordable)))
    document: dict[str, Any] = {"seed": seed, "n_runs": found.n_runs}
    document |= {"power": found.power, "power_error": found.power_error}
    document |= {"size": found.size, "size_error": found.size_error}
    if plan.margin is not None:
        document |= {
            "equivalence": found.equivalence,
            "equivalence_error": found.equivalence_error,
        }
    return document


def _speakers_words(document: dict[str, Any]) -> str:
    if not document["design"]["n_speakers"]:
        return ""
    return f", or {_size(document['required_speakers'], 'speakers')} with as many items each"


def _equivalence_lines(equivalence: dict[str, float] | None) -> list[str]:
    if equivalence is None:
        return []
    return [
        f"Equivalence      shown within ±{equivalence['margin']:g} points with "
        f"{_percent(equivalence['power'])} power, if there is no difference"
    ]


def _table_lines(table: dict[str, Any]) -> list[str]:
    header = "listeners \\ items" + "".join(f"{items:>8}" for items in table["n_items"])
    rows = [
        f"{listeners:>17}" + "".join(f"{_percent(power):>8}" for power in row)
        for listeners, row in zip(table["n_listeners"], table["power"], strict=True)
    ]
    return ["Power", header, *rows]


def _simulation_lines(simulation: dict[str, Any] | None) -> list[str]:
    if simulation is None:
        return []
    return [
        "",
        f"Simulated ({simulation['n_runs']} tests, seed {simulation['seed']}): power "
        f"{rate(simulation, 'power')}, false findings {rate(simulation, 'size')}"
        + (
            f", equivalence {rate(simulation, 'equivalence')}"
            if "equivalence" in simulation
            else ""
        ),
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _size(n: int | None, what: str) -> str:
    return f"no number of {what} up to 500" if n is None else f"{n} {what}"
