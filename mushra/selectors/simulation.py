"""What simulated listeners know of a token: read from the database, never through HTTP."""

from dataclasses import dataclass

from mushra.models import ListeningTest, PresentedStimulus, item_code
from mushra.stats.simulate import ScoreSource, SimulationModel


@dataclass(frozen=True)
class SimulatedOpinion:
    """Scores for the tokens of one simulated test.

    The listener at the other end of the HTTP connection sees a token; this looks the token up
    on the server's side and draws the score that the stated truth gives it.
    """

    test_id: int
    source: ScoreSource

    def score(self, token: str) -> int:
        """The score of the stimulus behind a token. Raises: KeyError for an unknown token."""
        found = (
            PresentedStimulus.objects.filter(
                token=token, presentation__sitting__test_id=self.test_id
            )
            .values_list(
                "presentation__sitting__number",
                "stimulus__item__utterance__code",
                "stimulus__item__condition",
                "stimulus__system__code",
            )
            .first()
        )
        if found is None:
            raise KeyError(token)
        number, utterance, condition, system = found
        item = item_code(utterance, condition)
        return self.source.score(listener=number, item=item, system=system)


def simulated_opinion(test: ListeningTest) -> SimulatedOpinion:
    """The opinion of a simulated test's listeners. Raises: ValueError for a test with people."""
    if not test.is_simulated:
        raise ValueError(f"{test} is taken by people: nobody draws scores for it.")
    source = ScoreSource(SimulationModel.from_json(test.simulation), seed=test.seed)
    return SimulatedOpinion(test.pk, source)
