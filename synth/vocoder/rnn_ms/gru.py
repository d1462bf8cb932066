"""A gated recurrent layer whose input gates are given, with a backward pass of its own.

PyTorch's layer keeps a graph of every step. Here all that does not depend on the step before is
done for all steps in one product, so that a training step costs little more than its matrix
products.

Axes: N steps, B batch, F hidden width; gates are reset, update, new, side by side.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class GivenGates(torch.autograd.Function):
    """Hidden states (N, B, F) for gates (N, B, 3F) from a zero state.

    The equations are those of ``torch.nn.GRU``. Operands of products have ``product_type``,
    states are kept in single precision. Steps are taken one by one, as a step's values fit
    into the processor's cache and those of all steps do not.
    """

    @staticmethod
    def forward(
        ctx: Any, gates: Tensor, weight: Tensor, bias: Tensor, product_type: torch.dtype
    ) -> Tensor:
        n_steps, batch, _ = gates.shape
        width = weight.shape[1]
        turned = weight.t().to(product_type)
        states = gates.new_zeros(n_steps + 1, batch, width)
        opened = gates.new_empty(n_steps, batch, 2 * width)
        inner = gates.new_empty(n_steps, batch, width)
        fresh = gates.new_empty(n_steps, batch, width)
        for n, before in enumerate(states[:-1]):
            hidden = torch.mm(before.to(product_type), turned).float().add_(bias)
            torch.sigmoid(hidden[:, : 2 * width].add_(gates[n, :, : 2 * width]), out=opened[n])
            reset, update = opened[n].chunk(2, dim=1)
            inner[n] = hidden[:, 2 * width :]
            torch.addcmul(gates[n, :, 2 * width :], reset, inner[n], out=fresh[n]).tanh_()
            torch.lerp(fresh[n], before, update, out=states[n + 1])
        ctx.save_for_backward(weight, states, opened, inner, fresh)
        ctx.product_type = product_type
        return states[1:]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        weight, states, opened, inner, fresh = ctx.saved_tensors
        (given,) = gradients
        n_steps, batch, width = given.shape
        to_gates = given.new_empty(n_steps, batch, 3 * width)
        products = weight.to(ctx.product_type)
        hidden = products.new_empty(n_steps, batch, 3 * width)
        carried = torch.zeros_like(given[0])
        for n in range(n_steps - 1, -1, -1):
            reset, update = opened[n].chunk(2, dim=1)
            to_reset, to_update, to_new = to_gates[n].chunk(3, dim=1)
            carried = carried.add_(given[n])
            kept = carried * update
            torch.mul(carried - kept, 1.0 - fresh[n].square(), out=to_new)
            torch.mul(to_new * inner[n], reset * (1.0 - reset), out=to_reset)
            torch.mul(kept * (1.0 - update), states[n] - fresh[n], out=to_update)
            hidden[n, :, : 2 * width] = to_gates[n, :, : 2 * width]
            hidden[n, :, 2 * width :] = to_new * reset
            carried = kept.add_(torch.mm(hidden[n], products))
        flat = hidden.view(-1, 3 * width)
        befores = states[:-1].reshape(-1, width).to(ctx.product_type)
        to_weight = torch.mm(flat.t(), befores).float()
        return to_gates, to_weight, flat.sum(0, dtype=torch.float32), None


def run_gru(
    gates: Tensor, weight: Tensor, bias: Tensor, *, product_type: torch.dtype = torch.float32
) -> Tensor:
    """Hidden states (N, B, F) after each step.

    Args:
        gates: (N, B, 3F) contributions of the input, its bias included.
        weight, bias: (3F, F) and (3F,) of the hidden state, as ``torch.nn.GRUCell`` has them.
        product_type: of the operands of matrix products on a CPU.
    """
    if gates.is_cuda:
        return run_library_gru(gates, weight, bias)
    states: Tensor = GivenGates.apply(gates, weight, bias, product_type)
    return states


def run_library_gru(gates: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The same from the library's layer, to which the gates are an input of unit weights.

    On a GPU one call for all steps outweighs the additional product.
    """
    unit = torch.eye(gates.shape[2], dtype=gates.dtype, device=gates.device)
    start = gates.new_zeros(1, gates.shape[1], weight.shape[1])
    weights = [unit, weight, torch.zeros_like(bias), bias]
    states, _ = torch.gru(gates, start, weights, True, 1, 0.0, True, False, False)
    return states
