"""The evaluation command on a corpus of a few voices, with checkpoints of tiny runs."""

import json
import sys
from dataclasses import asdict, replace

import pytest
import torch

from scripts import evaluate_vocoder
from synth.datasets.prepared import MANIFEST, SAMPLES
from synth.vocoder.card import card_page
from synth.vocoder.config import NetworkConfig
from tests.synth.vocoder.evaluation.observed import record, voices_of
from tests.synth.vocoder.signals import (
    QUICK,
    TINY,
    TINY_WIDE,
    corpus,
    random_network,
    store,
    voiced,
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder whose corpus holds a trained voice, a new one, and a new language."""
    utterances = voices()
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / MANIFEST).write_text("".join(u.to_json() + "\n" for u in utterances))
    (folder / SAMPLES).write_bytes(voices_of(utterances).samples.astype("<i2").tobytes())
    monkeypatch.setenv("EARSHOT_DATA", str(tmp_path))
    return tmp_path


def voices():
    return [
        record("a", 0, split="train", language="fr"),
        *(record("a", k, split="test", language="fr", duration_s=2.0) for k in range(1, 4)),
        *(record("b", k, language="fr", duration_s=2.0) for k in range(3)),
        *(record("c", k, language="it", duration_s=2.0) for k in range(3)),
    ]


def keep_run(data, name, *, config=TINY, steps=(0, 10), settings=QUICK):
    """A run's folder as train_vocoder.py leaves it."""
    folder = data / "runs" / name
    folder.mkdir(parents=True)
    for step in steps:
        state = {
            "average": random_network(config, seed=step + 1).state_dict(),
            "network_config": asdict(replace(config, passes=1 if step else 2)),
            "training_config": asdict(settings),
            "step": step,
            "cpu_s": 36.0 * step,
        }
        torch.save(state, folder / f"average-{step:06d}.pt")
    entry = {"step": 0, "steps": 40, "adversarial_from": None, "git_commit": "abc"}
    (folder / "history.jsonl").write_text(json.dumps(entry) + "\n")


def run(data, monkeypatch, *options):
    pytest.importorskip("pesq")
    pytest.importorskip("pystoi")
    results = data / "results.json"
    weights = data / "weights"
    weights.mkdir(exist_ok=True)
    fixed = ["--weights", str(weights), "--results", str(results), "--per-speaker", "1"]
    monkeypatch.setattr(sys, "argv", ["evaluate_vocoder.py", *fixed, *options])
    evaluate_vocoder.main()
    return json.loads(results.read_text())


def test_a_quick_evaluation_measures_every_baseline_on_every_split(data, monkeypatch):
    results = run(data, monkeypatch, "--quick")
    cells = {(cell["split"], cell["system"]) for cell in results["cells"]}
    systems = {"natural", "griffin_lim", "griffin_lim_8", "world"}
    assert {system for _, system in cells} == systems
    assert {split for split, _ in cells} == {
        "seen_speaker",
        "unseen_speaker",
        "unseen_language",
        "unseen",
    }
    assert results["settings"]["clips"] == 3


def test_an_evaluation_goes_on_where_it_was_stopped(data, monkeypatch):
    first = run(data, monkeypatch, "--quick", "--splits", "unseen_speaker")
    kept = (data / "evaluation" / "scores.jsonl").read_text()
    again = run(data, monkeypatch, "--quick", "--splits", "unseen_speaker")
    assert again["cells"] == first["cells"]
    assert (data / "evaluation" / "scores.jsonl").read_text() == kept


def test_a_missing_checkpoint_is_named(data, monkeypatch):
    with pytest.raises(FileNotFoundError, match="nobody"):
        run(data, monkeypatch, "--quick", "--names", "nobody")


@pytest.fixture
def quickly(monkeypatch):
    """Without the costly judges, and without taking times."""
    for name in ("has_opinion_models", "has_speaker_encoder"):
        monkeypatch.setattr(f"scripts.evaluation_session.{name}", lambda: False)
    monkeypatch.setattr("scripts.evaluate_vocoder.speeds_of", lambda session, systems: [])
    monkeypatch.setattr("synth.vocoder.evaluation.report.MIN_CARD_CLIPS", 1)


BRIEF = ("--predicted", "0", "--simulated", "0", "--pictures", "0")


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_runs_are_measured_beside_each_other_and_nothing_ships(data, monkeypatch, quickly):
    keep_run(data, "first")
    keep_run(data, "spk3")
    results = run(data, monkeypatch, "--run", "first=sd_a", "spk3", *BRIEF)
    measured = {row["system"] for row in results["systems"]}
    assert {"sd_a", "spk3", "griffin_lim"} <= measured
    assert {row["set"] for row in results["diversity_means"]} == {"own voice a"}  # the rest is few
    assert files(data / "weights") == []
    card = json.loads((data / "evaluation" / "staged" / "sd_a.json").read_text())
    assert card["training"]["steps"] == 10


def test_landing_ships_four_files_with_figures(data, monkeypatch, quickly):
    keep_run(data, "sd_a")
    run(data, monkeypatch, "--run", "sd_a", "--land", "--note", "A test.", *BRIEF)
    suffixes = ("json", "md", "safetensors", "training.json.gz")
    assert files(data / "weights") == [f"sd_a.{suffix}" for suffix in suffixes]
    card = json.loads((data / "weights" / "sd_a.json").read_text())
    assert card["metrics"]
    assert card["notes"][0] == "A test."
    assert (data / "weights" / "sd_a.md").read_text() == card_page(card)
    passes = [entry["passes"] for entry in card["training"]["inference_history"]]
    assert passes == [2, 1, NetworkConfig.passes]
    assert card["network"]["passes"] == NetworkConfig.passes


def test_a_checkpoint_without_figures_does_not_land(data, monkeypatch, quickly):
    keep_run(data, "sd_a")
    monkeypatch.setattr("synth.vocoder.evaluation.report.MIN_CARD_CLIPS", 99)
    with pytest.raises(ValueError, match="no figures yet"):
        run(data, monkeypatch, "--run", "sd_a", "--land", *BRIEF)
    assert files(data / "weights") == []


@pytest.mark.parametrize("option", ["--quick", "--kept-aside", "--no-cards"])
def test_only_a_whole_evaluation_lands(data, monkeypatch, option):
    with pytest.raises(SystemExit):
        run(data, monkeypatch, "--run", "sd_a", "--land", option)


def test_universal_is_measured_refined_and_untrained_and_its_card_says_so(
    data, monkeypatch, quickly
):
    keep_run(data, "universal")
    results = run(data, monkeypatch, "--run", "universal", *BRIEF)
    measured = {row["system"] for row in results["systems"]}
    assert {"universal_refined", "untrained", "untrained_trunk"} <= measured
    card = json.loads((data / "evaluation" / "staged" / "universal.json").read_text())
    assert card["refined"]["name"] == "universal_refined"
    assert card["refined"]["metrics"]


def test_a_curve_takes_every_kept_step_at_the_present_settings(data, monkeypatch, quickly):
    keep_run(data, "universal")
    results = run(data, monkeypatch, "--curve", "universal")
    assert {(p["step"], p["hours"]) for p in results["points"]} == {(0, 0.0), (10, 0.1)}
    assert results["inference"]["passes"] == NetworkConfig.passes
    assert (data / "vocoder-curve.png").exists()


def test_sheets_show_universal(data, monkeypatch, quickly):
    keep_run(data, "universal")
    pictures = data / "pictures"
    pictures.mkdir()
    options = ["--run", "universal", "--sheets", "--results", str(pictures)]
    monkeypatch.setattr(
        sys, "argv", ["evaluate_vocoder.py", "--weights", str(data / "weights"), *options]
    )
    evaluate_vocoder.main()
    assert files(pictures) == ["vocoder-pairs-1.png"]


def test_a_wide_checkpoint_is_refused_at_16_khz_and_measured_at_its_own_rate(
    data, monkeypatch, quickly
):
    held = corpus(voices(), rate_hz=24_000)
    store(voiced(held), data / "corpus-24000")
    keep_run(data, "wide", config=TINY_WIDE)
    with pytest.raises(SystemExit, match="24000 Hz and is not measured at 16000 Hz"):
        run(data, monkeypatch, "--run", "wide", *BRIEF)
    results = run(data, monkeypatch, "--run", "wide", "--rate", "24000", *BRIEF)
    shown = next(c for c in results["cells"] if c["system"] == "wide")["metrics"]
    assert {"pesq_wb", "mr_stft", "log_mel_l1", "periodicity_rmse"} <= set(shown)
    assert {"untrained", "wide_refined"} <= {row["system"] for row in results["systems"]}
