"""A target voice at work: another's recording said with its melody and timing, or a text alone.

Axes: N samples at 16 kHz, P phonemes, T frames of 10 ms, M mel bands.
What each variant of a voice's networks is given (models are loaded once, by name): ``agg`` and
``agg_vae`` the prosody measured at every phoneme of the recording, ``agg_textless`` at every sound
that a recognizer hears in it, ``sec_att`` the recording's frames, ``base`` nothing but the text.
All but the last keep the recording's statistics out: they are its own, shrunk to the population's
where it is short (``speaker_statistics``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path

import numpy as np

from synth.align.alignment import Aligner, Alignment
from synth.audio.mel import RATE_HZ, FloatArray
from synth.errors import SynthError

from ..recognize.recognizer import Recognizer
from ..text.phonemes import Phonemes, phonemes_of
from .config import BASE, SEC_ATT
from .features import Prosody
from .infer import AcousticModel, Mel
from .population import Population
from .speaker_statistics import SpeakerStatistics, map_prosody, statistics_of
from .spoken import Origin, Spoken, spoken_as_heard, spoken_of

LONGEST_S = 30.0
SHORTEST_S = 0.3


SOMEBODY = Origin(code="", speaker="", part="")


def without_recognizer() -> Recognizer:
    """What a voice asks that has none.

    Raises:
        SynthError: "checkpoint_missing".
    """
    message = "No recognizer is installed; without one a recording needs its text."
    raise SynthError(message, code="checkpoint_missing")


@dataclass(frozen=True, eq=False)
class Line:
    """What is to be said: a recording (N,) at 16 kHz and its text. Some networks need but one.

    ``language``: of the text.
    """

    samples: FloatArray
    text: str
    language: str


@dataclass(eq=False)
class SpeakingVoice:
    """The networks of one target voice, ready to speak.

    Attributes:
        folder: where its checkpoints lie, as NAME.safetensors and NAME.json.
        language, phone_set: what it speaks, and the phones that its networks know.
        aligner: finds the phonemes of a recording; asked for when first needed.
        recognizer: hears what is said in one without a text; likewise.
    """

    folder: Path
    _: KW_ONLY
    language: str
    phone_set: str
    aligner: Callable[[], Aligner]
    recognizer: Callable[[], Recognizer] = without_recognizer
    device: str = "cpu"
    _models: dict[str, AcousticModel] = field(default_factory=dict, init=False)

    def say(self, line: Line, network: str, *, flat: bool = False) -> Mel:
        """The log-mel (T, M) of the line in this voice.

        Args:
            network: the name of one of the voice's checkpoints.
            flat: at the voice's mean pitch and an even tempo, for an anchor.
        Raises:
            SynthError: "text_missing", "language_differs", "recording_too_short",
                "recording_too_long", "text_differs" (the recording does not say the text),
                "no_sound", "no_pitch", or for letters that cannot be read; without a text
                "no_speech" too, and "checkpoint_missing" for want of the recognizer that the
                network understands.
        """
        model = self._model(network)
        if model.config.variant == BASE:
            return model.synthesize(self._phonemes(line).symbols).mel
        spoken = self._heard(line, model) if model.config.recognizer else self._spoken(line)
        statistics = statistics_of([spoken.prosody], Population.read())
        prosody = _wanted(model, spoken, statistics)
        return model.mel(spoken.phones, flattened(prosody, model.speaker) if flat else prosody)

    def _model(self, network: str) -> AcousticModel:
        if network not in self._models:
            self._models[network] = AcousticModel.load(self.folder / network, self.device)
        return self._models[network]

    def _phonemes(self, line: Line) -> Phonemes:
        if not line.text.strip():
            message = "The recording has no text; give the words that are said in it."
            raise SynthError(message, code="text_missing", field="text")
        if line.language != self.language:
            raise SynthError(
                f"The voice speaks {self.language!r}, but the text is in {line.language!r}; "
                "choose a recording in the voice's language, or another voice.",
                code="language_differs",
                field="language",
            )
        return phonemes_of(line.text, line.language, phone_set=self.phone_set)

    def _spoken(self, line: Line) -> Spoken:
        phonemes = self._phonemes(line)
        _check_duration(len(line.samples) / RATE_HZ)
        alignment = self.aligner().align(line.samples, phonemes)
        _check_text(alignment)
        return spoken_of(line.samples, alignment.symbols, alignment.durations, SOMEBODY)

    def _heard(self, line: Line, model: AcousticModel) -> Spoken:
        _check_duration(len(line.samples) / RATE_HZ)
        recognizer = self.recognizer()
        if recognizer.version != model.config.recognizer:
            raise SynthError(
                f"The voice's network {model.config.variant} understands the recognizer "
                f"{model.config.recognizer}, but {recognizer.version} is installed; install both "
                "from one version.",
                code="checkpoint_missing",
            )
        return spoken_as_heard(line.samples, recognizer, SOMEBODY)


def _wanted(model: AcousticModel, spoken: Spoken, statistics: SpeakerStatistics) -> Prosody:
    """The recording's prosody as the voice would have it."""
    if model.config.variant == SEC_ATT:
        return model.predict(spoken.symbols, spoken, statistics)
    mapped = map_prosody(spoken.prosody, statistics, model.speaker)
    return replace(mapped, log_duration=spoken.prosody.log_duration)  # in step with the recording


def flattened(prosody: Prosody, speaker: SpeakerStatistics) -> Prosody:
    """The same at the speaker's mean pitch, loudness and length of a phoneme; pauses stay."""
    is_pause = prosody.is_pause
    level = np.full(prosody.n_phonemes, speaker.log_f0.mean)
    return replace(
        prosody,
        log_f0=level,
        slope=np.zeros_like(level),
        energy=np.where(is_pause, prosody.energy, speaker.energy.mean),
        log_duration=np.where(is_pause, prosody.log_duration, speaker.log_duration.mean),
    )


def _check_duration(duration_s: float) -> None:
    if duration_s > LONGEST_S:
        raise SynthError(
            f"The recording takes {duration_s:.1f} s; cut it into sentences of at most "
            f"{LONGEST_S:.0f} s.",
            code="recording_too_long",
        )
    if duration_s < SHORTEST_S:
        raise SynthError(
            f"The recording takes {duration_s:.2f} s; at least {SHORTEST_S:.1f} s are needed to "
            "hear a melody in it.",
            code="recording_too_short",
        )


def _check_text(alignment: Alignment) -> None:
    if not alignment.ok:
        raise SynthError(
            "The recording does not seem to say the text "
            f"({alignment.reason.replace('_', ' ')}); check the words, or take a cleaner "
            "recording.",
            code="text_differs",
            field="text",
        )
