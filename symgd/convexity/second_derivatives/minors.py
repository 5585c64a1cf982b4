"""The signs of the principal minors of a symmetric matrix.

A symmetric matrix is positive semidefinite exactly where all its principal minors are ≥ 0 (the leading ones do not suffice:
the Hessian of x²/y is singular everywhere), and positive definite where the leading ones are > 0.

References
----------
Horn & Johnson, *Matrix Analysis*, 2013, theorems 7.2.5 and 7.2.P4.
"""

from __future__ import annotations

import functools
import itertools
import math
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from symgd.convexity.algebra.quotients import Polynomial, Quotient
from symgd.convexity.algebra.signs import Signed, Signs
from symgd.convexity.found import shorten
from symgd.convexity.interval import enclose
from symgd.convexity.proof import Step
from symgd.errors import SymgdError
from symgd.graph.node import Node, constant, symbols_of

__all__ = ["Matrix"]


class Matrix:
    """A symmetric matrix of quotients, and the signs of its minors.

    Parameters
    ----------
    signs : Signs
    entries : mapping of (i, j) to Quotient
        The lower triangle.
    nodes : mapping of (i, j) to Node
        The same as formulas, from which proofs are repeated.
    """

    def __init__(
        self, signs: Signs, entries: Mapping[tuple[int, int], Quotient], nodes: Mapping[tuple[int, int], Node]
    ) -> None:
        self.signs = signs
        self.entries = dict(entries)
        self.nodes = dict(nodes)
        self.size = max(i for i, _ in entries) + 1

    def entry(self, i: int, j: int) -> Quotient:
        """Return one entry."""
        return self.entries[max(i, j), min(i, j)]

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return approximate values at points, NaN where too many digits cancel."""
        values = np.empty((len(points), self.size, self.size))
        errors = np.zeros(len(points))
        for (i, j), entry in self.entries.items():
            values[:, i, j], error = self.signs.samples.values_of_quotient(entry, points)
            values[:, j, i] = values[:, i, j]
            errors = np.maximum(errors, error)
        values[~(errors <= 1e-7 * np.abs(values).max((1, 2)))] = np.nan
        return values

    def shifted(self, amount: Quotient, number: Node) -> Matrix:
        """Return H − m·I, for a number as quotient and as formula."""
        algebra = self.signs.elementary
        entries = {
            (i, j): algebra.add(entry, algebra.scaled(amount, -1)) if i == j else entry
            for (i, j), entry in self.entries.items()
        }
        return Matrix(self.signs, entries, {(i, j): one - number if i == j else one for (i, j), one in self.nodes.items()})

    def sign_of_diagonal(self, i: int) -> Signed | None:
        """Return the proven sign of one entry of the diagonal."""
        return self.signs.of_quotient(self.entry(i, i))

    # -- definiteness -----------------------------------------------------------------------------------------

    def semidefinite(self, way: int) -> tuple[list[Polynomial] | None, tuple[Step, ...]] | None:
        """Show way·H ⪰ 0 on the domain, by the leading principal minors or by all.

        Returns
        -------
        (touching, steps), or None
            Factors outside whose zeros the matrix is definite; None where it is singular everywhere.
        """
        leading = self._by_minors([tuple(range(size)) for size in range(1, self.size + 1)], way, strictly=True)
        if leading is not None:
            return [], leading[1]
        rows = [rows for size in range(1, self.size + 1) for rows in itertools.combinations(range(self.size), size)]
        return self._by_minors(rows, way, strictly=False)

    def _by_minors(
        self, chosen: Sequence[tuple[int, ...]], way: int, strictly: bool
    ) -> tuple[list[Polynomial] | None, tuple[Step, ...]] | None:
        steps: list[Step] = []
        last: Signed | None = None
        for rows in chosen:
            try:
                minor = self.minor(rows)
                last = self.signs.of_quotient(minor) if time.monotonic() < self.signs.deadline else None
            except SymgdError:
                return None
            if last is None or last.sign not in (0, way ** len(rows)):
                return None
            if strictly and (last.sign == 0 or last.touching):
                return None
            steps.append(self._step(rows, minor, last))
        assert last is not None
        return (None if last.sign == 0 else list(last.touching)), tuple(steps)

    def _step(self, rows: tuple[int, ...], minor: Quotient, found: Signed) -> Step:
        label = "f″" if self.size == 1 else f"principal minor {''.join(str(row + 1) for row in rows)}"
        shown = shorten(self.signs.factored(minor))
        relation = "" if found.sign == 0 else " ≥ 0" if found.sign > 0 else " ≤ 0"
        because = "by its factors" if found.steps else ""
        return Step(f"{label} = {shown}{relation}", because, found.steps, functools.partial(self._is_minor, rows, minor))

    def minor(self, rows: Sequence[int]) -> Quotient:
        """Return a principal minor, by Leibniz's formula."""
        algebra = self.signs.elementary
        terms = [algebra.number(0)]
        for sign, places in _leibniz(rows):
            factors = [self.entry(i, j) for i, j in places]
            if all(factor.top for factor in factors):
                terms.append(algebra.multiply(algebra.number(sign), *factors))
        return algebra.add(*terms)

    def _is_minor(self, rows: tuple[int, ...], minor: Quotient) -> bool:
        """Whether the normal form of a minor has the values of the formula's own second derivatives, in 60 digits."""
        expected = constant(0)
        for sign, places in _leibniz(rows):
            term = constant(sign)
            for i, j in places:
                term = term * self.nodes[max(i, j), min(i, j)]
            expected = expected + term
        difference = self.signs.elementary.to_node(minor) - expected
        inputs = symbols_of(difference)
        compared = 0
        for k, point in enumerate(self.signs.points[:40]):
            values = {node: Fraction(float(x)).limit_denominator(64) for node, x in zip(self.variables, point, strict=True)}
            values |= {node: _inside(node, k) for node in inputs if node not in values}
            try:
                gap, size = enclose(difference, values), enclose(expected, values)
            except SymgdError:
                continue
            if not (gap.a <= 0 <= gap.b and gap.delta <= 1e-20 * max(1, abs(size.b))):
                return False
            compared += 1
            if compared == 3:
                return True
        return compared > 0

    @property
    def variables(self) -> list[Node]:
        """The variables of the formula."""
        return self.signs.elementary.variables


def _leibniz(rows: Sequence[int]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return the terms of a determinant: a sign, and the places of the factors."""
    terms = []
    for order in itertools.permutations(range(len(rows))):
        inversions = sum(1 for a, b in itertools.combinations(order, 2) if a > b)
        terms.append((-1 if inversions % 2 else 1, [(rows[i], rows[j]) for i, j in enumerate(order)]))
    return terms


def _inside(node: Node, turn: int) -> Fraction:
    """Return a short number that a parameter may have, another one at every turn."""
    interval = node.facts.interval
    numbers = [Fraction(text) for text in ("2/3", "5/7", "5/2", "-3/7", "7", "-5/2", "1/9")]
    allowed = [number for number in numbers if number in interval]
    if allowed:
        return allowed[turn % len(allowed)]
    low = Fraction(interval.low) if math.isfinite(interval.low) else Fraction(interval.high) - 2
    high = Fraction(interval.high) if math.isfinite(interval.high) else low + 2
    return low + (high - low) / 3
