"""What can be said of the curvature of a formula, and what shows it: a proof to replay, or an exact counterexample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symgd.curvature.findings import Curved
from symgd.curvature.kind import Kind
from symgd.curvature.points_on_a_line import PointsOnALine, parameters_text, plain_parameters, plain_point, point_text
from symgd.curvature.proof import Proof
from symgd.curvature.three_points import Counterexample
from symgd.errors import SymgdError, shown
from symgd.evaluation.intervals import enclose
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node
from symgd.graph.text_printer import number_text
from symgd.summaries import summary

__all__ = ["Bend", "Chord", "Convexity", "Kind", "Witness"]


_STEPS = (*(Fraction(1, 2**k) for k in range(4)), *(Fraction(1, 10**k) for k in range(1, 15)))
"""How far a chord around a point reaches, the widest first."""


@dataclass(frozen=True, eq=False)
class Bend:
    """A point and a direction in which the function bends: the sign of vᵀHv there.

    Attributes
    ----------
    formula : Node
    point : dict of Node to Fraction
    direction : dict of Node to Fraction
    sign : int
        −1 where vᵀHv < 0, which contradicts convexity; +1 where it is > 0, which contradicts concavity.
    form : Node
        vᵀHv as a formula.
    contains : callable
        Whether a point lies in the domain.
    """

    formula: Node
    point: Mapping[Node, Fraction]
    direction: Mapping[Node, Fraction]
    sign: int
    form: Node
    contains: Callable[[Mapping[Node, Fraction]], bool]

    def __repr__(self) -> str:
        return summary(f"counterexample: {self.text()}")

    def is_proven(self) -> bool:
        """Prove the sign of vᵀHv in interval arithmetic."""
        try:
            value = enclose(self.form, self.point)
        except SymgdError:
            return False
        return bool(value.b < 0) if self.sign < 0 else bool(value.a > 0)

    def check(self) -> bool:
        """Prove the sign in interval arithmetic, and again from values of the formula alone, as a short chord."""
        return self.is_proven() and self.chord() is not None

    def chord(self) -> Chord | None:
        """Return a chord around the point that shows the same: f(x + hv) + f(x − hv) against 2·f(x)."""
        for step in _STEPS:
            ends = [
                {node: x + sign * step * self.direction.get(node, Fraction(0)) for node, x in self.point.items()}
                for sign in (1, -1)
            ]
            chord = Chord(self.formula, ends[0], ends[1], Fraction(1, 2), self.sign)
            if all(map(self.contains, ends)) and chord.check():
                return chord
        return None

    def text(self) -> str:
        """Return the counterexample in words."""
        (symbol, word) = ("<", "convex") if self.sign < 0 else (">", "concave")
        if len(self.point) == 1:
            return f"not {word}: f\u2033 {symbol} 0 at {point_text(self.point)}"
        return f"not {word}: v\u1d40Hv {symbol} 0 at {point_text(self.point)} for v = {point_text(self.direction)}"

    def to_dict(self) -> dict[str, Any]:
        """Return the counterexample as plain data."""
        return {"point": plain_point(self.point), "direction": plain_point(self.direction), "sign": self.sign}


@dataclass(frozen=True, eq=False, repr=False)
class Chord(PointsOnALine):
    """Two points whose chord lies on the wrong side.

    Attributes
    ----------
    formula : Node
    first, second : dict of Node to Fraction
    theta : Fraction
        The function is compared at theta·first + (1 − theta)·second.
    sign : int
        −1 where the function lies above the chord, which contradicts convexity; +1 where it lies below.
    """

    sign: int

    def _contradicts(self, a: Any, b: Any, between: Any) -> bool:
        # θ = p/q, so the comparison is one of whole multiples
        p, q = self.theta.numerator, self.theta.denominator
        gap = q * between - p * a - (q - p) * b
        return bool(gap.a > 0) if self.sign < 0 else bool(gap.b < 0)

    def chord(self) -> Chord:
        """Return the chord itself."""
        return self

    def text(self) -> str:
        """Return the counterexample in words."""
        symbol, word = (">", "convex") if self.sign < 0 else ("<", "concave")
        rest = 1 - self.theta
        return (
            f"not {word}: f({self.theta}\u00b7a + {rest}\u00b7b) {symbol} {self.theta}\u00b7f(a) + {rest}\u00b7f(b)"
            f" at a = {point_text(self.first)}, b = {point_text(self.second)}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the counterexample as plain data."""
        return {"a": plain_point(self.first), "b": plain_point(self.second), "theta": str(self.theta), "sign": self.sign}


