"""The network and its prior: shapes, reach, the untrained control."""

import pytest
import torch

from synth.audio.mel import HOP, istft, log_mel_batch, mel_of_magnitude, stft
from synth.vocoder.config import NETWORKS, network_config
from synth.vocoder.network import VocoderNetwork, apply_filter, n_parameters
from synth.vocoder.prior import guess, peak_phase, phase_advance

from .signals import TINY, random_network, voice


@pytest.fixture(scope="module")
def mels():
    return log_mel_batch(torch.from_numpy(voice(8000))[None])


@pytest.mark.parametrize("n_frames", [9, 26, 33])
def test_a_mel_becomes_a_hop_of_samples_per_frame_step(n_frames):
    output = random_network()(torch.full((2, n_frames, 100), -5.0))
    assert output.shape == (2, (n_frames - 1) * HOP)


def test_an_untrained_network_is_its_prior(mels):
    network = VocoderNetwork(TINY)
    prior = network.prior(mels)
    assert torch.equal(network(mels), istft(prior.spectra, (mels.shape[1] - 1) * HOP))


def test_a_zero_filter_leaves_the_prior_and_minus_one_silences_it(mels):
    prior = VocoderNetwork(TINY).prior(mels)
    filters = torch.zeros(1, 2, *prior.spectra.shape[1:])
    assert torch.equal(apply_filter(prior, filters), prior.spectra)
    filters[:, 0] = -1.0
    assert float(apply_filter(prior, filters).abs().max()) == 0.0


def test_the_prior_has_the_mel_it_came_from(mels):
    prior = guess(mels, nnls_updates=50, iterations=2)
    assert float((mel_of_magnitude(prior.spectra.abs()) - mels).abs().mean()) < 0.05


def test_a_steady_tone_advances_by_its_frequency():
    tone = torch.cos(2 * torch.pi * 1010.0 * torch.arange(8000) / 16_000)[None]
    magnitude = stft(tone).abs()
    phasors = peak_phase(magnitude)
    peak = int(magnitude[0, :, 25].argmax())
    measured = phase_advance(phasors)[0, peak, 25].angle()
    true = phase_advance(stft(tone) / magnitude)[0, peak, 25].angle()
    assert float((measured - true).abs()) < 0.05


def test_a_tone_s_phases_need_no_iterations():
    tone = torch.cos(2 * torch.pi * 1010.0 * torch.arange(8000) / 16_000)[None]
    magnitude = stft(tone).abs()
    again = stft(istft(magnitude * peak_phase(magnitude), 8000)).abs()
    inner = slice(5, -5)
    error = (again - magnitude)[..., inner].norm() / magnitude[..., inner].norm()
    assert float(error) < 0.05


def test_frames_beyond_the_reach_change_nothing():
    network = random_network()
    reach = network.reach_frames
    first = torch.full((1, 2 * reach + 20, 100), -5.0)
    second = first.clone()
    second[:, reach + 10 :] = 0.5
    kept = 9 * HOP
    assert torch.equal(network(first)[:, :kept], network(second)[:, :kept])
    assert not torch.equal(network(first), network(second))


def test_presets_differ_in_size():
    sizes = {name: n_parameters(VocoderNetwork(config)) for name, config in NETWORKS.items()}
    assert sizes["small"] < sizes["large"] < 5_000_000


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="small, large"):
        network_config("huge", prior_iterations=8)
