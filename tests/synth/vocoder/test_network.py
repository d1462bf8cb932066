"""The network: shapes, reach, mel matching, the untrained control."""

import pytest
import torch

from synth.audio.mel import HOP, log_mel_batch, mel_of_magnitude, stft
from synth.vocoder.config import NETWORKS, network_config
from synth.vocoder.network import MelMatcher, Place, VocoderNetwork, n_parameters
from synth.vocoder.source import Voice

from .signals import TINY, random_network, voice


@pytest.fixture(scope="module")
def mels():
    return log_mel_batch(torch.from_numpy(voice(8000))[None])


@pytest.mark.parametrize("n_frames", [9, 26, 33])
def test_a_mel_becomes_a_hop_of_samples_per_frame_step(n_frames):
    output = random_network()(torch.full((2, n_frames, 100), -5.0))
    assert output.shape == (2, (n_frames - 1) * HOP)


@torch.no_grad()
def test_every_untrained_filter_is_the_same(mels):
    """The last layer starts at zero: what lies before it plays no part."""
    first, second = VocoderNetwork(TINY), VocoderNetwork(TINY)
    second.pitch.load_state_dict(first.pitch.state_dict())
    assert torch.equal(first(mels), second(mels))


@torch.no_grad()
def test_matching_brings_the_mel_to_the_one_wanted(mels):
    matcher = MelMatcher(TINY.mel)
    spectra = stft(torch.randn(1, 8000, generator=torch.Generator().manual_seed(0)))
    errors = []
    for updates in (0, 1, 3, 10):
        matched = matcher(spectra, mels.exp(), updates=updates)
        errors.append(float((mel_of_magnitude(matched.abs()) - mels).abs().mean()))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1


@torch.no_grad()
def test_matching_keeps_the_phases(mels):
    spectra = stft(torch.from_numpy(voice(8000, hz=200.0))[None])
    matched = MelMatcher(TINY.mel)(spectra, mels.exp(), updates=2)
    loud = spectra.abs() > 0.1
    assert float((matched / spectra)[loud].imag.abs().max()) < 1e-3


@torch.no_grad()
def test_passes_bring_the_signal_s_own_mel_closer(mels):
    network = VocoderNetwork(TINY)
    voice_at_140_hz = Voice(torch.full((1, 8000), 140.0), torch.ones(1, 8000))
    shaped = network.shape(mels, network.sources(voice_at_140_hz, Place()))
    first, last = (
        float((log_mel_batch(signal) - mels).abs().mean())
        for signal in (shaped.first, shaped.signals)
    )
    assert last < 0.9 * first


@torch.no_grad()
def test_frames_beyond_the_reach_change_nothing():
    network = random_network()
    reach = network.reach_frames
    first = torch.full((1, 2 * reach + 20, 100), -5.0)
    second = first.clone()
    second[:, reach + 10 :] = 0.5
    kept = 9 * HOP
    assert torch.allclose(network(first)[:, :kept], network(second)[:, :kept], atol=1e-6)
    assert not torch.allclose(network(first), network(second), atol=1e-3)


@torch.no_grad()
def test_the_wide_front_end_has_its_own_hop():
    config = network_config("wide")
    output = VocoderNetwork(config)(torch.full((1, 12, 100), -5.0))
    assert output.shape == (1, 11 * 240)


def test_presets_differ_in_size():
    sizes = {name: n_parameters(VocoderNetwork(config)) for name, config in NETWORKS.items()}
    assert sizes["small"] < 4_000_000 < sizes["large"]
    assert sizes["small"] < sizes["wide"] < sizes["large_wide"]


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="small, large"):
        network_config("huge")