@dataclass(frozen=True, eq=False)
class Witness:
    """Two exact counterexamples: one to convexity, one to concavity.

    Attributes
    ----------
    against_convexity, against_concavity : Bend or Chord
    parameters : dict of str to Fraction
        Values of what is held fixed, and sizes of axes, for which they hold.
    """

    against_convexity: Bend | Chord
    against_concavity: Bend | Chord
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return summary(f"counterexamples: {'; '.join(self.text().splitlines())}")

    def check(self) -> bool:
        """Prove both again, in interval arithmetic."""
        return self.against_convexity.check() and self.against_concavity.check()

    def text(self) -> str:
        """Return the counterexamples in words."""
        return "\n".join([self.against_convexity.text(), self.against_concavity.text(), *parameters_text(self.parameters)])

    def to_dict(self) -> dict[str, Any]:
        """Return the witness as plain data."""
        return {
            "against_convexity": self.against_convexity.to_dict(),
            "against_concavity": self.against_concavity.to_dict(),
            "parameters": plain_parameters(self.parameters),
        }


@dataclass(frozen=True)
class Convexity:
    """The verdict on a formula.

    It cannot be changed, and no verdict can be made whose proof shows something else.

    Attributes
    ----------
    kind : Kind
    formula : Node
    wrt : list of Node
    domain : str
        Where the verdict holds.
    intervals : dict of Node to Interval
        The bounds of each variable.
    proof : Proof or None
    witness : Witness or Counterexample or None
        Counterexamples to convexity and to concavity; one counterexample where another kind was asked for.
    modulus : Any or None
        The largest m found such that f − m/2·‖x‖² is convex: an exact number, or a formula of the parameters.
    reason : str
        Why the verdict is UNKNOWN, else which rule decided.
    """

    kind: Kind
    formula: Node
    wrt: list[Node]
    domain: str
    intervals: Mapping[Node, Interval] = field(default_factory=dict)
    proof: Proof | None = None
    witness: Witness | Counterexample | None = None
    modulus: Any = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.proof is not None and not self._is_shown():
            raise SymgdError("the proof does not show this verdict")

    def _is_shown(self) -> bool:
        """Whether the last step of the proof says of this formula what the verdict says."""
        shown = None if self.proof is None else self.proof.root.statement
        return isinstance(shown, Curved) and (
            (shown.formula, shown.wrt, str(shown.domain), shown.domain.intervals, shown.kind, shown.modulus)
            == (self.formula, tuple(self.wrt), self.domain, self.intervals, self.kind, self.modulus)
        )

    def check(self) -> bool:
        """Repeat the proof or the counterexamples; False where there is neither, or where they show something else."""
        if self.proof is not None:
            return self._is_shown() and self.proof.check()
        return self.witness is not None and self._is_refuted() and self.witness.check()

    def _is_refuted(self) -> bool:
        """Whether the counterexample is one to what the verdict says that it is not."""
        if isinstance(self.witness, Counterexample):
            return self.kind.is_refuted and self.kind is not Kind.NEITHER and self.witness.points.kind.refuted is self.kind
        return self.kind is Kind.NEITHER

    def __repr__(self) -> str:
        return summary(f"convexity of {shown(self.formula)}: {self._claim()}")

    def __str__(self) -> str:
        return f"{self._claim()}: {self.reason}" if self.reason else self._claim()

    def _claim(self) -> str:
        text = f"{self.kind} in {', '.join(node.name for node in self.wrt)}"
        if self.domain:
            text += f" for {self.domain}"
        if self.modulus is not None:
            text += f", with modulus {number_text(self.modulus)}"
        return text

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return {
            "kind": str(self.kind),
            "wrt": [node.name for node in self.wrt],
            "domain": self.domain,
            "proof": None if self.proof is None else [self.proof.claim, *self.proof.steps],
            "witness": None if self.witness is None else self.witness.to_dict(),
            "modulus": None if self.modulus is None else number_text(self.modulus),
            "reason": self.reason,
        }
