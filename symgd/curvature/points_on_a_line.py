"""Two points and one between them, at which a function is compared by intervals; points in words and as plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symgd.errors import SymgdError
from symgd.evaluation.intervals import enclose
from symgd.graph.node import Node
from symgd.graph.text_printer import number_text
from symgd.summaries import summary

__all__ = ["PointsOnALine", "parameters_text", "plain_parameters", "plain_point", "point_text"]


@dataclass(frozen=True, eq=False, repr=False)
class PointsOnALine(ABC):
    """Two points and θ·first + (1 − θ)·second between them, at which a function contradicts something."""

    formula: Node
    first: Mapping[Node, Fraction]
    second: Mapping[Node, Fraction]
    theta: Fraction

    def __repr__(self) -> str:
        return summary(f"counterexample: {self.text()}")

    @property
    def middle(self) -> dict[Node, Fraction]:
        """The point in between."""
        return {node: self.theta * self.first[node] + (1 - self.theta) * self.second[node] for node in self.first}

    def check(self) -> bool:
        """Prove the contradiction in interval arithmetic."""
        try:
            first, second, between = (enclose(self.formula, point) for point in (self.first, self.second, self.middle))
        except SymgdError:
            return False
        return self._contradicts(first, second, between)

    @abstractmethod
    def text(self) -> str:
        """Return the counterexample in words."""

    @abstractmethod
    def _contradicts(self, a: Any, b: Any, between: Any) -> bool:
        """Whether values, enclosed by intervals, contradict what is refuted."""


def point_text(point: Mapping[Node, Fraction]) -> str:
    """Return a point in words."""
    entries = ", ".join(f"{node.name} = {number_text(value)}" for node, value in point.items())
    return f"({entries})" if len(point) > 1 else entries


def plain_point(point: Mapping[Node, Fraction]) -> dict[str, str]:
    """Return a point as plain data."""
    return {node.name: number_text(value) for node, value in point.items()}


def parameters_text(parameters: Mapping[str, Any]) -> list[str]:
    """Return a line that says for which values of what is held fixed something holds; none where nothing is held fixed."""
    return [f"for {', '.join(f'{name} = {value}' for name, value in parameters.items())}"] if parameters else []


def plain_parameters(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return values of what is held fixed as plain data."""
    return {name: number_text(value) for name, value in parameters.items()}
