"""The working days of the sample, Monday to Friday; days are counted since 1970.

Public holidays, and the weekends worked in their place, are not modelled.
"""

from typing import TypeVar

from creditkit.analysis.sample_customers import Array

Days = TypeVar("Days", int, Array)

# 1 January 1970 was a Thursday.
THURSDAY = 3


def weekday(day: Days) -> Days:
    """0 on a Monday to 6 on a Sunday.

    >>> weekday(0)
    3
    """
    return (day + THURSDAY) % 7


def working_days(day: Days) -> Days:
    """How many working days there were before a day, since the Monday before 1970.

    >>> [working_days(day) for day in (0, 1, 2, 3, 4)]
    [3, 4, 5, 5, 5]
    """
    into_week = weekday(day)
    at_weekend = (into_week > 4) * (into_week - 5)
    before: Days = (day + THURSDAY) // 7 * 5 + into_week - at_weekend
    return before


def working_day(number: Days) -> Days:
    """The working day before which there were so many.

    >>> [working_day(working_days(day)) for day in (0, 1, 2, 3, 4)]
    [0, 1, 4, 4, 4]
    """
    day: Days = number // 5 * 7 + number % 5 - THURSDAY
    return day
