import json
from dataclasses import replace

import numpy as np
import pytest

from mushra.stats.screening import excluded_listeners, screen_hidden_reference
from mushra.stats.simulate import ScoreSource, SimulationModel, simulate_ratings

MODEL = SimulationModel(
    means={"natural": 97, "anchor35": 4, "universal": 70, "world": 55},
    sd_listener=8,
    sd_item=4,
    sd_listener_system=5,
    sd_item_system=4,
    sd_residual=8,
    spread={"natural": 0.3},
)
ITEMS = [f"I{number}" for number in range(6)]


def test_the_same_seed_gives_the_same_ratings():
    first = simulate_ratings(MODEL, n_listeners=4, items=ITEMS, seed=7)
    second = simulate_ratings(MODEL, n_listeners=4, items=ITEMS, seed=7)
    other = simulate_ratings(MODEL, n_listeners=4, items=ITEMS, seed=8)

    assert first.to_csv() == second.to_csv()
    assert first.to_csv() != other.to_csv()


def test_a_score_does_not_depend_on_when_it_is_asked_for():
    table = simulate_ratings(MODEL, n_listeners=3, items=ITEMS, seed=7)
    source = ScoreSource(MODEL, 7)

    rows = list(zip(table.listener, table.item, table.system, strict=True))
    backwards = [
        source.score(listener=int(who[1:]) - 1, item=item, system=system)
        for who, item, system in reversed(rows)
    ]

    assert backwards == list(reversed(table.score.astype(int).tolist()))


def test_every_row_says_that_the_listener_is_simulated():
    table = simulate_ratings(MODEL, n_listeners=2, items=ITEMS, seed=7)

    assert set(table.factors["listener_kind"]) == {"simulated"}


def test_scores_are_whole_numbers_on_the_scale():
    scores = simulate_ratings(MODEL, n_listeners=20, items=ITEMS, seed=1).score

    assert scores.min() >= 0
    assert scores.max() <= 100
    assert (scores == np.rint(scores)).all()


def test_expected_means_are_what_many_ratings_average_to():
    items = [f"I{number}" for number in range(150)]
    table = simulate_ratings(MODEL, n_listeners=150, items=items, seed=3)

    for system, expected in MODEL.expected_means().items():
        assert table.scores_of(system).mean() == pytest.approx(expected, abs=2.0)


def test_cutting_at_the_ends_moves_the_expected_mean():
    expected = MODEL.expected_means()

    assert expected["natural"] < 97 - 0.3
    assert expected["anchor35"] > 4 + 1.5
    assert expected["universal"] == pytest.approx(70, abs=0.15)


def test_the_expected_mean_equals_a_monte_carlo_mean():
    rng = np.random.default_rng(0)
    latent = rng.normal(97, MODEL.sd_of("natural"), 400_000)

    monte_carlo = np.clip(np.floor(latent + 0.5), 0, 100).mean()

    assert MODEL.expected_means()["natural"] == pytest.approx(monte_carlo, abs=0.03)


def test_the_variance_components_are_the_stated_ones():
    model = replace(MODEL, means={"a": 50}, spread={})
    items = [f"I{number}" for number in range(80)]
    scores = simulate_ratings(model, n_listeners=80, items=items, seed=5).matrix("a")

    listener_sd = scores.mean(axis=1).std(ddof=1)
    item_sd = scores.mean(axis=0).std(ddof=1)
    rest = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + scores.mean()

    assert listener_sd == pytest.approx(np.hypot(8, 5), rel=0.25)
    assert item_sd == pytest.approx(np.hypot(4, 4), rel=0.25)
    assert rest.std() == pytest.approx(8, rel=0.05)


def test_a_spread_of_zero_gives_the_stated_mean_every_time():
    model = replace(MODEL, spread={"natural": 0}, means={**MODEL.means, "natural": 100})
    table = simulate_ratings(model, n_listeners=5, items=ITEMS, seed=2)

    assert set(table.scores_of("natural")) == {100.0}
    assert model.expected_means()["natural"] == 100.0


def test_careless_listeners_are_caught_by_the_hidden_reference():
    model = replace(MODEL, spread={"natural": 0.1}, means={**MODEL.means, "natural": 99})
    careless = replace(model, careless=frozenset({1, 3}))
    table = simulate_ratings(careless, n_listeners=6, items=ITEMS, seed=2)

    verdicts = screen_hidden_reference(table, reference="natural")

    assert excluded_listeners(verdicts) == ("S02", "S04")


def test_a_careless_listener_mixes_systems_up_but_uses_each_once():
    model = replace(MODEL, careless=frozenset({0}))
    attentive, careless = ScoreSource(MODEL, 4), ScoreSource(model, 4)

    for item in ITEMS:
        honest = [attentive.score(listener=0, item=item, system=s) for s in MODEL.means]
        mixed = [careless.score(listener=0, item=item, system=s) for s in MODEL.means]
        assert sorted(mixed) == sorted(honest)


def test_an_unknown_system_is_refused():
    with pytest.raises(ValueError, match="no true mean for 'spk7'"):
        ScoreSource(MODEL, 1).score(listener=0, item="I0", system="spk7")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"means": {"a": 101}, "spread": {}}, "0-100"),
        ({"sd_item": -1}, "sd_item must not be negative"),
        ({"spread": {"spk7": 0.5}}, "has no mean"),
    ],
)
def test_an_impossible_model_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(MODEL, **change)


def test_a_model_survives_json():
    model = replace(MODEL, careless=frozenset({2}))

    assert SimulationModel.from_json(json.loads(json.dumps(model.to_json()))) == model
