"""Presets, and configurations that a card stores."""

import json
from dataclasses import asdict, replace

import pytest

from synth.vocoder.rnn_ms.config import RNN_MS, rnn_ms_config, stored_rnn_ms_config
from synth.vocoder.rnn_ms.network import RnnMs


def test_the_paper_preset_has_the_papers_size():
    network = RnnMs(rnn_ms_config("paper"))
    assert sum(parameter.numel() for parameter in network.parameters()) == 8_280_320


def test_the_paper_preset_has_the_front_end_of_its_siblings():
    front_end = rnn_ms_config("paper").front_end
    assert front_end.window / front_end.rate_hz == 0.05
    assert front_end.hop / front_end.rate_hz == 0.0125
    assert (front_end.rate_hz, front_end.n_mels) == (24_000, 80)


@pytest.mark.parametrize("preset", sorted(RNN_MS))
def test_a_configuration_survives_its_card(preset):
    config = rnn_ms_config(preset)
    assert stored_rnn_ms_config(json.loads(json.dumps(asdict(config)))) == config


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="huge"):
        rnn_ms_config("huge")


def test_bands_that_do_not_divide_the_hop_are_refused():
    with pytest.raises(ValueError, match="160"):
        replace(rnn_ms_config("lite"), gains=(1.0, 1.0, 1.0))
