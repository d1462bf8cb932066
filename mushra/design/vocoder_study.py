"""The study of universal vocoders as a batch template: its scenarios and the systems in each.

Source: Lorenzo-Trueba et al. 2019, "Towards achieving robust universal neural vocoding",
Interspeech: voices first (in-domain, unseen speakers, languages, styles), each with every
vocoder, then one scenario per condition with the reference, the one-speaker vocoder and the
universal one. Numbers of items are ours.
"""

from dataclasses import dataclass
from enum import StrEnum

from mushra.design.method import LOW_ANCHOR, REFERENCE, SPEECH_ANCHOR

CODE = "universal-vocoder-study"
TITLE = "Universal vocoder study"
SOURCE = "Lorenzo-Trueba et al. 2019 (Interspeech)"
LISTENERS_PER_UTTERANCE = 5

UNIVERSAL = "universal"
# Stands for every one-speaker vocoder of the site: "sd_<speaker>".
ONE_SPEAKER = "sd_*"
VOICE_SYSTEMS = (REFERENCE, ONE_SPEAKER, "spk3", "spk7", UNIVERSAL, LOW_ANCHOR, SPEECH_ANCHOR)
CONDITION_SYSTEMS = (REFERENCE, ONE_SPEAKER, UNIVERSAL)
VOICE_ITEMS = 5  # BS.1534-3 7: at least five
CONDITION_ITEMS = 3

NEUTRAL_STYLES = frozenset({"read", "prompt", "isolated"})
EXPRESSIVE_STYLES = frozenset({"acted", "shouted", "expressive", "audiobook"})


class Pool(StrEnum):
    """Which recordings a scenario draws from; heard and unheard are told by model cards."""

    IN_DOMAIN = "voices that its vocoders were trained on, clean and in a neutral style"
    UNSEEN_SPEAKERS = "voices never heard in languages heard, clean and in a neutral style"
    UNSEEN_LANGUAGES = "languages never heard, clean and in a neutral style"
    EXPRESSIVE = "clean recordings in an expressive or acted style"
    RECORDED = "recordings made in this condition"
    SIMULATED = "clean recordings in a neutral style, brought into this condition here"


@dataclass(frozen=True)
class StudyScenario:
    """One scenario of the template. `condition`: the recorded or simulated one it is about."""

    code: str
    title: str
    pool: Pool
    systems: tuple[str, ...] = CONDITION_SYSTEMS
    n_items: int = CONDITION_ITEMS
    condition: str = "clean"


def _voices(code: str, title: str, pool: Pool) -> StudyScenario:
    return StudyScenario(code, title, pool, VOICE_SYSTEMS, VOICE_ITEMS)


def _simulated(title: str, condition: str) -> StudyScenario:
    return StudyScenario(condition.replace("_", "-"), title, Pool.SIMULATED, condition=condition)


def _recorded(title: str, condition: str) -> StudyScenario:
    return StudyScenario(f"{condition}-recorded", title, Pool.RECORDED, condition=condition)


SCENARIOS = (
    _voices("in-domain", "In-domain speakers", Pool.IN_DOMAIN),
    _voices("unseen-speakers", "Unseen speakers of seen languages", Pool.UNSEEN_SPEAKERS),
    _voices("unseen-languages", "Unseen languages", Pool.UNSEEN_LANGUAGES),
    _voices("expressive", "Expressive and acted style", Pool.EXPRESSIVE),
    _simulated("Recorded noise, 10 dB", "noise_10db"),
    _simulated("Babble, 10 dB", "babble_10db"),
    _simulated("Reverberation, 0.6 s", "reverberation_600ms"),
    _simulated("Babble 10 dB and reverberation 0.6 s", "babble_10db_reverberation_600ms"),
    _simulated("Telephone line (simulated)", "telephone_mu_law"),
    _simulated("Whisperized", "whisperized"),
    _simulated("Clipped, 5 %", "clipping_5pct"),
    _recorded("Telephone (recorded)", "telephone"),
    _recorded("GSM (recorded)", "gsm"),
    _recorded("Low rate, 11 kHz (recorded)", "low-rate-11k"),
    _recorded("Sung", "sung"),
    _recorded("Processed voices", "processed"),
)
