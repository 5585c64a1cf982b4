"""Counted work, which limits searches: a verdict must not depend on how fast the machine is.

A search counts what it does in units; one unit is about the work of one term of a polynomial, one or two microseconds. It ends
where Σ units > limit, in its own count or in that of the search that it is a part of. Seconds are a limit on top of that, and
only where the user sets one.
"""

from __future__ import annotations

import math
import time

__all__ = ["Effort"]


class Effort:
    """How much work a search may do, and how much it has done.

    Parameters
    ----------
    limit : float
        In units; without a limit where it is left out.
    seconds : float
        The user's limit to the time.
    within : Effort, optional
        The search of which this one is a part: it is charged with the same work, and its limits hold too.

    Attributes
    ----------
    spent : float
        The units that were counted.

    Examples
    --------
    >>> from symgd.evaluation.effort import Effort
    >>> whole = Effort(100)
    >>> part = whole.part(10)
    >>> part.spend(11)
    >>> part.is_used_up, whole.is_used_up, whole.spent
    (True, False, 11.0)
    """

    __slots__ = ("_end", "_within", "limit", "spent")

    def __init__(self, limit: float = math.inf, *, seconds: float = math.inf, within: Effort | None = None) -> None:
        self.limit = limit
        self.spent = 0.0
        self._end = time.monotonic() + seconds if seconds < math.inf else math.inf
        self._within = within

    def part(self, limit: float) -> Effort:
        """Return the effort of a part of this search."""
        return Effort(limit, within=self)

    def spend(self, units: float = 1) -> None:
        """Count work that is done. It never raises: the search asks whether to go on."""
        effort: Effort | None = self
        while effort is not None:
            effort.spent += units
            effort = effort._within

    @property
    def is_used_up(self) -> bool:
        """Whether the search must end."""
        if self.spent > self.limit or self.is_out_of_time:
            return True
        return self._within is not None and self._within.is_used_up

    @property
    def is_out_of_time(self) -> bool:
        """Whether the user's seconds are over."""
        if self._end < math.inf and time.monotonic() > self._end:
            return True
        return self._within is not None and self._within.is_out_of_time
