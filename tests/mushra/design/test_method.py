"""The name a test may bear (BS.1534-3 §1, §5.1)."""

from mushra.design.method import declare_method, role_of


def test_reference_and_both_anchors_make_it_mushra():
    declared = declare_method({"natural", "anchor35", "anchor70", "world"})
    assert (declared.method, declared.deviations) == ("mushra", ())


def test_a_speech_anchor_is_declared_as_a_deviation():
    declared = declare_method({"natural", "anchor35", "anchor20", "world"})
    assert declared.method == "mushra_like"
    assert "2 kHz speech anchor" in declared.deviations[0]


def test_without_an_anchor_it_is_only_mushra_like_and_says_why():
    declared = declare_method({"natural", "anchor35", "world"})
    assert declared.method == "mushra_like"
    assert declared.deviations == ("No mid anchor is presented (BS.1534-3 §1).",)


def test_roles():
    codes = ["natural", "anchor35", "anchor70", "anchor20", "universal"]
    expected = ["reference", "low_anchor", "mid_anchor", "mid_anchor", "system"]
    assert [role_of(code) for code in codes] == expected
