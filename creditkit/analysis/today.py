"""Today: the day after which nothing can have happened yet."""

from datetime import date

from creditkit.analysis.ledgers import Day, day
from creditkit.analysis.sample import AS_OF


def the_day(today: Day | None = None) -> date:
    """The day that is held for today: the one given, else the computer's.

    Raises:
        ReceivablesError: it is no day.

    >>> str(the_day("2025-06-30"))
    '2025-06-30'
    """
    if today is not None:
        return day(today)
    # A clock before the last day of the sample is wrong: the sample is older than the package.
    return max(date.today(), date.fromisoformat(AS_OF))
