"""The tables of the mushra app."""

from mushra.models.batches import Batch, Item, Scenario, Stimulus
from mushra.models.listening import (
    Listener,
    ListeningTest,
    PresentedStimulus,
    Presentation,
    Rating,
    Sitting,
    Trial,
)
from mushra.models.projects import Membership, Project

__all__ = [
    "Batch",
    "Item",
    "Listener",
    "ListeningTest",
    "Membership",
    "PresentedStimulus",
    "Presentation",
    "Project",
    "Rating",
    "Scenario",
    "Sitting",
    "Stimulus",
    "Trial",
]
