"""How a run can end."""

from __future__ import annotations

from enum import Enum

__all__ = ["Outcome"]


class Outcome(Enum):
    """How a run ended; the value is the sentence that is printed."""

    CONVERGED = "The gradient is smaller than the tolerance."
    NO_PROGRESS = "The loss no longer changes."
    EPOCHS_DONE = "All epochs are done."
    SADDLE = "The gradient is small at a saddle point or a maximum: the loss falls on some side."
    FLAT = "The gradient is small, and there is no minimum: the loss is flat here, or falls further toward an asymptote."
    UNBOUNDED = "The loss falls without bound."
    OSCILLATES = "The steps go to and fro, and the loss no longer falls."
    NO_STEP = "No step along the direction makes the loss smaller."
    DIVERGED = "The loss grows without bound."
    NOT_FINITE = "The loss or its gradient is not finite."
    STOPPED = "The callback stopped the run."
    TIME_LIMIT = "The time is up."
    INTERRUPTED = "The run was interrupted; this is the state it had reached."

    def __str__(self) -> str:
        return self.value

    @property
    def is_success(self) -> bool:
        """Whether the run ended as planned."""
        return self in (Outcome.CONVERGED, Outcome.NO_PROGRESS, Outcome.EPOCHS_DONE)

    @property
    def status(self) -> int:
        """The number that SciPy's results carry: 0 where the run converged, 1 where its epochs or its time were over."""
        if self in (Outcome.CONVERGED, Outcome.NO_PROGRESS):
            return 0
        return 1 if self in (Outcome.EPOCHS_DONE, Outcome.TIME_LIMIT) else 99 if self is Outcome.STOPPED else 2
