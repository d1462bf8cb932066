"""The study of data diversity: who takes part, on which clips, and what its rows say."""

import pytest

from synth.vocoder.evaluation.diversity import is_sibling, set_of, siblings, study
from synth.vocoder.evaluation.intervals import ONE_VOICE, ROBUST_T
from synth.vocoder.evaluation.scoring import Case
from synth.vocoder.evaluation.systems import System

from .observed import clip, observation


def system(name, speakers, languages):
    training = {"speakers": speakers, "languages": languages}
    return System(name, "1", lambda given: given.recording, training=training)


SD = system("sd_a", ["a"], ["ru"])
SPK3 = system("spk3", ["a", "b", "c"], ["ru", "en"])
UNIVERSAL = system("universal", ["a", "b", "c", "d"], ["ru", "en", "fr"])
VOICES = [clip(f"v{k}", speaker=f"s{k % 3}", language="en") for k in range(6)]
FOREIGN = [clip(f"f{k}", speaker=f"t{k % 3}", language="it") for k in range(6)]
OWN = [clip(f"o{k}", speaker="a", language="ru") for k in range(6)]


def scored(clips, *, gain):
    """spk3 is better than sd_a by the gain and a little that differs from clip to clip."""
    return [
        one
        for k, of in enumerate(clips)
        for one in (
            observation(of, "sd_a", pesq_wb=3.0, mr_stft=0.7),
            observation(of, "spk3", pesq_wb=3.0 + gain + k / 100, mr_stft=0.7 - gain - k / 100),
            observation(of, "universal", pesq_wb=4.0, mr_stft=0.1),
        )
    ]


@pytest.mark.parametrize(
    ("name", "takes_part"),
    [
        ("sd_ru_nsh", True),
        ("spk3", True),
        ("universal_60", True),
        ("universal", False),
        ("universal_refined", False),
        ("griffin_lim", False),
    ],
)
def test_siblings_are_known_by_their_names(name, takes_part):
    assert is_sibling(name) is takes_part


def test_siblings_go_from_few_voices_to_many():
    assert [s.name for s in siblings([UNIVERSAL, SPK3, SD])] == ["sd_a", "spk3"]


@pytest.mark.parametrize(
    ("speaker", "language", "name"),
    [
        ("x", "en", "unseen voices"),
        ("x", "it", "unseen languages"),
        ("a", "ru", "own voice a"),
        ("b", "en", None),
    ],
)
def test_a_set_holds_what_no_sibling_heard_or_one_voice(speaker, language, name):
    of = clip("k", speaker=speaker, language=language)
    assert set_of([SD, SPK3])(Case(of, "clean")) == name
    assert set_of([SD, SPK3])(Case(of, "noise_5db", simulation="1")) is None


def test_an_acted_recording_is_in_a_set_of_its_own():
    of = clip("k", speaker="x", language="en", condition="acted")
    assert set_of([SD])(Case(of, "acted")) == "unseen languages, acted"


def test_differences_are_of_more_voices_over_fewer():
    found = study([SPK3, SD, UNIVERSAL], scored(VOICES, gain=0.5) + scored(FOREIGN, gain=-0.5))
    rows = {(r["set"], r["metric"]): r for r in found["diversity_differences"]}
    assert {(r["first"], r["second"]) for r in rows.values()} == {("spk3", "sd_a")}
    voices, foreign = rows["unseen voices", "mr_stft"], rows["unseen languages", "pesq_wb"]
    assert voices["low"] > 0.4
    assert not voices["holds_zero"]
    assert voices["method"] == ROBUST_T
    assert foreign["high"] < -0.4
    assert rows["unseen languages", "mr_stft"]["mean"] < 0


def test_an_interval_that_holds_zero_says_so():
    found = study([SD, SPK3], scored(VOICES, gain=-0.025))["diversity_differences"]
    assert all(row["holds_zero"] for row in found)


def test_one_voice_has_an_interval_over_its_clips_that_is_named_so():
    rows = study([SD, SPK3], scored(OWN, gain=0.5))["diversity_differences"]
    assert {row["set"] for row in rows} == {"own voice a"}
    assert all(row["method"] == ONE_VOICE and row["low"] > 0.4 for row in rows)


def test_the_order_is_that_of_the_gains_whichever_way_a_metric_counts():
    found = study([SD, SPK3], scored(VOICES, gain=0.5) + scored(FOREIGN, gain=-0.5))
    orders = {(r["set"], r["metric"]): r["order"] for r in found["diversity_orders"]}
    assert orders["unseen voices", "mr_stft"] == ["spk3", "sd_a"]
    assert orders["unseen languages", "mr_stft"] == ["sd_a", "spk3"]


def test_one_sibling_alone_makes_no_study():
    assert not any(study([SD, UNIVERSAL], scored(VOICES, gain=0.5)).values())


def test_a_set_of_hardly_a_clip_is_left_out():
    assert study([SD, SPK3], scored(VOICES[:2], gain=0.5))["diversity_means"] == []
