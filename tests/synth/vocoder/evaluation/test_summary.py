"""Summaries and paired gains of observations whose scores are known."""

import pytest

from synth.vocoder.evaluation.plan import splits_of
from synth.vocoder.evaluation.summary import (
    cells,
    differences,
    gains,
    grouped,
    matched,
    named_pairs,
    universality,
)

from .observed import clip, observation

TRAINING = {"speakers": ["a"], "languages": ["fr"]}
CLIPS = [clip(f"k{n}", speaker=f"s{n % 3}", language="fr") for n in range(6)]


def two_systems(*, pesq_gain=0.5, mel_gain=0.1):
    """universal beats griffin_lim by the same on every clip."""
    return [
        one
        for k, of in enumerate(CLIPS)
        for one in (
            observation(of, "griffin_lim", pesq_wb=3 + k / 10, log_mel_l1=0.5),
            observation(of, "universal", pesq_wb=3 + k / 10 + pesq_gain, log_mel_l1=0.5 - mel_gain),
        )
    ]


def groups_of(observations, voices=None):
    return grouped(observations, splits_of(TRAINING, voices or {}))


def test_a_cell_counts_clips_and_speakers_and_takes_means():
    found = {(c["split"], c["system"]): c for c in cells(groups_of(two_systems()))}
    cell = found["unseen_speaker", "griffin_lim"]
    assert (cell["n_clips"], cell["n_speakers"], cell["n_joined"]) == (6, 3, 0)
    assert cell["metrics"]["pesq_wb"]["mean"] == pytest.approx(3.25)
    assert cell["rtf_cpu"] == pytest.approx(0.1)
    assert cell["rtf_wall"] == pytest.approx(0.2)
    assert "estoi" not in cell["metrics"]


def test_unseen_clips_are_also_counted_together():
    splits = {group[0] for group in groups_of(two_systems())}
    assert splits == {"unseen_speaker", "unseen"}


def test_a_speaker_specific_system_has_its_own_voice_as_a_split():
    own = observation(clip("k", speaker="a"), "sd_a", pesq_wb=3.0)
    assert {g[0] for g in groups_of([own], {"sd_a": "a"})} == {"seen_speaker", "own_voice_sd_a"}


def test_more_is_better_whichever_way_a_metric_counts():
    rows = differences(groups_of(two_systems()), [("universal", "griffin_lim")])
    found = {(r["split"], r["metric"]): r for r in rows}
    assert found["unseen_speaker", "pesq_wb"]["mean"] == pytest.approx(0.5)
    assert found["unseen_speaker", "log_mel_l1"]["mean"] == pytest.approx(0.1)
    assert found["unseen_speaker", "pesq_wb"]["better"] == 6


def test_only_clips_that_both_systems_have_are_compared():
    observations = two_systems()[:-1]
    values, clips = gains(observations, "universal", "griffin_lim", "pesq_wb")
    assert len(values) == 5
    assert CLIPS[5] not in clips
    assert gains(observations, "universal", "nobody", "pesq_wb") == ([], [])


def test_the_pairs_are_named_from_what_was_measured():
    names = ["natural", "griffin_lim", "griffin_lim_8", "world", "untrained", "universal", "spk3"]
    pairs = named_pairs(names)
    assert ("universal", "untrained") in pairs
    assert ("universal", "spk3") in pairs
    assert ("griffin_lim", "world") in pairs
    assert ("natural", "natural") not in pairs


def test_matched_clips_are_alike_and_used_once():
    near = [clip("n1", duration_s=2.0), clip("n2", duration_s=4.0)]
    far = [clip("f1", duration_s=2.1), clip("f2", duration_s=2.2), clip("f3", duration_s=9.0)]
    assert matched(far, near) == [(far[0], near[0])]
    narrow = clip("f4", duration_s=4.0, bandwidth_hz=4000.0)
    assert matched([narrow], near) == []


def test_matching_does_not_depend_on_the_order():
    near = [clip(f"n{k}", duration_s=2 + k / 3) for k in range(6)]
    far = [clip(f"f{k}", duration_s=2.2 + k / 2) for k in range(6)]
    assert matched(far, near) == matched(far[::-1], near[::-1])


def test_universality_compares_gains_on_matched_clips():
    near = [clip(f"n{k}", speaker=f"n{k % 4}", language="fr") for k in range(8)]
    far = [clip(f"f{k}", speaker=f"f{k % 4}", language="it") for k in range(8)]
    observations = [
        observation(of, system, pesq_wb=value)
        for of, gain in [*((c, 0.4) for c in near), *((c, 0.38) for c in far)]
        for system, value in (("griffin_lim", 3.0), ("universal", 3.0 + gain))
    ]
    [row] = universality(groups_of(observations), ["universal"], "clean")
    assert row["ratio"]["value"] == pytest.approx(0.95)
    assert row["unseen_language"]["n_clips"] == 8
