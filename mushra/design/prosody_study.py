"""The study of prosody transfer as a batch template: its scenarios, systems and questions.

Source: Klimkov et al. 2019, "Fine-grained robust prosody transfer for single-speaker neural
text-to-speech", Interspeech: recordings by the voice's own speaker and by speakers never heard;
the original, the transfer, two other transfers and speech from text alone. The transfer without a
transcript, the flat rendering and the numbers of items are ours.
"""

from enum import StrEnum

from mushra.design.attributes import NATURALNESS_ALONE, PROSODY_SIMILARITY, SPEAKER_SIMILARITY
from mushra.design.method import FLAT_PROSODY, REFERENCE

CODE = "prosody-transfer-study"
TITLE = "Prosody transfer study"
SOURCE = "Klimkov et al. 2019 (Interspeech)"
LISTENERS_PER_UTTERANCE = 20

SYSTEMS = (
    REFERENCE,
    "transferred",
    "transferred_textless",
    "synthesized",
    "transferred_attention",
    "transferred_vae",
    FLAT_PROSODY,
)
ITEMS = 10
# What its batch is asked, a test for each: BS.1534-3 6 has one attribute in a trial.
ATTRIBUTES = (NATURALNESS_ALONE, PROSODY_SIMILARITY, SPEAKER_SIMILARITY)


class Pool(StrEnum):
    """Whose recordings lend their prosody to a voice."""

    SAME_SPEAKER = "held-out recordings of the voice's own speaker, with text"
    OTHER_SPEAKERS = "recordings of the voice's language by others, with text"


TITLES = {Pool.SAME_SPEAKER: "Same speaker", Pool.OTHER_SPEAKERS: "Other speakers"}
