"""The phones a network knows."""

import numpy as np
import pytest

from synth.prosody.inventory import Inventory, inventory_of
from synth.text.phones import FESTVOX_RU, FESTVOX_SYMBOLS, IPA
from synth.text.symbols import UnknownSymbols


def test_a_closed_set_is_known_as_a_whole():
    assert inventory_of(["aa"], FESTVOX_RU).symbols == FESTVOX_SYMBOLS


def test_an_open_set_is_what_occurs():
    assert inventory_of(["t", "ˈa", "pau", "t"], IPA).symbols == ("pau", "t", "ˈa")


def test_unknown_phones_are_listed():
    with pytest.raises(UnknownSymbols, match="ɣ"):
        inventory_of(["t"], IPA).indices(["t", "ɣ"])


def test_stress_is_all_that_parts_two_vowels():
    rows = inventory_of(["a", "ˈa"], IPA).attributes()
    assert np.abs(rows[1] - rows[2]).sum() == 2  # one stress off, another on


def test_the_pause_comes_first():
    with pytest.raises(ValueError, match="pau"):
        Inventory(("a", "pau"), IPA)
