"""The words a listener reads when the researcher has not written others."""

INSTRUCTIONS = """\
On each page you hear one sentence in several versions. The button “Reference” plays the \
original. Rate every other version, compared with the reference, on the scale from Bad to \
Excellent.

One of the versions is identical to the reference: find it and rate it 100.

Switch between versions as often as you like: they play in step, so you can compare the same \
moment. You can rate a version while you hear it.

Use headphones in a quiet room if you can. Training pages are for practice; their ratings are \
not counted."""

CONSENT = """\
Taking part is voluntary and you can stop at any moment by closing the page. We store your \
ratings, how you listened (how often and how long you played each version, how often you switched \
to it and repeated a part of it), whether you use headphones or loudspeakers, and the times. We \
store no name, no address and no other personal data; your answers are kept under a code. The \
results may be published."""
