"""Every source the fetching script knows, with its reader."""

from __future__ import annotations

from . import asterisk, festvox_ru, fillets, klettres, pocketsphinx, tuxpaint
from .records import Reader, Source

SOURCES: tuple[tuple[Source, Reader], ...] = (
    (festvox_ru.SOURCE, festvox_ru.read_recordings),
    *((asterisk.source_of(code), asterisk.reader_of(code)) for code in asterisk.VOICES),
    (tuxpaint.SOURCE, tuxpaint.read_recordings),
    *((fillets.source_of(code), fillets.reader_of(code)) for code in ("cs", "nl")),
    (klettres.SOURCE, klettres.read_recordings),
    (pocketsphinx.SOURCE, pocketsphinx.read_recordings),
)
