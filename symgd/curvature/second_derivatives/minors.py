"""The signs of the principal minors of a symmetric matrix.

A symmetric matrix is positive semidefinite exactly where all its principal minors are ≥ 0 (the leading ones do not suffice:
the Hessian of x²/y is singular everywhere), and positive definite where the leading ones are > 0.

References
----------
Horn & Johnson, *Matrix Analysis*, 2013, theorems 7.2.5 and 7.2.P4.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symgd.curvature.algebra.quotients import Polynomial, Quotient
from symgd.curvature.algebra.signs import Given, Signs
from symgd.curvature.algebra.statements import Signed
from symgd.curvature.findings import shorten
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.errors import SymgdError
from symgd.evaluation.intervals import enclose
from symgd.graph.node import Node, constant
from symgd.graph.traversal import symbols_of

__all__ = ["Matrix", "MinorSign"]


@dataclass(frozen=True)
class MinorSign:
    """The statement that a principal minor has a sign.

    Attributes
    ----------
    matrix : Matrix
    rows : tuple of int
    sign : int
        +1 where it is ≥ 0 on the domain, −1 where it is ≤ 0, 0 where it is 0.
    touching : tuple of Polynomial
        Factors outside whose zeros it is not 0.
    """

    matrix: Matrix
    rows: tuple[int, ...]
    sign: int
    touching: tuple[Polynomial, ...]


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
            values[:, i, j], error = self.signs.region.samples.values_of_quotient(entry, points)
            values[:, j, i] = values[:, i, j]
            errors = np.maximum(errors, error)
        values[~(errors <= 1e-7 * np.abs(values).max((1, 2)))] = np.nan
        return values

    def shifted(self, amount: Quotient, number: Node) -> Matrix:
        """Return H − m·I, for a number as quotient and as formula."""
        algebra = self.signs.region.elementary
        entries = {
            (i, j): algebra.add(entry, algebra.scaled(amount, -1)) if i == j else entry
            for (i, j), entry in self.entries.items()
        }
        return Matrix(
            self.signs, entries, {(i, j): entry - number if i == j else entry for (i, j), entry in self.nodes.items()}
        )

    def sign_of_diagonal(self, i: int) -> Signed | None:
        """Return the proven sign of one entry of the diagonal."""
        return self.signs.of_quotient(self.entry(i, i))

    # -- definiteness -----------------------------------------------------------------------------------------

    def semidefinite(self, sign: int) -> tuple[list[Polynomial] | None, tuple[Step, ...]] | None:
        """Show sign·H ⪰ 0 on the domain, by the leading principal minors or by all.

        Returns
        -------
        (touching, steps), or None
            Factors outside whose zeros the matrix is definite; None where it is singular everywhere.
        """
        for rows, strictly in ((self._leading(), True), (self._all(), False)):
            steps = self._signs_of_minors(rows, sign, strictly)
            if steps is not None:
                return self.definiteness([step.statement for step in steps], sign), steps
        return None

    def definiteness_stated(self, premises: Premises, sign: int) -> tuple[list[Polynomial] | None] | None:
        """Return the same from the premises of a step: (touching,) where they show sign·H ⪰ 0, else None."""
        for rows, strictly in ((self._leading(), True), (self._all(), False)):
            stated = [premises.find(MinorSign, matrix=self, rows=minor_rows) for minor_rows in rows]
            known = [minor for minor in stated if minor is not None]
            if len(known) == len(stated) and all(_suits(minor, sign, strictly) for minor in known):
                return (self.definiteness(known, sign),)
        return None

    def definiteness(self, minors: Sequence[MinorSign], sign: int) -> list[Polynomial] | None:
        """Return factors outside whose zeros the matrix is definite, from the signs of its minors; None where it never is."""
        return None if minors[-1].sign == 0 else list(minors[-1].touching)

    def _leading(self) -> list[tuple[int, ...]]:
        return [tuple(range(size)) for size in range(1, self.size + 1)]

    def _all(self) -> list[tuple[int, ...]]:
        return [rows for size in range(1, self.size + 1) for rows in itertools.combinations(range(self.size), size)]

    def _signs_of_minors(self, chosen: Sequence[tuple[int, ...]], sign: int, strictly: bool) -> tuple[Step, ...] | None:
        steps: list[Step] = []
        for rows in chosen:
            try:
                minor = self.minor(rows)
                signed = self.signs.of_quotient(minor) if not self.signs.region.effort.is_used_up else None
            except SymgdError:
                return None
            if signed is None:
                return None
            conclusion = self.conclusion(rows, minor, signed, bool(signed.steps))
            if not _suits(conclusion.statement, sign, strictly):
                return None
            steps.append(step_by(by_minor, (self, rows), conclusion, signed.steps))
        return tuple(steps)

    def conclusion(self, rows: tuple[int, ...], minor: Quotient, signed: Signed, has_factors: bool) -> Conclusion:
        """Return what is said of a minor whose sign is known."""
        label = "f″" if self.size == 1 else f"principal minor {''.join(str(row + 1) for row in rows)}"
        shown = shorten(self.signs.region.factored(minor))
        relation = "" if signed.sign == 0 else " ≥ 0" if signed.sign > 0 else " ≤ 0"
        return Conclusion(
            MinorSign(self, rows, signed.sign, signed.touching),
            f"{label} = {shown}{relation}",
            "by its factors" if has_factors else "",
        )

    def minor(self, rows: Sequence[int]) -> Quotient:
        """Return a principal minor, by Leibniz's formula."""
        algebra = self.signs.region.elementary
        terms = [algebra.number(0)]
        for sign, places in _leibniz(rows):
            factors = [self.entry(i, j) for i, j in places]
            if all(factor.top for factor in factors):
                terms.append(algebra.multiply(algebra.number(sign), *factors))
        return algebra.add(*terms)

    def is_minor(self, rows: tuple[int, ...], minor: Quotient) -> bool:
        """Whether the normal form of a minor has the values of the formula's own second derivatives, in 60 digits.

        Where no function of it can be enclosed, nothing contradicts the normal form.
        """
        expected = constant(0)
        for sign, places in _leibniz(rows):
            term = constant(sign)
            for i, j in places:
                term = term * self.nodes[max(i, j), min(i, j)]
            expected = expected + term
        difference = self.signs.region.elementary.to_node(minor) - expected
        inputs = symbols_of(difference)
        compared = 0
        for k, point in enumerate(self.signs.region.points[:40]):
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
        return True

    @property
    def variables(self) -> list[Node]:
        """The variables of the formula."""
        return self.signs.region.elementary.variables


@rule
def by_minor(premises: Premises, matrix: Matrix, rows: tuple[int, ...]) -> Conclusion | None:
    """Conclude from the signs of a minor's factors; it must have the values of the formula's own second derivatives."""
    minor = matrix.minor(rows)
    signed = Given(matrix.signs.region, premises).of_quotient(minor)
    if signed is None or not matrix.is_minor(rows, minor):
        return None
    return matrix.conclusion(rows, minor, signed, len(premises) > 0)


def _suits(minor: MinorSign, sign: int, strictly: bool) -> bool:
    """Whether the sign of a minor is that of a matrix with sign·H ⪰ 0 (or ≻ 0, strictly)."""
    if minor.sign not in (0, sign ** len(minor.rows)):
        return False
    return not strictly or (minor.sign != 0 and not minor.touching)


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
