"""`manage.py plan`."""

import json

import pytest
from django.core.management import CommandError, call_command

from mushra.stats.simulate import SimulationModel, simulate_ratings

MODEL = SimulationModel(
    means={"natural": 98.0, "a": 40.0, "b": 55.0},
    sd_listener=3.0,
    sd_item=3.0,
    sd_listener_system=4.0,
    sd_item_system=6.0,
    sd_residual=8.0,
)


def planned(capsys, *options: object) -> dict:
    call_command("plan", *[str(option) for option in options], "--json")
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def pilot(tmp_path):
    path = tmp_path / "pilot.csv"
    items = [f"i{n}" for n in range(12)]
    simulate_ratings(MODEL, n_listeners=14, items=items, seed=3).write_csv(path)
    return path


def test_the_plan_is_one_document(capsys):
    found = planned(capsys, "--difference", 5, "--components", "separation", "--margin", 5)

    assert found["advice"]["code"] == "add_items"
    assert found["required_listeners"] is None
    assert found["required_items"] == 72
    assert found["equivalence"]["margin"] == 5
    assert found["simulation"] is None


def test_the_table_holds_the_planned_sizes(capsys):
    found = planned(capsys, "--difference", 8, "--listeners", 33, "--items", 17)
    row = found["table"]["n_listeners"].index(33)
    column = found["table"]["n_items"].index(17)

    assert found["table"]["power"][row][column] == found["power"]


def test_the_plain_words_say_what_to_add(capsys):
    call_command("plan", "--difference", "5", "--components", "separation")

    assert "Add sentences, not listeners" in capsys.readouterr().out


def test_the_simulation_agrees_with_the_formula(capsys):
    found = planned(capsys, "--difference", 8, "--items", 20, "--check", "--seed", 4)
    simulated = found["simulation"]

    assert simulated["power"] == pytest.approx(found["power"], abs=3 * simulated["power_error"])


def test_a_pilot_gives_its_own_components(capsys, pilot):
    found = planned(capsys, "--difference", 5, "--pilot", pilot, "--leave-out", "natural")

    assert found["components"]["residual"] == pytest.approx(2 * 8**2, rel=0.3)
    assert "14 listeners, 12 items" in found["components"]["source"]
    assert any("simulated" in warning for warning in found["warnings"])


def test_variances_may_be_typed(capsys):
    found = planned(capsys, "--difference", 5, "--variances", 10, 20, 30)

    assert found["components"]["item"] == 20


def test_a_claim_about_new_speakers_counts_them_as_a_sample(capsys):
    sizes = ["--difference", 5, "--items", 40, "--speakers", 8]
    found = planned(capsys, *sizes, "--speaker-variance", 60)
    call_command("plan", *map(str, [*sizes, "--speaker-variance", 60]))

    assert found["item_floor"] ** 2 == pytest.approx(found["components"]["item"] / 40 + 60 / 8)
    assert "40 items of 8 speakers" in capsys.readouterr().out


def test_a_pilot_with_speakers_tells_how_much_they_differ(capsys, tmp_path):
    items = [f"i{n}" for n in range(24)]
    table = simulate_ratings(MODEL, n_listeners=14, items=items, seed=3)
    path = tmp_path / "pilot.csv"
    table.with_factor("speaker", [f"s{int(item[1:]) % 6}" for item in table.item]).write_csv(path)
    options = ["--difference", 5, "--items", 24, "--speakers", 6, "--leave-out", "natural"]

    found = planned(capsys, *options, "--pilot", path)

    assert found["components"]["speaker"] >= 0
    table.write_csv(path)
    with pytest.raises(CommandError, match="speaker"):
        call_command("plan", *map(str, options), f"--pilot={path}")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--difference", "0"], "above 0"),
        (["--difference", "5", "--listeners", "1"], "at least 2 listeners"),
        (["--difference", "5", "--power", "1"], "power lies between"),
        (["--difference", "5", "--variances", "0", "0", "0"], "not all zero"),
        (["--difference", "5", "--pilot", "nowhere.csv"], "nowhere.csv"),
        (["--difference", "5", "--margin", "-1"], "margin above 0"),
        (["--difference", "5", "--speakers", "8"], "--speaker-variance"),
        (["--difference", "5", "--speakers", "4", "--speaker-variance", "9"], "fewer than 5"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_the_reason(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("plan", *options)


def test_a_system_that_the_pilot_lacks_is_named(pilot):
    with pytest.raises(CommandError, match="no system 'reference'"):
        call_command("plan", "--difference=5", f"--pilot={pilot}", "--leave-out", "reference")


def test_a_file_that_holds_no_ratings_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(CommandError, match="no column"):
        call_command("plan", "--difference=5", f"--pilot={path}")
