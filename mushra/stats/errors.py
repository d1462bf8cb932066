"""What the statistics refuse, and why."""


class InvalidRatings(ValueError):
    """The ratings themselves are wrong: a score out of range, a row twice, unequal columns."""


class TooFewRatings(ValueError):
    """The ratings are valid but too few for the figure that was asked for."""
