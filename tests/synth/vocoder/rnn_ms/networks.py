"""Small RNN_MS networks the tests share."""

from dataclasses import replace

import torch

from synth.audio.mel import NARROW
from synth.vocoder.rnn_ms.config import RnnMsConfig
from synth.vocoder.rnn_ms.network import RnnMs

TINY = RnnMsConfig(
    front_end=NARROW, conditioning=4, hidden=12, affine=16, bits=5, gains=(0.4, 1.0, 1.4, 1.0)
)
ONE_BAND = replace(TINY, gains=(1.0,))


def network_of(config=TINY, *, seed=1):
    torch.manual_seed(seed)
    return RnnMs(config).eval()
