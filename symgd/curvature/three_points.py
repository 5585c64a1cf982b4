"""Counterexamples to the kinds beside convexity: three points on a line, compared in interval arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symgd.curvature.kind import Kind
from symgd.curvature.points_on_a_line import PointsOnALine, parameters_text, plain_parameters, plain_point, point_text
from symgd.errors import SymgdError
from symgd.evaluation.intervals import enclose
from symgd.graph.node import Node
from symgd.summaries import summary

__all__ = ["Counterexample", "ThreePoints"]

_LOG = (Kind.LOG_CONVEX, Kind.LOG_CONCAVE)
_RELATIONS = {Kind.QUASICONVEX: ">", Kind.QUASICONCAVE: "<", Kind.LOG_CONVEX: ">", Kind.LOG_CONCAVE: "<"}


@dataclass(frozen=True, eq=False, repr=False)
class ThreePoints(PointsOnALine):
    """Two points and one between them, at which a function is not what was asked.

    Attributes
    ----------
    formula : Node
    first, second : dict of Node to Fraction
    theta : Fraction
        The point between them is theta·first + (1 − theta)·second.
    kind : Kind
        What the function is not.
    """

    kind: Kind

    def _contradicts(self, a: Any, b: Any, between: Any) -> bool:
        if self.kind is Kind.QUASICONVEX:
            return bool(between.a > a.b and between.a > b.b)
        if self.kind is Kind.QUASICONCAVE:
            return bool(between.b < a.a and between.b < b.a)
        if any(bool(value.b < 0) for value in (a, b, between)):
            return True  # a function with a logarithm is nowhere negative
        if not (a.a > 0 and b.a > 0):
            return False
        p, q = self.theta.numerator, self.theta.denominator
        product = a**p * b ** (q - p)
        if self.kind is Kind.LOG_CONVEX:
            return bool(between.a > 0 and (between**q).a > product.b)
        return bool(between.b <= 0 or (between.a >= 0 and (between**q).b < product.a))

    def is_negative_at(self) -> Mapping[Node, Fraction] | None:
        """Return a point at which the function is negative, where one is and the logarithm is asked for."""
        if self.kind in _LOG:
            for point in (self.first, self.second, self.middle):
                try:
                    if enclose(self.formula, point).b < 0:
                        return point
                except SymgdError:
                    continue
        return None

    def text(self) -> str:
        """Return the counterexample in words."""
        negative = self.is_negative_at()
        if negative is not None:
            return f"not {self.kind.in_words}: f < 0 at {point_text(negative)}"
        theta, rest = self.theta, 1 - self.theta
        side = f"f(a)^({theta})·f(b)^({rest})"
        if self.kind not in _LOG:
            side = f"{'max' if self.kind is Kind.QUASICONVEX else 'min'}(f(a), f(b))"
        return (
            f"not {self.kind.in_words}: f({theta}·a + {rest}·b) {_RELATIONS[self.kind]} {side}"
            f" at a = {point_text(self.first)}, b = {point_text(self.second)}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the counterexample as plain data."""
        return {
            "a": plain_point(self.first),
            "b": plain_point(self.second),
            "theta": str(self.theta),
            "not": self.kind.in_words,
        }


@dataclass(frozen=True, eq=False)
class Counterexample:
    """An exact counterexample to one of the kinds beside convexity.

    Attributes
    ----------
    points : ThreePoints
    parameters : dict of str to Fraction
        Values of what is held fixed, and sizes of axes, for which it holds.
    """

    points: ThreePoints
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return summary(f"counterexample: {'; '.join(self.text().splitlines())}")

    def check(self) -> bool:
        """Prove it again, in interval arithmetic."""
        return self.points.check()

    def text(self) -> str:
        """Return the counterexample in words."""
        return "\n".join([self.points.text(), *parameters_text(self.parameters)])

    def to_dict(self) -> dict[str, Any]:
        """Return the counterexample as plain data."""
        return {**self.points.to_dict(), "parameters": plain_parameters(self.parameters)}
