"""Orders: complete, different between sittings, reproducible, and not leaning anywhere."""

import numpy as np
from scipy import stats

from mushra.design.orders import draw_orders, sitting_rng

SIZES = [6, 6, 5, 6]


def test_every_trial_and_every_stimulus_is_shown_once():
    orders = draw_orders(SIZES, sitting_rng(1, 1))
    assert sorted(order.trial for order in orders) == [0, 1, 2, 3]
    for order in orders:
        assert sorted(order.stimuli) == list(range(SIZES[order.trial]))


def test_a_sitting_can_be_drawn_again_from_its_seed_and_number():
    assert draw_orders(SIZES, sitting_rng(5, 2)) == draw_orders(SIZES, sitting_rng(5, 2))
    assert draw_orders(SIZES, sitting_rng(5, 2)) != draw_orders(SIZES, sitting_rng(5, 3))
    assert draw_orders(SIZES, sitting_rng(5, 2)) != draw_orders(SIZES, sitting_rng(6, 2))


def test_the_hidden_reference_is_equally_often_in_every_place():
    places = np.zeros(6)
    for number in range(3000):
        (order,) = draw_orders([6], sitting_rng(42, number))
        places[order.stimuli.index(0)] += 1
    assert stats.chisquare(places).pvalue > 1e-4
