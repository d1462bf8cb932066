"""Clips, corpora and observations with known scores."""

import hashlib
from dataclasses import replace

import numpy as np

from synth.datasets.prepared import PreparedCorpus
from synth.datasets.records import RATE_HZ
from synth.vocoder.evaluation.clips import Clip
from synth.vocoder.evaluation.scoring import Case, Row
from synth.vocoder.evaluation.summary import Observation

from ..signals import utterance, voice


def clip(name, *, speaker="june", language="fr", duration_s=3.0, bandwidth_hz=8000.0, **other):
    return Clip(
        key=name,
        indices=(0,),
        speaker=speaker,
        language=language,
        condition=other.get("condition", "clean"),
        duration_s=duration_s,
        bandwidth_hz=bandwidth_hz,
        aside=False,
    )


def observation(of, system, given="true", **scores):
    row = Row(
        clip=of.key,
        condition=of.condition,
        input=given,
        system=system,
        version="1",
        measuring="m",
        parts=(),
        scores=scores,
        duration_s=of.duration_s,
        cpu_s=0.3,
        wall_s=0.6,
    )
    return Observation(Case(of, of.condition, input=given), row)


def record(speaker, index, *, duration_s=3.0, split="unseen", **changes):
    plain = utterance(speaker, index, duration_s=duration_s, split=split)
    named = {"sha256": hashlib.sha256(f"{speaker}{index}".encode()).hexdigest()}
    return replace(plain, **(named | changes))


def voices_of(utterances):
    """A prepared corpus in which every utterance is a voice of its own pitch."""
    signals = [
        voice(round(u.duration_s * RATE_HZ), hz=110 + 17 * k, seed=k)
        for k, u in enumerate(utterances)
    ]
    samples = (np.concatenate(signals) * 32767).clip(-32768, 32767).astype(np.int16)
    offsets = np.concatenate([[0], np.cumsum([len(x) for x in signals])]).astype(np.int64)
    return PreparedCorpus(tuple(utterances), offsets, samples)
