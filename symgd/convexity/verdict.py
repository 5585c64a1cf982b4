"""What can be said of the curvature of a formula, and what shows it: a proof to replay, or an exact counterexample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any

from symgd.graph.node import Node

__all__ = ["Convexity", "Kind", "Proof", "Witness"]


class Kind(Enum):
    """The verdict."""

    STRONGLY_CONVEX = "STRONGLY_CONVEX"
    STRICTLY_CONVEX = "STRICTLY_CONVEX"
    CONVEX = "CONVEX"
    AFFINE = "AFFINE"
    STRICTLY_CONCAVE = "STRICTLY_CONCAVE"
    CONCAVE = "CONCAVE"
    NEITHER = "NEITHER"
    UNKNOWN = "UNKNOWN"

    def __str__(self) -> str:
        return self.value

    @property
    def is_convex(self) -> bool:
        """Whether the formula is convex (an affine one is)."""
        return self in (Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONVEX, Kind.CONVEX, Kind.AFFINE)

    @property
    def is_concave(self) -> bool:
        """Whether the formula is concave (an affine one is)."""
        return self in (Kind.STRICTLY_CONCAVE, Kind.CONCAVE, Kind.AFFINE)

    def negated(self) -> Kind:
        """Return the verdict on −f."""
        return _NEGATED.get(self, self)


_NEGATED = {
    Kind.STRICTLY_CONVEX: Kind.STRICTLY_CONCAVE,
    Kind.STRONGLY_CONVEX: Kind.STRICTLY_CONCAVE,
    Kind.CONVEX: Kind.CONCAVE,
    Kind.STRICTLY_CONCAVE: Kind.STRICTLY_CONVEX,
    Kind.CONCAVE: Kind.CONVEX,
}


@dataclass
class Proof:
    """Steps that lead to the verdict.

    Attributes
    ----------
    claim : str
    steps : list of str
    replay : callable
        Repeats every step from the declared facts or in exact arithmetic; returns whether all hold.
    """

    claim: str
    steps: list[str]
    replay: Callable[[], bool] = field(repr=False)

    def check(self) -> bool:
        """Replay the proof."""
        return self.replay()

    def text(self) -> str:
        """Return the proof as lines of text."""
        return "\n".join([self.claim, *(f"  {step}" for step in self.steps)])

    def latex(self) -> str:
        """Return the proof as a LaTeX list."""
        escaped = [step.replace("\\", r"\textbackslash ").replace("_", r"\_").replace("^", r"\^{}") for step in self.steps]
        return "\n".join([r"\begin{itemize}", *(rf"\item \verb|{step}|" for step in escaped), r"\end{itemize}"])


@dataclass(frozen=True)
class Witness:
    """Two exact Jensen triples: one that contradicts convexity, one that contradicts concavity.

    Each is (a, b): f at the middle lies above (below) the mean of f(a) and f(b), proven in interval arithmetic.
    """

    above: tuple[Mapping[str, Fraction], Mapping[str, Fraction]]
    below: tuple[Mapping[str, Fraction], Mapping[str, Fraction]]
    replay: Callable[[], bool] = field(repr=False, compare=False)

    def check(self) -> bool:
        """Prove both triples again, in interval arithmetic."""
        return self.replay()

    def text(self) -> str:
        """Return the triples in words."""
        return (
            f"not convex: f((a + b)/2) > (f(a) + f(b))/2 at a = {_show(self.above[0])}, b = {_show(self.above[1])}\n"
            f"not concave: f((a + b)/2) < (f(a) + f(b))/2 at a = {_show(self.below[0])}, b = {_show(self.below[1])}"
        )


def _show(point: Mapping[str, Fraction]) -> str:
    inside = ", ".join(f"{name} = {value}" for name, value in point.items())
    return f"({inside})"


@dataclass
class Convexity:
    """The verdict on a formula.

    Attributes
    ----------
    kind : Kind
    formula : Node
    wrt : list of Node
    domain : str
        Where the verdict holds.
    proof : Proof or None
    witness : Witness or None
    modulus : Any or None
        The largest m found such that f − m/2·‖x‖² is convex (exact).
    reason : str
        Why the verdict is UNKNOWN, else which rule decided.
    """

    kind: Kind
    formula: Node
    wrt: list[Node]
    domain: str
    proof: Proof | None = None
    witness: Witness | None = None
    modulus: Any = None
    reason: str = ""

    def __str__(self) -> str:
        text = f"{self.kind} in {', '.join(node.name for node in self.wrt)}"
        if self.domain:
            text += f" for {self.domain}"
        if self.modulus is not None:
            text += f", with modulus {self.modulus}"
        return f"{text}: {self.reason}" if self.reason else text

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return {
            "kind": str(self.kind),
            "wrt": [node.name for node in self.wrt],
            "domain": self.domain,
            "proof": None if self.proof is None else [self.proof.claim, *self.proof.steps],
            "witness": None if self.witness is None else self.witness.text().splitlines(),
            "modulus": None if self.modulus is None else str(self.modulus),
            "reason": self.reason,
        }
