"""The tables of the mushra app."""

from mushra.models.accounts import OneTimePassword
from mushra.models.batches import Batch, Item, Scenario, Stimulus, item_code
from mushra.models.listening import (
    Listener,
    ListeningTest,
    Presentation,
    PresentedStimulus,
    Rating,
    Sitting,
    Trial,
)
from mushra.models.preregistrations import Preregistration
from mushra.models.projects import Membership, Project
from mushra.models.screening import ScreeningOverride

__all__ = [
    "Batch",
    "Item",
    "Listener",
    "ListeningTest",
    "Membership",
    "OneTimePassword",
    "Preregistration",
    "Presentation",
    "PresentedStimulus",
    "Project",
    "Rating",
    "Scenario",
    "ScreeningOverride",
    "Sitting",
    "Stimulus",
    "Trial",
    "item_code",
]
