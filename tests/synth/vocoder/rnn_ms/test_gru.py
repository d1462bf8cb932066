"""The recurrent layer equals PyTorch's, forward and backward."""

import pytest
import torch

from synth.vocoder.rnn_ms.gru import run_gru, run_library_gru

N_STEPS, BATCH, WIDTH = 9, 3, 5


@pytest.fixture
def peer():
    """PyTorch's layer, reading its gates straight from the input."""
    torch.manual_seed(2)
    layer = torch.nn.GRU(3 * WIDTH, WIDTH)
    torch.nn.init.eye_(layer.weight_ih_l0)
    torch.nn.init.zeros_(layer.bias_ih_l0)
    return layer


def test_states_and_gradients_are_those_of_the_peer(peer):
    gates, direction = torch.randn(N_STEPS, BATCH, 3 * WIDTH), torch.randn(N_STEPS, BATCH, WIDTH)
    theirs = gates.clone().requires_grad_()
    expected, _ = peer(theirs)
    (expected * direction).sum().backward()
    ours = gates.clone().requires_grad_()
    weight = peer.weight_hh_l0.detach().clone().requires_grad_()
    bias = peer.bias_hh_l0.detach().clone().requires_grad_()
    states = run_gru(ours, weight, bias)
    (states * direction).sum().backward()
    for one, other in (
        (states, expected),
        (ours.grad, theirs.grad),
        (weight.grad, peer.weight_hh_l0.grad),
        (bias.grad, peer.bias_hh_l0.grad),
    ):
        assert torch.allclose(one, other, atol=1e-5)


def test_half_precision_products_stay_close(peer):
    gates = torch.randn(N_STEPS, BATCH, 3 * WIDTH)
    weight, bias = peer.weight_hh_l0.detach(), peer.bias_hh_l0.detach()
    exact = run_gru(gates, weight, bias)
    rough = run_gru(gates, weight, bias, product_type=torch.bfloat16)
    assert 0 < float((exact - rough).abs().max()) < 0.02


def test_the_way_taken_on_a_gpu_gives_the_same_states(peer):
    gates = torch.randn(N_STEPS, BATCH, 3 * WIDTH)
    weight, bias = peer.weight_hh_l0.detach(), peer.bias_hh_l0.detach()
    expected = run_gru(gates, weight, bias)
    assert torch.allclose(run_library_gru(gates, weight, bias), expected, atol=1e-5)
