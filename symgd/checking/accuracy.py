"""Measure how many digits compiled code keeps.

The truth is the formula as it was given, in as many digits as it takes for two precisions to agree; the code is what
:func:`symgd.lambdify` makes of it, simplified and stable. A digit is lost where they part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symgd.arrays import read_exact_array
from symgd.checking.verdict import entry_name
from symgd.errors import SymgdError
from symgd.evaluation.code_warnings import collected_warnings
from symgd.evaluation.digits import FULL, kept, settled
from symgd.evaluation.sampling import Point, read_point
from symgd.graph.conversion import name_of
from symgd.graph.node import Node
from symgd.summaries import summary

__all__ = ["Accuracy", "LeastDigits", "measure", "read_points"]

_PRECISIONS = (400, 800, 1600, 3200)
"""Decimal digits: the first holds 1 + 1e-300, so that nothing a float can show is lost in both of two."""


@dataclass(frozen=True)
class LeastDigits:
    """The entry that lost most.

    Attributes
    ----------
    output : str
        ``"value"``, or ``"gradient in x"``.
    index : tuple of int
    computed, true : float
    digits : float
    point : str
    """

    output: str
    index: tuple[int, ...]
    computed: float
    true: float
    digits: float
    point: str

    def __str__(self) -> str:
        entry = entry_name(self.output, self.index)
        return f"{entry}  got {self.computed:.17g}  true {self.true:.17g}  {self.digits:.1f} digits at {self.point}"


@dataclass
class Accuracy:
    """How many digits compiled code keeps.

    Attributes
    ----------
    digits : float
        The least of all entries at all points; 16 is all a float64 holds.
    outputs : dict of str to float
        The least digits of the value and of each gradient.
    worst : LeastDigits or None
    points, entries : int
    warnings : list of str
        What NumPy warned about, once each.
    notes : list of str
    """

    points: int
    outputs: dict[str, float] = field(default_factory=dict)
    worst: LeastDigits | None = None
    entries: int = 0
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def digits(self) -> float:
        return min(self.outputs.values(), default=FULL)

    def __repr__(self) -> str:
        return summary(f"accuracy: {self}")

    def __str__(self) -> str:
        outputs = ", ".join(f"{name} {digits:.1f}" for name, digits in self.outputs.items())
        return f"{self.digits:.1f} digits at worst, over {self.points} point{'s' if self.points != 1 else ''} ({outputs})"

    def explain(self) -> str:
        """Say what was found, in words."""
        lines = [str(self)]
        if self.worst is not None and self.worst.digits < FULL:
            lines.append(f"  {self.worst}")
        return "\n".join([*lines, *(f"  warning: {text}" for text in self.warnings), *(f"  {note}" for note in self.notes)])

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        worst = None if self.worst is None else vars(self.worst) | {"index": list(self.worst.index)}
        return {"digits": self.digits, "worst": worst, **{name: getattr(self, name) for name in
                ("outputs", "points", "entries", "warnings", "notes")}}  # fmt: skip


def read_points(inputs: Sequence[Node], at: Any) -> list[Point]:
    """Read one point, a list of points, or a point in which scalars have several values each.

    Raises
    ------
    SymgdError
        For a name that is not in the formula, a missing value, a shape that does not fit, and lists of different lengths.
    """
    if isinstance(at, Mapping) and inputs and all(not node.shape for node in inputs):
        columns = {key: read_exact_array(value, f"the value of {name_of(key)}").ravel() for key, value in at.items()}
        lengths = {len(column) for column in columns.values()} - {1}
        if len(lengths) > 1:
            raise SymgdError(f"the inputs have {' and '.join(map(str, sorted(lengths)))} values", hint="give as many of each")
        count = lengths.pop() if lengths else 1
        at = [{key: column[k % len(column)] for key, column in columns.items()} for k in range(count)]
    places = at if isinstance(at, list | tuple) else [at]
    if not len(places):
        raise SymgdError("there are no points to measure at", hint="leave at= out, and random points are drawn")
    return [read_point(inputs, place) for place in places]


def measure(
    names: Sequence[str],
    formulas: Sequence[Node],
    compiled: Callable[..., Any],
    arguments: Sequence[Node],
    points: Sequence[Point],
) -> Accuracy:
    """Compare compiled formulas with their values in many digits.

    Parameters
    ----------
    names : sequence of str
        Of the outputs.
    formulas : sequence of Node
    compiled : callable
        Of `arguments`; returns a list.
    arguments : sequence of Node
    points : sequence of Point
    """
    accuracy = Accuracy(len(points), dict.fromkeys(names, FULL))
    undecided = 0
    for point in points:
        with collected_warnings(RuntimeWarning) as caught:
            results = compiled(*(np.asarray(point.values[node], dtype=float) for node in arguments))
        accuracy.warnings += [
            text for text in dict.fromkeys(str(warning.message) for warning in caught) if text not in accuracy.warnings
        ]
        truth = settled(formulas, point.values, point.sizes, _PRECISIONS)
        for name, result, true in zip(names, results, truth, strict=True):
            for index in np.ndindex(*true.shape):
                digits = kept(np.asarray(result)[index], true[index])
                if digits is None:
                    undecided += 1
                    continue
                accuracy.entries += 1
                accuracy.outputs[name] = min(accuracy.outputs[name], digits)
                if accuracy.worst is None or digits < accuracy.worst.digits:
                    accuracy.worst = LeastDigits(
                        name, index, float(np.asarray(result)[index]), float(true[index]), digits, repr(point)
                    )
    if undecided:
        accuracy.notes.append(f"entries whose formula has no value there: {undecided}")
    return accuracy
