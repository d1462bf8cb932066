"""A version changes with what code does and with nothing else."""

import pytest

from synth.vocoder.evaluation.versions import audio_code, code_version, network_code

CODE = 'def half(x):\n    """Half of x."""\n    return x / 2\n'


def version_of(folder, source):
    path = folder / "code.py"
    path.write_text(source)
    return code_version([path])


@pytest.mark.parametrize(
    "same",
    [CODE.replace("Half of", "One half of"), "# why\n" + CODE, CODE.replace("x / 2", "(x/2)")],
)
def test_words_and_layout_do_not_change_it(tmp_path, same):
    assert version_of(tmp_path, CODE) == version_of(tmp_path, same)


def test_behavior_changes_it(tmp_path):
    assert version_of(tmp_path, CODE) != version_of(tmp_path, CODE.replace("/ 2", "/ 3"))


def test_the_repository_has_versions():
    assert len({audio_code("mel"), audio_code("world"), network_code()}) == 3
