"""The power of planned tests, against R and against simulation."""

from dataclasses import replace

import numpy as np
import pytest

from mushra.stats.crossed import VarianceComponents
from mushra.stats.mixed import Cells, crossed_cells
from mushra.stats.power import (
    KNOWN_COMPONENTS,
    Plan,
    advise,
    crossed_power,
    detectable_difference,
    equivalence_power,
    item_floor,
    listener_floor,
    power_table,
    power_with_unlimited_items,
    power_with_unlimited_listeners,
    precision,
    required_items,
    required_listeners,
    required_speakers,
)
from mushra.stats.power_check import check_by_simulation
from tests.mushra.stats.golden import values_from_r

GOLDEN = values_from_r("planning.json")
CODECS = KNOWN_COMPONENTS["codecs"].components
SEPARATION = KNOWN_COMPONENTS["separation"].components


def plan_of(case: dict) -> Plan:
    return Plan(
        components=VarianceComponents(case["listener"], case["item"], case["residual"]),
        n_listeners=case["n_listeners"],
        n_items=case["n_items"],
        difference=case["difference"],
        margin=case["margin"],
        alpha=case["alpha"],
    )


@pytest.mark.parametrize("case", GOLDEN["power"])
def test_precision_and_power_equal_r(case):
    plan = plan_of(case)

    assert precision(plan).se == pytest.approx(case["se"], rel=1e-12)
    assert precision(plan).df == pytest.approx(case["df"], rel=1e-12)
    assert crossed_power(plan) == pytest.approx(case["power"], rel=1e-7)


@pytest.mark.parametrize("case", GOLDEN["power"])
def test_the_power_of_equivalence_equals_r(case):
    assert equivalence_power(plan_of(case)) == pytest.approx(case["equivalence_power"], abs=2e-4)


def test_items_without_limit_leave_a_t_test_over_listeners():
    plan = Plan(VarianceComponents(81, 50, 100), n_listeners=24, n_items=6, difference=5)

    assert power_with_unlimited_items(plan) == pytest.approx(GOLDEN["classic_power"], rel=1e-9)


@pytest.mark.parametrize(("listeners", "items"), [(20, 10), (60, 10), (20, 66)])
@pytest.mark.parametrize("components", [CODECS, SEPARATION], ids=["codecs", "separation"])
def test_simulated_tests_find_as_often_as_planned(components, listeners, items):
    plan = Plan(components, listeners, items, difference=8.0, margin=8.0)

    simulated = check_by_simulation(plan, seed=1534, n_runs=1000)

    assert simulated.power == pytest.approx(crossed_power(plan), abs=3 * simulated.power_error)
    expected = equivalence_power(plan)
    assert simulated.equivalence == pytest.approx(
        expected, abs=3 * simulated.equivalence_error + 0.01
    )
    assert simulated.size <= 0.05 + 0.015 + 2 * simulated.size_error


def test_the_same_seed_simulates_the_same():
    plan = Plan(CODECS, 6, 5, difference=10.0)

    assert check_by_simulation(plan, 3, n_runs=50).power == (
        check_by_simulation(plan, 3, n_runs=50).power
    )


def test_ten_sentences_hold_the_error_above_four_and_a_half_points():
    """The figure in docs/statistics.md, from components of real ratings."""
    plan = Plan(CODECS, n_listeners=500, n_items=10, difference=5)

    assert item_floor(plan) == pytest.approx(4.56, abs=0.005)
    assert precision(plan).se > item_floor(plan)
    assert listener_floor(plan) < item_floor(plan)


def test_five_points_need_more_than_66_sentences_however_many_listen():
    plan = Plan(CODECS, n_listeners=500, n_items=66, difference=5)

    assert power_with_unlimited_listeners(plan) < 0.8
    assert power_with_unlimited_listeners(replace(plan, n_items=68)) > 0.8


def test_listeners_alone_do_not_reach_what_the_items_forbid():
    plan = Plan(SEPARATION, n_listeners=20, n_items=10, difference=5)
    advice = advise(plan)

    assert required_listeners(plan) is None
    assert advice.code == "add_items"
    assert advice.sentence.startswith("Add sentences, not listeners")
    assert str(required_items(plan)) in advice.sentence


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"n_items": 200}, "enough"),
        ({"components": VarianceComponents(80, 1, 400)}, "add_listeners"),
        ({"components": CODECS}, "add_both"),
        ({"difference": 0.01}, "not_reachable"),
        ({"difference": 10.0, "n_items": 16, "n_listeners": 4}, "add_items"),
    ],
)
def test_the_advice_fits_what_is_missing(changes, code):
    plan = replace(Plan(SEPARATION, n_listeners=20, n_items=10, difference=5), **changes)

    assert advise(plan).code == code


@pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
def test_the_required_sizes_are_the_smallest_that_reach_it(power):
    plan = Plan(SEPARATION, n_listeners=30, n_items=60, difference=6)
    items, listeners = required_items(plan, power=power), required_listeners(plan, power=power)
    assert items is not None
    assert listeners is not None

    assert crossed_power(replace(plan, n_items=items)) >= power
    assert crossed_power(replace(plan, n_items=items - 1)) < power
    assert crossed_power(replace(plan, n_listeners=listeners)) >= power
    assert crossed_power(replace(plan, n_listeners=listeners - 1)) < power


