"""What a listening test may ask, and what of a trial each question shows.

BS.1534-3 6: one attribute in a trial, basic audio quality first. The other questions show another
labelled reference, or none, and are told from the Recommendation's by their deviations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The part a stimulus plays in its item, whatever is asked about it."""

    REFERENCE = "reference"  # the natural recording that the item is about
    TARGET = "target"  # the target voice saying another sentence
    LOW_ANCHOR = "low_anchor"
    MID_ANCHOR = "mid_anchor"
    FLAT = "flat"  # the low anchor of prosody
    SYSTEM = "system"


@dataclass(frozen=True)
class Attribute:
    """One question, and which stimuli of an item are shown to those who answer it.

    Args:
        title: in lists and reports.
        phrase: within a sentence, after "rating".
        question: the heading of every page.
        labelled: what is shown as the labelled reference; None for no such reference.
        rated: what is rated.
        low_anchors: which roles are the low anchor of this question, the first that is there.
        deviations: where the question itself departs from BS.1534-3.
        not_screened: why nobody can be screened by a hidden reference, nor asked for a 100; empty
            where there is one.
    """

    code: str
    title: str
    phrase: str
    question: str
    labelled: Role | None
    rated: frozenset[Role]
    low_anchors: tuple[Role, ...]
    deviations: tuple[str, ...] = ()
    not_screened: str = ""

    @property
    def has_hidden_reference(self) -> bool:
        """True if the labelled reference is also among what is rated."""
        return self.labelled in self.rated

    @property
    def shown(self) -> frozenset[Role]:
        """What is rated, and the labelled reference."""
        return self.rated | ({self.labelled} if self.labelled else frozenset())

    @property
    def is_in_step(self) -> bool:
        """True if the labelled reference says the sentence that is rated: its outline fits all."""
        return self.labelled is Role.REFERENCE


BASIC_QUALITY = "basic_quality"
NATURALNESS = "naturalness"
NATURALNESS_ALONE = "naturalness_alone"
PROSODY_SIMILARITY = "prosody_similarity"
SPEAKER_SIMILARITY = "speaker_similarity"

_ALL = frozenset(Role) - {Role.TARGET}
_ANCHORS = (Role.LOW_ANCHOR, Role.FLAT)

ATTRIBUTES: Mapping[str, Attribute] = {
    one.code: one
    for one in (
        Attribute(
            BASIC_QUALITY,
            "Basic audio quality",
            "basic audio quality",
            "How good is each sound, compared with the reference?",
            labelled=Role.REFERENCE,
            rated=_ALL,
            low_anchors=_ANCHORS,
        ),
        Attribute(
            NATURALNESS,
            "Naturalness",
            "naturalness",
            "How natural is each voice, compared with the reference?",
            labelled=Role.REFERENCE,
            rated=_ALL,
            low_anchors=_ANCHORS,
        ),
        Attribute(
            NATURALNESS_ALONE,
            "Naturalness, without a reference",
            "naturalness (without a reference)",
            "How natural does each voice sound?",
            labelled=None,
            rated=_ALL,
            low_anchors=_ANCHORS,
            deviations=(
                "No labelled reference is presented, so the recording among the rated signals is "
                "no hidden reference (BS.1534-3 §1).",
            ),
            not_screened="No reference is shown, so there is no hidden one to find.",
        ),
        Attribute(
            PROSODY_SIMILARITY,
            "Similarity of prosody",
            "similarity of prosody to the original recording",
            "How close is each version to the reference in melody, timing and emphasis?",
            labelled=Role.REFERENCE,
            rated=frozenset({Role.REFERENCE, Role.FLAT, Role.SYSTEM}),
            low_anchors=(Role.FLAT,),
        ),
        Attribute(
            SPEAKER_SIMILARITY,
            "Similarity of voice",
            "similarity of the voice to the target voice",
            "How much does each voice sound like the speaker of the reference?",
            labelled=Role.TARGET,
            rated=frozenset({Role.REFERENCE, Role.SYSTEM}),
            low_anchors=(),
            deviations=(
                "The labelled reference is the target voice saying another sentence. It is not "
                "among the rated signals, so there is no hidden reference (BS.1534-3 §1).",
            ),
            not_screened=(
                "The reference says another sentence and is not among what is rated, so there is "
                "no hidden one to find."
            ),
        ),
    )
}
