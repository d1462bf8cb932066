"""The words a listener reads when the researcher has not written others."""

from collections.abc import Mapping

from mushra.design.attributes import NATURALNESS_ALONE, PROSODY_SIMILARITY, SPEAKER_SIMILARITY

_PLACE = """\
Use headphones in a quiet room if you can. Training pages are for practice; their ratings are \
not counted."""

# Systems that speak with a target voice need not say the same thing at the same moment.
_SWITCHING = """\
Switch between versions as often as you like, and repeat a part of them if that helps. You can \
rate a version while you hear it. A version that is shorter than the others ends in silence.

"""

INSTRUCTIONS = (
    """\
On each page you hear one sentence in several versions. The button “Reference” plays the \
original. Rate every other version, compared with the reference, on the scale from Bad to \
Excellent.

One of the versions is identical to the reference: find it and rate it 100.

Switch between versions as often as you like: they play in step, so you can compare the same \
moment. You can rate a version while you hear it.

"""
    + _PLACE
)

_OTHERS: Mapping[str, str] = {
    NATURALNESS_ALONE: """\
On each page you hear one sentence in several versions. Rate how natural the voice sounds in each \
of them, on the scale from Bad to Excellent: Excellent is a person speaking, Bad is speech that \
nobody would take for a person.

Judge each version by itself. Nothing is shown to compare with, and any rating may be given as \
often as you like.

"""
    + _SWITCHING
    + _PLACE,
    PROSODY_SIMILARITY: """\
On each page you hear one sentence in several versions. The button “Reference” plays the \
original. Rate how close every other version comes to it in melody, timing and emphasis: which \
words are stressed, where the voice rises and falls, how fast it goes and where it pauses. \
Excellent is spoken just like the reference, Bad is spoken quite differently.

Do not mind whose voice it is, nor how clear or natural it sounds.

One of the versions is identical to the reference: find it and rate it 100.

"""
    + _SWITCHING
    + _PLACE,
    SPEAKER_SIMILARITY: """\
On each page the button “Reference” plays a person saying one sentence. The versions say another \
sentence. Rate how much the voice in each version sounds like the person in the reference: \
Excellent is surely the same person, Bad is surely somebody else.

Do not mind what is said, how it is said, or how clear it sounds: compare the voices.

It may be that every version is the same person, or that none is.

"""
    + _SWITCHING
    + _PLACE,
}


def instructions_for(attribute: str) -> str:
    """What listeners who are asked about this attribute read first."""
    return _OTHERS.get(attribute, INSTRUCTIONS)


CONSENT = """\
Taking part is voluntary and you can stop at any moment by closing the page. We store your \
ratings, how you listened (how often and how long you played each version, how often you switched \
to it and repeated a part of it), whether you use headphones or loudspeakers, and the times. We \
store no name, no address and no other personal data; your answers are kept under a code. The \
results may be published."""
