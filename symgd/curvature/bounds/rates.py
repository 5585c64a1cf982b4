"""What bounds of the curvature say of gradient descent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from symgd.arguments import read_whole_number
from symgd.evaluation.entries import Exact
from symgd.graph.node import Node
from symgd.graph.text_printer import number_text
from symgd.summaries import summary

__all__ = ["CurvatureBounds", "SafeLearningRate", "rounded"]


@dataclass(frozen=True, eq=False)
class CurvatureBounds:
    """Bounds m·I ⪯ ∇²f ⪯ L·I of a loss.

    Attributes
    ----------
    lipschitz : Node, Fraction or float
        L: the gradient changes by L·‖x − y‖ at most. A formula without data, a number with data.
    modulus : Node, Fraction or float
        m: f − m/2·‖x‖² is convex; negative where f is not convex.
    formulas : tuple of Node, or None
        m and L as formulas of the data; None for a local bound.
    where : str
        The region: empty where the bounds hold everywhere.
    reasons : tuple of str
    """

    lipschitz: Exact
    modulus: Exact
    formulas: tuple[Node, Node] | None
    where: str
    reasons: tuple[str, ...]

    @property
    def condition_number(self) -> Exact:
        """L/m, which determines how many steps descent needs; infinite where m is not above 0."""
        if isinstance(self.lipschitz, Node) or isinstance(self.modulus, Node):
            return self.lipschitz / self.modulus
        return self.lipschitz / self.modulus if self.modulus > 0 else math.inf

    def __repr__(self) -> str:
        return summary(f"curvature bounds: {self}")

    def __str__(self) -> str:
        where = f" {self.where}" if self.where else ""
        return f"L = {_shown(self.lipschitz, ROUND_CEILING)}, m = {_shown(self.modulus, ROUND_FLOOR)}{where}"

    def text(self) -> str:
        """Return the bounds and why they hold."""
        return "\n".join([str(self), *(f"  {reason}" for reason in dict.fromkeys(self.reasons))])

    def to_dict(self) -> dict[str, Any]:
        """Return the bounds as plain data."""
        return {
            "lipschitz": _plain(self.lipschitz),
            "modulus": _plain(self.modulus),
            "formulas": None
            if self.formulas is None
            else {"modulus": str(self.formulas[0]), "lipschitz": str(self.formulas[1])},
            "where": self.where,
            "reasons": list(dict.fromkeys(self.reasons)),
        }


@dataclass(frozen=True, eq=False)
class SafeLearningRate:
    """The learning rate 1/L, and what it promises.

    Attributes
    ----------
    rate : Node, Fraction or float
        1/L: every step of gradient descent lowers the loss by ‖∇f‖²/(2L) at least.
    divergence : Node, Fraction or float
        2/L: below it no quadratic with this L diverges; above it some do.
    bounds : CurvatureBounds
    """

    rate: Exact
    divergence: Exact
    bounds: CurvatureBounds

    @property
    def contraction(self) -> Exact:
        """1 − m/L: by this factor at least the distance f − f* shrinks with every step, for m > 0."""
        return 1 - self.bounds.modulus / self.bounds.lipschitz

    def after(self, steps: int) -> Exact:
        """Return (1 − m/L)ᵏ, the predicted share of f − f* that is left after k steps."""
        steps, share = read_whole_number(steps, "the number of steps", 0, 10**15), self.contraction
        return share**steps if isinstance(share, Node) or steps <= _EXACT else float(share) ** steps

    def __repr__(self) -> str:
        return summary(f"safe {self}")

    def __str__(self) -> str:
        return (
            f"learning rate {_shown(self.rate, ROUND_FLOOR)}; "
            f"above {_shown(self.divergence, ROUND_CEILING)} descent can diverge"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the rates as plain data."""
        return {
            "rate": _plain(self.rate),
            "divergence": _plain(self.divergence),
            "contraction": _plain(self.contraction),
            "bounds": self.bounds.to_dict(),
        }


_EXACT = 1000
"""Steps up to which a fraction stays one."""


def _shown(value: Exact, rounding: str) -> str:
    """Return six digits of a float, rounded to the safe side."""
    if not isinstance(value, float) or not math.isfinite(value):
        return number_text(value)
    return rounded(Decimal(f"{value:.13g}"), rounding)  # the last digits of an eigenvalue are rounding


def rounded(number: Decimal, rounding: str) -> str:
    """Return six digits of a number.

    Parameters
    ----------
    number : Decimal
    rounding : str
        One of the rounding modes of :mod:`decimal`.
    """
    digits = Context(prec=6, rounding=rounding).create_decimal(number).normalize()
    return f"{digits:f}" if not digits or 1e-4 <= abs(digits) < 1e6 else f"{digits:e}"


def _plain(value: Exact) -> Exact:
    return str(value) if isinstance(value, Node) else float(value)
