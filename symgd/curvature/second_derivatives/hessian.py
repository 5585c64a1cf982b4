"""Second derivatives of formulas of scalars, as formulas and as numbers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.codegen.lambdify import compile_formulas
from symgd.derive.jacobian import gradients
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on
from symgd.rewrite.driver import simplify

_SLOW_BELOW_ZERO = ("polygamma", "zeta")

__all__ = ["Hessian", "has_kink", "lower_triangle"]


def lower_triangle(n: int) -> list[tuple[int, int]]:
    """Return the places of the lower triangle, row by row."""
    return [(i, j) for i in range(n) for j in range(i + 1)]


class Hessian:
    """The second derivatives of a scalar formula of scalars, as formulas.

    Parameters
    ----------
    formula : Node
    variables : sequence of Node
    facts : Facts
    """

    def __init__(self, formula: Node, variables: Sequence[Node], facts: Facts) -> None:
        self.formula = formula
        self.variables = list(variables)
        slopes = gradients(formula, self.variables)
        rows = [gradients(slope, self.variables) for slope in slopes]
        flat = [rows[i][j] for i in range(len(rows)) for j in range(i + 1)]
        flat = list(simplify(flat, facts).roots) if any(node.primitive.conditional for node in flat) else flat
        self._flat = flat
        self.facts = facts

    def entry(self, i: int, j: int) -> Node:
        """Return one entry; the matrix is symmetric."""
        i, j = max(i, j), min(i, j)
        return self._flat[i * (i + 1) // 2 + j]

    @property
    def entries(self) -> list[Node]:
        """The lower triangle, row by row."""
        return self._flat

    def form(self, direction: Sequence[Fraction]) -> Node:
        """Return vᵀHv for one direction."""
        n = len(self.variables)
        total = constant(0)
        for i, j in itertools.product(range(n), repeat=2):
            if direction[i] and direction[j]:
                total = total + constant(direction[i] * direction[j]) * self.entry(i, j)
        return total

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return approximate Hessians at points, one per row."""
        n = len(self.variables)
        code = self._code()
        points = np.where(self._is_harmless(points)[:, None], points, np.nan)
        columns = [points[:, k] for k in range(n)]
        with np.errstate(all="ignore"):
            values = [np.broadcast_to(np.asarray(value, dtype=float), (len(points),)) for value in code(*columns)]
        matrices = np.empty((len(points), n, n))
        for k, (i, j) in enumerate(lower_triangle(n)):
            matrices[:, i, j] = matrices[:, j, i] = values[k]
        return matrices

    def _is_harmless(self, points: np.ndarray) -> np.ndarray:
        """Return at which points SciPy returns: its polygamma and zeta do not terminate far below 0."""
        moving = depends_on(tuple(self._flat), self.variables)
        arguments = [arg for node in moving if node.primitive.name in _SLOW_BELOW_ZERO for arg in node.args if arg in moving]
        if not arguments:
            return np.ones(len(points), dtype=bool)
        code = compile_formulas(self.variables, arguments)
        with np.errstate(all="ignore"):
            values = code(*(points[:, k] for k in range(points.shape[1])))
        harmless = [np.broadcast_to(np.asarray(value), (len(points),)) > -30 for value in values]
        return np.asarray(np.all(harmless, axis=0))

    def _code(self) -> Any:
        if not hasattr(self, "_compiled"):
            self._compiled = compile_formulas(self.variables, self._flat)
        return self._compiled


def has_kink(formula: Node, wrt: Sequence[Node]) -> bool:
    """Whether a function stands in the formula that has a kink or a jump where it depends on the variables."""
    moving = depends_on((formula,), wrt)
    return any(node.primitive.kinks is not None or node.primitive.conditional or node.primitive.is_boolean for node in moving)