def test_the_detectable_difference_has_the_power_that_was_asked():
    plan = Plan(CODECS, n_listeners=20, n_items=20, difference=1)
    found = detectable_difference(plan, power=0.9)

    assert crossed_power(replace(plan, difference=found)) == pytest.approx(0.9, abs=1e-6)


def test_power_grows_with_every_size_and_with_the_difference():
    table = power_table(Plan(CODECS, 20, 10, difference=8), range(4, 60, 7), range(4, 60, 7))

    assert (np.diff(table, axis=0) > 0).all()
    assert (np.diff(table, axis=1) > 0).all()


def test_the_sign_of_the_difference_does_not_matter():
    plan = Plan(CODECS, 20, 10, difference=8)

    assert crossed_power(plan) == crossed_power(replace(plan, difference=-8))


def test_no_difference_is_found_as_often_as_the_level_says():
    plan = Plan(CODECS, 20, 10, difference=0, n_comparisons=10)

    assert crossed_power(plan) == pytest.approx(0.005)


def test_a_huge_difference_is_always_found():
    assert crossed_power(Plan(CODECS, 50, 50, difference=100)) == pytest.approx(1.0)


def test_without_item_variance_there_is_no_floor():
    plan = Plan(VarianceComponents(80, 0, 400), 10, 5, difference=5)

    assert item_floor(plan) == 0
    assert power_with_unlimited_listeners(plan) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_listeners": 1},
        {"n_items": 1},
        {"components": VarianceComponents(0, 0, 0)},
        {"components": VarianceComponents(-1, 0, 5)},
        {"alpha": 0.0},
        {"n_comparisons": 0},
        {"n_speakers": 1},
        {"n_speakers": 11},
        {"components": VarianceComponents(5, 5, 5, speaker=-1)},
    ],
)
def test_plans_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError):
        replace(Plan(CODECS, 20, 10, difference=5), **wrong)


def test_the_power_of_equivalence_needs_a_margin():
    with pytest.raises(ValueError, match="margin"):
        equivalence_power(Plan(CODECS, 20, 10, difference=5))


VOICES = VarianceComponents(listener=50, item=40, residual=200, speaker=60)


def of_speakers(**changes):
    plan = Plan(VOICES, n_listeners=20, n_items=40, difference=8, margin=8, n_speakers=8)
    return replace(plan, **changes)


def test_speakers_add_their_variance_to_that_of_their_sentences():
    expected = 50 / 20 + 60 / 8 + 40 / 40 + 200 / (20 * 40)

    assert precision(of_speakers()).se ** 2 == pytest.approx(expected)
    assert precision(of_speakers(n_speakers=None)).se ** 2 == pytest.approx(expected - 60 / 8)


def test_one_sentence_of_each_speaker_is_a_sentence_that_varies_more():
    alone = replace(VOICES, item=100, speaker=0)
    plain = Plan(alone, n_listeners=20, n_items=8, difference=8)
    each = of_speakers(n_items=8, n_speakers=8)

    assert precision(each) == precision(plain)
    assert crossed_power(each) == crossed_power(plain)


def test_the_fitted_model_has_the_planned_degrees_of_freedom():
    """On data whose mean squares are what is expected of them the fit is the formula."""
    rng = np.random.default_rng(2)
    shape, speaker = (20, 40), np.arange(40) % 8
    values = rng.normal(0, 14, shape) + rng.normal(0, 7, (20, 1))
    values += rng.normal(0, 6, (1, 40)) + rng.normal(0, 8, 8)[speaker]
    listener, item = (codes.ravel() for codes in np.indices(shape))
    found = crossed_cells(Cells(listener, item, values.ravel()), speaker=speaker[item])
    plan = Plan(found.components, *shape, difference=8, n_speakers=8)

    assert min(vars(found.components).values()) > 0
    assert precision(plan).se == pytest.approx(found.se, rel=1e-5)
    assert precision(plan).df == pytest.approx(found.df, rel=1e-4)


@pytest.mark.parametrize(("items", "speakers"), [(40, 8), (20, 20)])
def test_simulated_tests_of_new_speakers_find_as_often_as_planned(items, speakers):
    plan = of_speakers(n_items=items, n_speakers=speakers)

    simulated = check_by_simulation(plan, seed=15, n_runs=300)

    assert simulated.power == pytest.approx(
        crossed_power(plan), abs=3 * simulated.power_error + 0.01
    )
    assert simulated.equivalence == pytest.approx(
        equivalence_power(plan), abs=3 * simulated.equivalence_error + 0.02
    )
    assert simulated.size <= 0.05 + 0.015 + 2 * simulated.size_error


def test_where_few_speakers_forbid_it_more_speakers_are_the_advice():
    plan = of_speakers(n_speakers=5, n_items=10)
    advice, needed = advise(plan), required_speakers(plan)

    assert power_with_unlimited_listeners(plan) < 0.8
    assert power_with_unlimited_items(plan) < 0.8
    assert advice.code == "add_speakers"
    assert needed is not None
    assert f"{needed} speakers with {2 * needed} sentences" in advice.sentence
    assert crossed_power(plan.with_speakers(needed)) >= 0.8
    assert crossed_power(plan.with_speakers(needed - 1)) < 0.8


def test_fewer_sentences_than_speakers_are_one_of_each():
    assert of_speakers().with_items(6).n_speakers == 6
    assert of_speakers().with_items(80).n_speakers == 8
    assert required_speakers(of_speakers(n_speakers=None)) is None
