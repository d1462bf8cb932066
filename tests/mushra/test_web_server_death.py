"""kill -9 of the web server between ratings: nothing lost, nothing doubled."""

import pytest
from django.urls import reverse

from mushra.bots.http_listener import HttpListener
from mushra.models import Rating, Sitting
from mushra.selectors.ratings import rating_table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
KILL_EVERY = 7


def test_every_acknowledged_rating_is_there_once_whenever_the_server_dies(web_server, running_test):
    given: dict[str, int] = {}

    def score(token: str) -> int:
        if len(given) % KILL_EVERY == KILL_EVERY - 1:
            web_server.kill()
            web_server.start()
        given[token] = (37 * len(given)) % 101
        return given[token]

    link = web_server.base_url + reverse("welcome", args=[running_test.link_token])
    pages = HttpListener(score=score).sit(link)

    assert len(pages) == 6
    saved = dict(Rating.objects.values_list("presented__token", "score"))
    assert saved == given
    assert Rating.objects.count() == len(given) == 6 * 5
    assert Sitting.objects.get().completed_at is not None
    assert len(rating_table(running_test)) == 5 * 5
