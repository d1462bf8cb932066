"""codec2-examples: what a speech codec is tested with, mostly 8 kHz, clean to noisy.

Radio amateurs and test sentences: a *recording condition*, never trained on. Coded files,
modem signals and copies are left out by naming what is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .records import Recording, Source

SOURCE = Source(
    package="codec2-examples",
    licence="LGPL-2.1",
    attribution="David Rowe and the Codec 2 project",
)
FOLDER = Path("usr/share/codec2")
FILES = {  # file below the folder: speaker group
    "wav/big_dog.wav": "codec2_big_dog",
    "wav/cross.wav": "codec2_cross",
    "wav/david4.wav": "codec2_david",
    "wav/forig.wav": "codec2_forig",
    "wav/morig.wav": "codec2_morig",
    "raw/hts1.raw": "codec2_hts1",
    "raw/hts2.raw": "codec2_hts2",
    "wav/mmt1.wav": "codec2_mmt1",
    "wav/ve9qrp.wav": "codec2_ve9qrp",
    "wav/vk2tpm_004.wav": "codec2_vk2tpm",
    "wav/vk5qi.wav": "codec2_vk5qi",
    "raw/g3plx.raw": "codec2_g3plx",
    "raw/kristoff.raw": "codec2_kristoff",
    "raw/cq_ref.raw": "codec2_cq_ref",
}


def read_recordings(root: Path) -> Iterator[Recording]:
    """The natural recordings of the unpacked package below ``root``."""
    for file, speaker in FILES.items():
        path = root / FOLDER / file
        if path.exists():
            yield Recording(
                path=path.relative_to(root),
                speaker=speaker,
                language="en",
                style="read",
                prompt=path.stem,
                condition="telephone",
            )
