"""A program of its own that lets espeak-ng speak and tells when each phone begins.

Only libespeak-ng tells these times. It is under GPL-3, so nothing here is imported by the rest:
``timed_speech`` starts it as a process. Needs Debian's libespeak-ng1, which espeak-ng brings.

Standard input: a JSON object per line, ``text``, ``voice`` (``ru``, ``ru+f2``), ``rate`` (words
per minute) and ``pitch`` (0 to 99). Standard output, for each: a line of JSON, ``rate_hz``,
``n_samples`` and ``phones``, a list of [IPA, first sample] each, then the samples, 16-bit
little-endian.
"""

import ctypes
import json
import sys

LIBRARY = "libespeak-ng.so.1"
SYNCHRONOUS, PHONE_EVENTS, IPA_EVENTS = 2, 1, 2  # speak_lib.h, version 1.51
PHONE, UTF_8 = 7, 1
RATE, PITCH = 1, 3


class Identity(ctypes.Union):
    """``id`` of an event."""

    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class Event(ctypes.Structure):
    """``espeak_EVENT``."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", Identity),
    )


CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event)
)


class Speaker:
    """The library, and what it said last: samples, and phones with first samples."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(LIBRARY)
        self.rate_hz = self.library.espeak_Initialize(
            SYNCHRONOUS, 0, None, PHONE_EVENTS | IPA_EVENTS
        )
        self.pieces: list[bytes] = []
        self.phones: list[tuple[str, int]] = []
        self.callback = CALLBACK(self.take)
        self.library.espeak_SetSynthCallback(self.callback)

    def take(self, samples, n_samples, events) -> int:  # type: ignore[no-untyped-def]
        """Keep what the library hands over; 0 asks it to go on."""
        if samples and n_samples > 0:
            self.pieces.append(ctypes.string_at(samples, 2 * n_samples))
        place = 0
        while events[place].type:
            event = events[place]
            if event.type == PHONE:
                self.phones.append((event.id.string.decode(errors="ignore"), event.sample))
            place += 1
        return 0

    def say(self, wanted: dict[str, str | int]) -> None:
        """Speak a text.

        Raises:
            ValueError: for a voice that espeak-ng has not.
        """
        self.pieces, self.phones = [], []
        voice = str(wanted["voice"]).replace("en-gb", "gmw/en")  # names of files, unlike -v
        if self.library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {wanted['voice']!r}.")
        self.library.espeak_SetParameter(RATE, wanted["rate"], 0)
        self.library.espeak_SetParameter(PITCH, wanted["pitch"], 0)
        text = str(wanted["text"]).encode()
        self.library.espeak_Synth(text, len(text) + 1, 0, 1, 0, UTF_8, None, None)


def main() -> None:
    """Answer every line of standard input."""
    speaker = Speaker()
    for line in sys.stdin.buffer:
        speaker.say(json.loads(line))
        samples = b"".join(speaker.pieces)
        head = {
            "rate_hz": speaker.rate_hz,
            "n_samples": len(samples) // 2,
            "phones": speaker.phones,
        }
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + samples)


if __name__ == "__main__":
    main()
