"""The pre-registration of a test as a PDF: everything that was fixed before anybody listened."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mushra.stats.screening import RULES

TEMPLATE = Path(__file__).resolve().parents[2] / "templates/mushra/report/preregistration.typ"

PREDICTIONS: Mapping[str, str] = {
    "different": "they differ",
    "first_better": "the first is rated higher",
    "second_better": "the second is rated higher",
    "equivalent": "they are equivalent",
}
LOOKS: Mapping[str, str] = {
    "none": "Results are looked at when the planned number of listeners has finished, not before.",
    "sequence": (
        "Results may be looked at any time, through a confidence sequence of the mean difference "
        "over listeners (betting, Waudby-Smith & Ramdas 2024; alpha 5 % split over all pairs). It "
        "speaks for these sentences only. If the test ends early by it, the sequence is what is "
        "reported as confirmed; the crossed test is then exploratory."
    ),
}
PAIRS = (
    "Every pair of systems under test is compared by the two-way crossed paired-difference test: "
    "difference ~ 1 + (1 | listener) + (1 | item), restricted maximum likelihood, Satterthwaite "
    "degrees of freedom, two-sided, Holm's correction over all these pairs at a level of 5 %. A "
    "prediction of a direction holds if the difference is significant in that direction."
)
EQUIVALENCE = (
    "Equivalence is claimed where two one-sided tests with the same standard error reject at 5 % "
    "each: the 90 % interval then lies within the margin. A difference that is not significant is "
    "never called equivalence."
)


def preregistration_pdf(document: Mapping[str, Any]) -> bytes:
    """The PDF of a registered document; equal documents give equal bytes.

    Args:
        document: as `mushra.services.preregistrations.register_test` stores it.
    Raises: TypesettingError when typst cannot set it.
    """
    from mushra.reports.typesetting import compile_pdf  # 30 MB: not at web start

    content = json.dumps(_worded(document), sort_keys=True).encode()
    return compile_pdf(TEMPLATE.read_text(encoding="utf-8"), {"document.json": content})


def _worded(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its codes put into the words of the page."""
    test, plan = document["test"], document["plan"]
    titles = {system["code"]: system["title"] for system in test["systems"]}
    return {
        **document,
        "screening": [RULES[rule] for rule in test["screening"]],
        "pairs": [
            {
                "first": titles[pair["first"]],
                "second": titles[pair["second"]],
                "prediction": PREDICTIONS.get(pair["prediction"], ""),
            }
            for pair in plan["pairs"]
        ],
        "looks": LOOKS[plan["looks"]],
        "analysis_words": [PAIRS, EQUIVALENCE],
        "analysis_json": json.dumps(document["analysis"], sort_keys=True, indent=1),
    }
