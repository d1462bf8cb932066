"""Every source the fetching script knows, with its reader."""

from __future__ import annotations

from . import (
    amazon_queen,
    asterisk,
    asterisk_prompts,
    codec2,
    festvox_ru,
    fillets,
    gcin,
    hedgewars,
    klettres,
    ktuberling,
    pocketsphinx,
    qabcs,
    tuxpaint,
)
from .records import Reader, Source

SOURCES: tuple[tuple[Source, Reader], ...] = (
    (festvox_ru.SOURCE, festvox_ru.read_recordings),
    *((asterisk.source_of(code), asterisk.reader_of(code)) for code in asterisk.VOICES),
    (tuxpaint.SOURCE, tuxpaint.read_recordings),
    *((fillets.source_of(code), fillets.reader_of(code)) for code in ("cs", "nl")),
    (klettres.SOURCE, klettres.read_recordings),
    (pocketsphinx.SOURCE, pocketsphinx.read_with_cards),
    (ktuberling.SOURCE, ktuberling.read_recordings),
    (gcin.SOURCE, gcin.read_recordings),
    (hedgewars.SOURCE, hedgewars.read_recordings),
    (qabcs.SOURCE, qabcs.read_recordings),
    *((one.source, asterisk_prompts.reader_of(one)) for one in asterisk_prompts.PACKAGES),
    (codec2.SOURCE, codec2.read_recordings),
    (amazon_queen.SOURCE, amazon_queen.read_recordings),
)

# Real noises to add to speech; never part of the speech corpus.
NOISE_SOURCES: tuple[tuple[Source, Reader], ...] = ((qabcs.SOURCE, qabcs.read_noises),)
