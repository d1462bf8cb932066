"""Mu-law companding: samples to classes and back."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def compand(samples: Tensor, classes: int) -> Tensor:
    """Classes 0..classes - 1 (int64) of samples in -1..1; what lies beyond is clipped.

    Source: ITU-T G.711's continuous law with mu = classes - 1, rounded to the nearest level.
    Zero becomes class ``classes // 2``.
    """
    mu = classes - 1
    clipped = samples.clamp(-1.0, 1.0)
    curved = clipped.sign() * (mu * clipped.abs()).log1p() / math.log1p(mu)
    return (curved * (classes // 2)).round().add(classes // 2).clamp(0, mu).long()


def expand(companded: Tensor, classes: int) -> Tensor:
    """Samples (float32) in -1..1 in the middle of each class."""
    mu = classes - 1
    curved = (companded.float() - classes // 2) / (classes // 2)
    return curved.sign() * torch.expm1(curved.abs() * math.log1p(mu)) / mu
