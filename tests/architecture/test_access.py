"""Who may go where: every address of the site has a rule, and every rule is tried by everybody."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import soundfile
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mushra.models import ListeningTest, Membership, Preregistration, PresentedStimulus, Stimulus
from tests.conftest import RATE_HZ, make_user, signed_in

pytestmark = pytest.mark.django_db

# An answer of one of these says that the door is shut; anything else that it is open.
SHUT = {401, 403, 404, 405}
TO_SIGN_IN = "sign-in"

# address -> (method, who may). Roles include the higher ones: viewer < editor < owner.
RULES = {
    # Anybody who holds the link or token: that is what a listener is.
    "welcome": ("get", "listener"),
    "sitting": ("get", "listener"),
    "level": ("post", "listener"),
    "api-ratings": ("post", "listener"),
    "api-complete": ("post", "listener"),
    "api-audio": ("get", "listener"),
    "api-level-audio": ("get", "listener"),
    "sign-in": ("get", "everybody"),
    # Any researcher with an account; what they see there is their own.
    "home": ("get", "researcher"),
    "batch-new": ("get", "researcher"),
    "batch-matching": ("get", "researcher"),
    "account-password": ("get", "researcher"),
    "planning": ("get", "researcher"),
    "own-ratings": ("get", "researcher"),
    "planning-pilot": ("post", "researcher"),
    "sign-out": ("post", "everybody"),
    "corpora": ("get", "researcher"),
    "corpus": ("get", "researcher"),
    "systems": ("get", "researcher"),
    "utterance-audio": ("get", "researcher"),
    # Members of the project.
    "batch": ("get", "viewer"),
    "batch-progress": ("get", "viewer"),
    "stimulus": ("get", "viewer"),
    "stimulus-audio": ("get", "viewer"),
    "stimulus-spectrogram": ("get", "viewer"),
    "test": ("get", "viewer"),
    "test-progress": ("get", "viewer"),
    "test-screening": ("get", "viewer"),
    "test-screening-override": ("post", "editor"),
    "test-monitoring": ("get", "viewer"),
    "test-preregistration": ("get", "viewer"),
    "test-preregistration-pdf": ("get", "viewer"),
    "report": ("get", "viewer"),
    "report-json": ("get", "viewer"),
    "test-report-pdf": ("get", "viewer"),
    "test-report-zip": ("get", "viewer"),
    "test-ratings-map": ("get", "viewer"),
    "ratings-csv": ("get", "viewer"),
    "batch-generate": ("post", "editor"),
    "batch-freeze": ("post", "editor"),
    "test-new": ("get", "editor"),
    "test-open": ("post", "editor"),
    "test-close": ("post", "editor"),
}
RANKS = {"viewer": 0, "editor": 1, "owner": 2}


@dataclass(frozen=True)
class Address:
    name: str
    parameters: tuple[str, ...]


def addresses(resolver: URLResolver | None = None) -> Iterator[Address]:
    """Every named address of the site but Django's own admin, which asks for staff itself."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from addresses(entry)
        elif isinstance(entry, URLPattern):
            yield Address(entry.name or str(entry.pattern), tuple(entry.pattern.converters))


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert {address.name for address in addresses()} == set(RULES)


@pytest.fixture
def world(sitting, running_test, owner, editor, viewer, stranger):
    """The primary keys and tokens that fill the addresses."""
    first = PresentedStimulus.objects.filter(
        presentation__sitting=sitting, presentation__page_number=1
    ).first()
    stimulus = Stimulus.objects.first()
    recording = stimulus.item.utterance.file
    soundfile.write(recording, np.zeros(RATE_HZ), RATE_HZ, format="FLAC")
    plan = {"question": "", "notes": "", "pairs": [], "margin": 5, "n_listeners": 9}
    Preregistration.objects.create(
        test=running_test,
        document={"protocol_hash": "", "plan": plan | {"looks": "none"}},
        pdf=b"%PDF-",
        sha256="0" * 64,
        registered_at=running_test.created_at,
    )
    return {
        "link_token": running_test.link_token,
        "token": sitting.token,
        "stimulus_token": first.token,
        "page_number": 1,
        "batch": running_test.batch_id,
        "stimulus": stimulus.pk,
        "test": running_test.pk,
        "corpus": stimulus.item.utterance.speaker.corpus.code,
        "utterance": stimulus.item.utterance.code,
    }


def address_of(name: str, world: dict[str, object]) -> str:
    address = next(address for address in addresses() if address.name == name)
    own = {"report": "test", "report-json": "test", "ratings-csv": "test"}
    subject = own.get(name, name.split("-")[0])
    values = [
        world[subject if parameter in {"pk", "code"} else parameter]
        for parameter in address.parameters
    ]
    return reverse(name, args=values)


def is_open(client: Client, name: str, world: dict[str, object]) -> bool:
    method, _ = RULES[name]
    response = getattr(client, method)(address_of(name, world))
    if response.status_code == 302 and TO_SIGN_IN in response.url and name != "sign-out":
        return False
    return response.status_code not in SHUT


def _listener(world: dict[str, object]) -> Client:
    """A browser in the middle of the test, with the cookie that its consent got it."""
    client = Client()
    client.post(reverse("welcome", args=[world["link_token"]]), {"consent": "yes"})
    assert client.cookies
    return client


def may(role: str, rule: str) -> bool:
    """Whether somebody (a member's role, stranger, listener, anonymous) may pass under a rule."""
    if rule in {"listener", "everybody"}:
        return True
    if rule == "researcher":
        return role not in {"anonymous", "listener"}
    return RANKS.get(role, -1) >= RANKS[rule]


@pytest.mark.parametrize("name", sorted(RULES))
def test_each_address_opens_to_those_it_should_and_to_nobody_else(name, world):
    clients = {
        role: signed_in(User.objects.get(username=role))
        for role in ("viewer", "editor", "owner", "stranger")
    } | {"anonymous": Client(), "listener": _listener(world)}
    _, rule = RULES[name]
    opened = {role for role, client in clients.items() if is_open(client, name, world)}
    assert opened == {role for role in clients if may(role, rule)}


@pytest.mark.parametrize("name", [name for name, (_, rule) in RULES.items() if rule == "listener"])
def test_a_guessed_token_opens_nothing(name, world):
    guessed = world | {"token": "guessed", "link_token": "guessed", "stimulus_token": "guessed"}
    assert not is_open(Client(), name, guessed)


def test_a_draft_test_has_no_public_link(draft_test):
    assert Client().get(reverse("welcome", args=[draft_test.link_token])).status_code == 404


def test_members_of_another_project_see_nothing_of_this_one(world, running_test):
    other = make_user("other")
    project = running_test.batch.project.__class__.objects.create(name="Other project")
    Membership.objects.create(project=project, user=other, role=Membership.Role.OWNER)
    home = signed_in(other).get(reverse("home")).content.decode()
    assert ListeningTest.objects.get().title not in home
    assert running_test.batch.name not in home
