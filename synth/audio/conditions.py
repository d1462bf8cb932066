"""How the input sounds: the conditions a study can ask about, and the ones done to a recording.

A condition is *real*, a property of the recording (spoken over a telephone, shouted), or
*simulated*, something done to it here (noise added). The reference is the recording in that same
condition, and every system starts from it, as in the study of universal vocoders that the
conditions follow (Lorenzo-Trueba et al. 2019, "Towards achieving robust universal neural
vocoding", Interspeech).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from synth.errors import SynthError

CLEAN = "clean"
CLIPPED = "clipped"  # of a recording that is to be heard as it is, flat peaks and all


class Kind(StrEnum):
    """Where a condition comes from."""

    REAL = "real"
    SIMULATED = "simulated"
    NOT_TESTED = "not tested"


class NoiseName(StrEnum):
    """What is added where a condition asks for noise."""

    BABBLE = "babble"
    SHAPED = "shaped"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Condition:
    """One condition as a researcher chooses it.

    Attributes:
        code: what is stored and exported.
        title: what the researcher reads, and `description` what it means, with its figures.
        factor: of a real condition, what of the utterance says so: "condition" or "style" (or
            "language" of one that is not tested).
        params: of a simulated condition, what `simulation.simulate` takes; "process" names what
            is done.
    """

    code: str
    title: str
    kind: Kind
    description: str
    factor: str = "condition"
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_simulated(self) -> bool:
        """True if it is done to a recording here."""
        return self.kind is Kind.SIMULATED

    @property
    def needs_noise_folder(self) -> bool:
        """True if it takes its noise from a folder of the researcher's."""
        return self.params.get("noise") == NoiseName.RECORDED


def condition(code: str) -> Condition:
    """The condition of that code. Raises SynthError "condition_unknown"."""
    if code not in CONDITIONS:
        simulated = ", ".join(one.code for one in CONDITIONS.values() if one.is_simulated)
        raise SynthError(
            f"There is no condition {code!r}; simulated ones are {simulated}.",
            code="condition_unknown",
            field="condition",
        )
    return CONDITIONS[code]


def simulated_condition(code: str) -> Condition:
    """The condition of that code, if it can be simulated.

    Raises: SynthError "condition_unknown" or "condition_not_simulated".
    """
    found = condition(code)
    if not found.is_simulated:
        raise SynthError(
            f"{found.title} is no simulated condition ({found.kind}): it is a property of "
            f"recordings. Choose recordings by their {found.factor} instead.",
            code="condition_not_simulated",
            field="condition",
        )
    return found


def _noise_of(name: NoiseName, snr_db: int) -> Condition:
    code, title, description = _NOISES[name]
    return Condition(
        f"{code}_{snr_db}db",
        f"{title}, {snr_db} dB",
        Kind.SIMULATED,
        f"{description} Signal-to-noise ratio {snr_db} dB: active speech level (ITU-T P.56) over "
        "mean noise power.",
        params={"process": "noise", "snr_db": snr_db, "noise": name.value},
    )


_NOISES = {
    NoiseName.BABBLE: (
        "babble",
        "Babble",
        "Six streams of other people's recordings at once (from the demo corpus, never the "
        "speaker's own).",
    ),
    NoiseName.RECORDED: (
        "noise",
        "Recorded noise",
        "A recording drawn from the folder that EARSHOT_NOISES names.",
    ),
    NoiseName.SHAPED: (
        "shaped_noise",
        "Speech-shaped noise (synthetic)",
        "Steady Gaussian noise with the recording's own long-term spectrum; synthetic, not "
        "recorded.",
    ),
}


def _room_of(rt60_ms: int) -> Condition:
    return Condition(
        f"reverberation_{rt60_ms}ms",
        f"Reverberation, {rt60_ms / 1000:g} s",
        Kind.SIMULATED,
        "A simulated living room by the image-source method, decaying by 60 dB in "
        f"{rt60_ms / 1000:g} s (T30), microphone 1.5 m away.",
        params={"process": "reverberation", "rt60_s": rt60_ms / 1000},
    )


_SIMULATED = (
    *(_noise_of(name, snr_db) for name in NoiseName for snr_db in (20, 10, 5)),
    _room_of(300),
    _room_of(600),
    Condition(
        "babble_10db_reverberation_600ms",
        "Reverberation 0.6 s and babble 10 dB",
        Kind.SIMULATED,
        "The simulated room of 0.6 s, then babble 10 dB under the reverberant speech.",
        params={
            "process": "noise_and_reverberation",
            "rt60_s": 0.6,
            "snr_db": 10,
            "noise": NoiseName.BABBLE.value,
        },
    ),
    Condition(
        "telephone_mu_law",
        "Telephone line (simulated)",
        Kind.SIMULATED,
        "300 to 3400 Hz and G.711 mu-law at 8 kHz.",
        params={"process": "telephone"},
    ),
    Condition(
        "whisperized",
        "Whisperized",
        Kind.SIMULATED,
        "The voice replaced by noise under the same spectral envelope: no voicing is left. Not a "
        "recorded whisper.",
        params={"process": "whisper"},
    ),
    Condition(
        "clipping_5pct",
        "Clipped, 5 % of samples",
        Kind.SIMULATED,
        "The loudest 5 % of all samples held at the level where they begin.",
        params={"process": "clipping", "share": 0.05},
    ),
)

_REAL = (
    Condition(CLEAN, "Clean", Kind.REAL, "Recorded without a fault worth naming."),
    Condition(
        "telephone", "Telephone", Kind.REAL, "Recorded or published at 8 kHz, for telephones."
    ),
    Condition("gsm", "GSM", Kind.REAL, "Published as GSM full rate, 8 kHz."),
    Condition(
        "low-rate-11k", "Low rate, 11 kHz", Kind.REAL, "Published at 11 kHz and 16 kbit/s (MP3)."
    ),
    Condition("sung", "Sung", Kind.REAL, "Singing."),
    Condition("processed", "Processed", Kind.REAL, "A voice with an effect on it, as a robot's."),
    Condition(CLIPPED, "Clipped", Kind.REAL, "Recorded too loud; peaks are flat."),
    Condition("acted", "Acted", Kind.REAL, "Actors playing a part.", factor="style"),
    Condition("shouted", "Shouted", Kind.REAL, "Calls and shouts of a game.", factor="style"),
)

_NO_DATA = (
    "Not tested: no free recordings were found. Load a corpus of your own whose recordings "
    "have the {factor} {code!r}, and choose them in a scenario."
)


def _not_tested(factor: str, code: str, title: str) -> Condition:
    words = _NO_DATA.format(factor=factor, code=code)
    return Condition(code, title, Kind.NOT_TESTED, words, factor=factor)


_NOT_TESTED = (
    _not_tested("style", "breathy", "Breathy"),
    _not_tested("style", "pressed", "Pressed"),
    _not_tested("style", "whispered", "Whispered (recorded)"),
    _not_tested("language", "am", "Amharic"),
    _not_tested("language", "sw", "Swahili"),
    _not_tested("language", "wo", "Wolof"),
)

CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {one.code: one for one in (*_REAL, *_SIMULATED, *_NOT_TESTED)}
)
