"""What a run recorded, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

import numpy as np

from symgd.array_entries import Foreign
from symgd.descent.outcome import Outcome
from symgd.errors import SymgdError, shown
from symgd.optional_packages import required
from symgd.summaries import summary

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from symgd.arrays import Array

    Point = TypeVar("Point", bound="Array | dict[str, Array]", default="Array | dict[str, Array]", covariant=True)
else:
    from typing import TypeVar

    Point = TypeVar("Point")

__all__ = ["History", "Outcome", "Run"]


_LARGEST_DRAWN = 1e300
"""Larger losses are left out of a picture, whose margins would overflow."""


@dataclass
class History:
    """The course of a run, one entry an epoch (epoch 0 is the start).

    Attributes
    ----------
    value : list of float
        The loss on all samples.
    gradient_norm : list of float
    learning_rate : list of float
        Of the last step of the epoch.
    updates : list of int
        Steps done so far.
    """

    value: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)

    def record(self, value: float, gradient_norm: float, learning_rate: float, updates: int) -> None:
        """Add an epoch."""
        self.value.append(float(value))
        self.gradient_norm.append(float(gradient_norm))
        self.learning_rate.append(float(learning_rate))
        self.updates.append(updates)

    def __repr__(self) -> str:
        if not self.value:
            return summary("history: no epochs")
        return summary(f"history: {len(self) - 1} epochs, loss {self.value[0]:.6g} at first, {self.value[-1]:.6g} at last")

    def __len__(self) -> int:
        return len(self.value)


@dataclass(repr=False)
class Run(Generic[Point]):
    """The result of a descent.

    Attributes
    ----------
    x : array, or dict of arrays
        The best point of the run: an array where there is one variable (a number of NumPy's where it is a scalar), or where all
        variables are scalars; else the arrays by the names of the variables.
    value : float
        The loss there.
    outcome : Outcome
    message : str
        The outcome's sentence, with step, value and advice where the run went wrong.
    history : History
    epochs, updates : int
    jac : array
        The gradient at the best point, as one vector.
    x_last : array, or dict of arrays
        Where the run ended.
    nfev, njev : int
        How often the loss and its gradient were computed on all samples.
    seconds : float
    fun, nit, success, status
        The loss, the epochs, whether the run ended as planned, and 0 where it converged, as SciPy calls them.
    """

    x: Point
    value: float
    outcome: Outcome
    message: str
    history: History
    epochs: int
    updates: int
    jac: Foreign = None
    x_last: Foreign = None
    nfev: int = 0
    njev: int = 0
    seconds: float = 0.0

    @property
    def fun(self) -> float:
        """The loss at the best point."""
        return self.value

    @property
    def nit(self) -> int:
        """How many epochs were done."""
        return self.epochs

    @property
    def success(self) -> bool:
        """Whether the run ended as planned."""
        return self.outcome.is_success

    @property
    def status(self) -> int:
        """0 where the run converged, 1 where its epochs or its time were over, 99 where the callback stopped it, else 2."""
        return self.outcome.status

    def __str__(self) -> str:
        return f"{self.message} Best loss {self.value:.10g} in {self.epochs} epochs, {self.updates} updates."

    def __repr__(self) -> str:
        return f"<run: {self}>"

    def plot(self, ax: Foreign = None) -> Foreign:
        """Draw the loss against the epochs.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        SymgdError
            For what is no Axes.
        UnsupportedError
            Without matplotlib.
        """
        if ax is None:
            _, ax = required("matplotlib.pyplot", "a picture").subplots()
        elif not hasattr(ax, "set_yscale"):
            raise SymgdError(f"ax is a matplotlib Axes, not {shown(ax)}")
        values = np.asarray(self.history.value)
        values = np.where(np.abs(values) < _LARGEST_DRAWN, values, np.nan)
        ax.plot(np.arange(len(values)), values, marker="o" if len(values) < 30 else None)
        finite = values[np.isfinite(values)]
        if finite.size and finite.min() > 0 and finite.max() > 20 * finite.min():
            ax.set_yscale("log")
        if len(values) > 200:  # most happens in the first epochs
            ax.set_xscale("symlog", linthresh=10)
        ax.set_xlabel("epoch")
        ax.set_ylabel("loss")
        ax.grid(True, alpha=0.3)
        return ax
