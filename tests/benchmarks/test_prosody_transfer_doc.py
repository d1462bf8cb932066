"""Prosody transfer's tables say what was measured, and that nothing was where nothing is."""

import copy
from typing import Any

import pytest

from benchmarks.prosody_transfer_doc import (
    KEPT_ASIDE,
    MEASURED,
    NOT_MEASURED,
    read_results,
    transfer_parts,
)


def figure(mean, low=None, high=None, **more):
    return {"mean": mean, "low": low, "high": high, "median": mean, "n": 40, **more}


ABOUT = {"voice": "ru_nsh", "speaker": "tux_ru", "cut": "aligner"}
CELLS = [
    {**ABOUT, "system": "copy", "n": 40, "metrics": {"f0_r": figure(0.99), "ffe": figure(0.05)}},
    {
        **ABOUT,
        "system": "agg",
        "n": 40,
        "metrics": {
            "f0_r": figure(0.9312, 0.92, 0.94),
            "ffe": figure(0.123, 0.11, 0.14),
            "similarity_ratio": figure(None),
            "phone_error": figure(0.4),
        },
    },
]
RESULTS: dict[str, Any] = {
    "commit": "abc",
    "machine": {"cores": 2, "cpu": "slow"},
    "settings": {"at_most": 60, "has_judge": True},
    "notes": ["Nobody listened."],
    "networks": [
        {
            "voice": "ru_nsh",
            "network": "agg",
            "parameters": 2867180,
            "bytes": 5740000,
            "minutes": 85.2,
            "steps": 12000,
            "cpu_hours": 2.5,
        }
    ],
    "left_out": [{**ABOUT, "measured": 40, "left_out": {"text_differs": 7}}],
    "cells": CELLS,
    "differences": [
        {
            **ABOUT,
            "system": "agg",
            "second": "base_timed",
            "metric": "ffe",
            **figure(-0.1, -0.2, -0.05),
        }
    ],
    "equivalences": [
        {
            **ABOUT,
            "system": "agg_textless",
            "second": "agg",
            "metric": "f0_r",
            "margin": 0.03,
            "p": 0.2,
            "is_shown": False,
            "smallest_margin": 0.041,
            **figure(-0.02, -0.041, 0.001),
        }
    ],
    "bar": [
        {
            **ABOUT,
            "what": "FFE",
            "limit": 0.15,
            "at_least": False,
            "copy": 0.05,
            "is_met": True,
            **figure(0.123, 0.11, 0.14),
        },
        {
            **ABOUT,
            "what": "textless equivalent in f0_r",
            "limit": 0.03,
            "at_least": False,
            "copy": None,
            "is_met": False,
            **figure(-0.02, -0.041, 0.001),
        },
    ],
}
PARTS = transfer_parts({MEASURED: RESULTS})


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("pitch", "| agg | 0.931 [0.920, 0.940] | 12.3 [11.0, 14.0] | 0.931 |"),
        ("pitch", "Left out: `ru_nsh` from tux_ru, cut by the aligner 7 text differs."),
        ("rest", "| agg | 40.0 | - |"),
        ("networks", "| ru_nsh | agg | 2,867,180 | 5.7 | 85.2 | 12,000 | 2.5 |"),
        ("bar", "| FFE | ≤ 0.15 | 0.123 [0.110, 0.140] | 0.050 | yes |"),
        ("bar", "| within ±0.03 | -0.020 [-0.041, 0.001] |  | **no** |"),
        ("bar", "1 of 2 are met."),
        ("differences", "| agg | base_timed | **-10.0** [-20.0, -5.0] |"),
        ("equivalence", "| ±0.03 | 0.2 | **no** (within ±0.041) |"),
        ("how", "- Nobody listened."),
    ],
)
def test_a_table_says_what_was_measured(part, line):
    assert line in PARTS[f"transfer, {part}"]


def test_a_worse_figure_is_another_table():
    worse = copy.deepcopy(RESULTS)
    worse["cells"][1]["metrics"]["f0_r"]["mean"] = 0.5
    worse["bar"][0]["is_met"] = False
    changed = transfer_parts({MEASURED: worse})
    assert {name for name in PARTS if changed[name] != PARTS[name]} == {
        "transfer, pitch",
        "transfer, bar",
    }


def test_what_was_not_measured_says_so():
    assert PARTS["transfer, kept aside"] == NOT_MEASURED
    assert transfer_parts({})["transfer, pitch"] == NOT_MEASURED
    assert transfer_parts({KEPT_ASIDE: RESULTS})["transfer, kept aside"] == PARTS["transfer, bar"]


def test_every_cell_of_the_results_has_enough_utterances():
    for name, results in read_results().items():
        agg = [row for row in results["cells"] if row["system"] == "agg"]
        assert all(row["n"] >= 30 for row in agg), name
