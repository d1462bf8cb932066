"""Which utterances may be trained on: one deterministic split for every network.

Prompts are hashed, not drawn, so that adding a corpus never moves an utterance
and a text a speaker reads twice stays on one side.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

TRAIN, VALIDATION, TEST, UNSEEN = "train", "validation", "test", "unseen"
CONDITION = "condition"  # recorded in a condition that is never trained on; the voice may be known
HEARD = "heard"  # would be unseen, but the voice is heard in another package: counts as neither
SPLITS = (TRAIN, VALIDATION, TEST, UNSEEN, CONDITION, HEARD)
SPLIT_NAME = "earshot-1"
TEST_PERCENT = 5
VALIDATION_PERCENT = 5

UNSEEN_SPEAKERS = frozenset(
    {
        "june",
        "carlo",
        "librivox_austen",
        "tux_ru",
        "tux_en_gb",
        "ktuberling_en",
        "qabcs_en",
        "cmu_cards",
    }
)
UNSEEN_LANGUAGES = frozenset(
    {
        "ar",
        "da",
        "el",
        "ga",
        "he",
        "hu",
        "it",
        "ja",
        "ko",
        "lt",
        "nb",
        "nn",
        "sr",
        "sv",
        "tn",
        "uk",
        "wa",
    }
)
UNSEEN_CONDITIONS = frozenset({"telephone", "gsm", "low-rate-11k", "sung", "processed"})
# Above the threshold of scripts/check_speakers.py: like hedgewars_en, like klettres_pt_br.
HEARD_SPEAKERS = frozenset({"hedgewars_uk", "klettres_tn"})


def normalize_prompt(prompt: str) -> str:
    """The prompt as letters and digits: case, accents' encoding and punctuation gone."""
    folded = unicodedata.normalize("NFKC", prompt).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def prompt_bucket(speaker: str, prompt: str) -> int:
    """A number in 0..99 that speaker and prompt alone decide."""
    key = f"{SPLIT_NAME}|{speaker}|{normalize_prompt(prompt)}"
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 100


def split_of(*, speaker: str, language: str, prompt: str, condition: str = "clean") -> str:
    """One of ``SPLITS``.

    Args:
        speaker, language: codes as the readers give them.
        prompt: the text where it is known, else the prompt's name.
        condition: how the recording sounds, as the readers give it.
    Returns: ``condition`` for recording conditions, ``unseen`` for speakers and languages
        that are never trained on (``heard`` where the voice is), else about 5 % ``test``
        and 5 % ``validation`` of each speaker's prompts.
    """
    bucket = prompt_bucket(speaker, prompt)
    return split_of_bucket(speaker=speaker, language=language, bucket=bucket, condition=condition)


def split_of_bucket(*, speaker: str, language: str, bucket: int, condition: str = "clean") -> str:
    """The same, of a prompt that is known by its ``prompt_bucket`` alone."""
    if condition in UNSEEN_CONDITIONS:
        return CONDITION
    if speaker in HEARD_SPEAKERS:
        return HEARD
    if speaker in UNSEEN_SPEAKERS or language in UNSEEN_LANGUAGES:
        return UNSEEN
    if bucket < TEST_PERCENT:
        return TEST
    return VALIDATION if bucket < TEST_PERCENT + VALIDATION_PERCENT else TRAIN
