"""The words a listener reads when the researcher has not written others."""

INSTRUCTIONS = """\
On each page you hear one sentence in several versions. The button “Reference” plays the \
original. Rate the quality of every other version, compared with the reference, on the scale \
from Bad to Excellent.

One of the versions is identical to the reference. Rate it 100; at least one version on each \
page should get 100.

Switch between versions as often as you like: they play in step, so you can compare the same \
moment. You can rate a version while you hear it.

Use headphones in a quiet room if you can. The first page is for practice; its ratings are not \
counted."""

CONSENT = """\
Taking part is voluntary and you can stop at any moment by closing the page. We store your \
ratings, how you listened (how often and how long you played each version), and the times. We \
store no name, no address and no other personal data; your answers are kept under a code. The \
results may be published."""
