from dataclasses import replace

import pytest


def test_roles_are_told_apart(design):
    assert design.under_test == ("universal", "world", "griffin_lim")
    assert design.anchors == ("anchor35",)
    assert design.role_of("natural") == "reference"
    assert design.role_of("anchor35") == "low anchor"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "mos"}, "must be one of"),
        ({"method": "mushra"}, "declared deviations"),
        ({"method": "mushra", "deviations": ()}, "Without a mid_anchor"),
        ({"deviations": ()}, "must say where"),
        ({"reference": "spk7"}, "not among the systems"),
        ({"screening": ("R3",)}, "not R3"),
        ({"screening": ("R2",)}, "mid anchor that is valid"),
        ({"reference": None}, "R1 looks at the hidden reference"),
        ({"simulated": False}, "Only a simulated test"),
        ({"n_unfinished": -1}, "cannot be -1"),
    ],
)
def test_a_design_that_contradicts_itself_is_refused(design, change, message):
    with pytest.raises(ValueError, match=message):
        replace(design, **change)
