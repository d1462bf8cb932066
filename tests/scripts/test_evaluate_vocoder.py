"""The evaluation command on a corpus of a few voices, without a checkpoint."""

import json
import sys

import pytest

from scripts import evaluate_vocoder
from synth.datasets.prepared import MANIFEST, SAMPLES
from tests.synth.vocoder.evaluation.observed import record, voices_of


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder whose corpus holds a trained voice, a new one, and a new language."""
    utterances = [
        record("a", 0, split="train", language="fr"),
        *(record("a", k, split="test", language="fr", duration_s=2.0) for k in range(1, 4)),
        *(record("b", k, language="fr", duration_s=2.0) for k in range(3)),
        *(record("c", k, language="it", duration_s=2.0) for k in range(3)),
    ]
    corpus = voices_of(utterances)
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / MANIFEST).write_text("".join(u.to_json() + "\n" for u in utterances))
    (folder / SAMPLES).write_bytes(corpus.samples.astype("<i2").tobytes())
    monkeypatch.setenv("EARSHOT_DATA", str(tmp_path))
    return tmp_path


def run(data, monkeypatch, *options):
    pytest.importorskip("pesq")
    pytest.importorskip("pystoi")
    results = data / "results.json"
    fixed = ["--weights", str(data), "--results", str(results), "--per-speaker", "1"]
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
