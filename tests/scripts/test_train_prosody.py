"""The acoustic networks' training script: what it writes, when it ends, what becomes of it."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from scripts import make_prosody_checkpoint, train_prosody
from scripts.make_checkpoint import kept_weights
from scripts.train_prosody import Limits, Run
from synth.align.store import StoredAlignment, write_alignments
from synth.datasets.prepared import PreparedCorpus
from synth.prosody.card import acoustic_card, write_model
from synth.prosody.infer import AcousticModel
from synth.prosody.inventory import HEARD
from synth.prosody.train import Trainer, new_network, resume_training
from synth.recognize.checkpoint import write_recognizer
from synth.recognize.decoding import Loop
from synth.recognize.network import RecognizerConfig, RecognizerNetwork
from synth.recognize.recognizer import Recognizer
from tests.synth.prosody.made_voice import (
    QUICK,
    a_sentence,
    as_heard,
    tiny,
    write_made_voice,
)

FOREVER = float("inf")


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No signal handlers, no vocoder, a log every second step."""
    monkeypatch.setattr(train_prosody, "ask_to_stop", list)
    monkeypatch.setattr(train_prosody, "universal", lambda: None)
    monkeypatch.setattr(train_prosody, "LOG_EVERY", 2)


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    return write_made_voice(tmp_path_factory.mktemp("voice"), n_sentences=3)


def run_of(voice, folder, *, variant="agg", steps=4, minutes=FOREVER):
    config = replace(QUICK, steps=steps)
    trainer = Trainer(new_network(tiny(variant), voice.inventory, seed=1), config, voice)
    return Run(trainer, folder, Limits(steps, minutes, FOREVER))


@pytest.mark.parametrize("variant", ["agg", "base", "sec_att"])
def test_a_run_ends_at_its_last_step_and_measures_itself(voice, tmp_path, variant):
    run_of(voice, tmp_path, variant=variant).train()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert resume_training(tmp_path / "state.pt", voice).step == 4
    assert [line["step"] for line in lines] == [0, 2, 4, 4]
    assert {"validation_mean_l1", "validation_texture"} <= set(lines[-1])
    assert ("validation_log_duration_r" in lines[-1]) == (variant != "agg")


def test_a_run_ends_when_its_minutes_are_over(voice, tmp_path):
    run_of(voice, tmp_path, minutes=-1.0).train()
    assert resume_training(tmp_path / "state.pt", voice).step == 0


def test_what_a_run_kept_becomes_a_checkpoint_that_speaks(voice, tmp_path):
    run = run_of(voice, tmp_path)
    run.train()
    kept = kept_weights(tmp_path)
    network = make_prosody_checkpoint.network_of(kept)
    stem = tmp_path / "model"
    write_model(stem, network, acoustic_card(network, voice.speaker, {"steps": kept.step}))
    sentence = a_sentence(50)[0]
    expected = run.model.mel(sentence.symbols, sentence.prosody)
    found = AcousticModel.load(stem).mel(sentence.symbols, sentence.prosody)
    assert abs(found - expected).mean() < 0.01
    assert kept.step == 4
    assert all(torch.isfinite(one).all() for one in network.parameters())


def test_a_voice_is_cut_by_the_alignments_of_its_own_chain(tmp_path):
    everybody = StoredAlignment(
        "ab" * 32, "cs_fish_big", "cs", "ipa", ("pau", "a"), (5, 9), (0.0, 0.0), 0.0, 0.0, True, "",
        False,
    )  # fmt: skip
    own = replace(everybody, durations=(7, 7), voice="cs_fish_big")
    write_alignments(tmp_path / "alignments.jsonl.gz", [own, everybody])
    record = SimpleNamespace(utterance=SimpleNamespace(sha256=everybody.sha256))

    cut = train_prosody.cutter_of("cs_fish_big", tmp_path / "alignments.jsonl.gz")(record, 14)

    assert cut is not None
    assert cut[1].tolist() == [7, 7]


def test_a_network_that_hears_learns_from_what_its_recognizer_heard(tmp_path, monkeypatch):
    recognizer = Recognizer(
        RecognizerNetwork(RecognizerConfig(width=16, depth=1, recurrent=8, layers=1, dropout=0.0)),
        np.zeros(45, np.float32),
        Loop(np.zeros((45, 45), np.float32)),
    )
    write_recognizer(recognizer, tmp_path / "recognizer", {})
    heard, asked = [], arguments_of(tmp_path)

    def prepare(corpus, records, ear):
        heard.append(ear.version)
        made = [a_sentence(seed) for seed in range(2)]
        samples = {spoken.origin.code: signal for spoken, signal in made}
        return [as_heard(one) for one, _ in made], lambda one: samples[one.origin.code]

    monkeypatch.setattr(train_prosody, "hear_voice", prepare)
    monkeypatch.setattr(PreparedCorpus, "open", lambda _: SimpleNamespace(utterances=()))
    monkeypatch.setattr(train_prosody, "read_records", lambda *_: [])
    monkeypatch.setattr(train_prosody, "network_config", lambda preset, variant: tiny(variant))
    trainer = train_prosody.trainer_of(asked, tmp_path)
    version = trainer.network.config.recognizer

    assert heard == [version]
    assert trainer.voice.inventory == HEARD
    assert trainer.network.config.variant == "agg_textless"
    assert (tmp_path / f"ru_nsh_heard_{version}").is_dir()
    assert np.isfinite(trainer.train_step()["mean"])
    with pytest.raises(SystemExit, match="the network hears by other"):
        train_prosody.known_recognizer(tmp_path / "recognizer", "other")


def arguments_of(folder):
    line = ["x", "textless", "--variant", "agg_textless", "--voices", str(folder)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", [*line, "--recognizer", str(folder / "recognizer")])
        return train_prosody.parse_arguments()
