"""Sums of squares: floats propose a Gram matrix, exact algebra decides.

A polynomial p is ≥ 0 where p = zᵀ·Q·z for a vector z of monomials and a positive semidefinite Q. The proposal maximises
the smallest eigenvalue of Q by Newton's method on a barrier; it is rounded to rationals, corrected so that the identity
holds exactly, and decomposed exactly as L·D·Lᵀ.

References
----------
Parrilo, "Semidefinite programming relaxations for semialgebraic problems", 2003; Peyrl & Parrilo, "Computing sum of squares
decompositions with rational coefficients", 2008; Boyd & Vandenberghe, *Convex Optimization*, 2004, chapter 11.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

__all__ = ["Gram", "decompose", "is_positive_semidefinite"]

Monomial = tuple[int, ...]
MAX_MONOMIALS = 18
MAX_FREE = 60
MAX_CANDIDATES = 2000
LARGEST = 10**100


@dataclass(frozen=True)
class Gram:
    """p = zᵀ·Q·z with exact numbers.

    Attributes
    ----------
    monomials : tuple of Monomial
    matrix : tuple of tuple of Fraction
    """

    monomials: tuple[Monomial, ...]
    matrix: tuple[tuple[Fraction, ...], ...]

    def check(self, polynomial: Mapping[Monomial, Fraction]) -> bool:
        """Whether the identity holds exactly and the matrix is positive semidefinite."""
        total: dict[Monomial, Fraction] = {}
        for i, first in enumerate(self.monomials):
            for j, second in enumerate(self.monomials):
                both = tuple(a + b for a, b in zip(first, second, strict=True))
                total[both] = total.get(both, Fraction(0)) + self.matrix[i][j]
        same = {monomial: value for monomial, value in total.items() if value} == dict(polynomial)
        return same and is_positive_semidefinite(self.matrix)

    @property
    def is_definite(self) -> bool:
        """Whether the matrix has no eigenvalue 0."""
        return is_positive_semidefinite(self.matrix, strictly=True)


def is_positive_semidefinite(matrix: Sequence[Sequence[Fraction]], strictly: bool = False) -> bool:
    """Decide exactly by elimination (L·D·Lᵀ): all pivots ≥ 0, and a pivot 0 has a row of zeros."""
    rows = [list(row) for row in matrix]
    n = len(rows)
    for k in range(n):
        pivot = rows[k][k]
        if pivot < 0 or (strictly and pivot == 0):
            return False
        if pivot == 0:
            if any(rows[k][j] for j in range(k + 1, n)):
                return False
            continue
        for i in range(k + 1, n):
            ratio = rows[i][k] / pivot
            if ratio:
                for j in range(k, n):
                    rows[i][j] -= ratio * rows[k][j]
    return True


def decompose(polynomial: Mapping[Monomial, Fraction]) -> Gram | None:
    """Return an exact Gram form of a polynomial, or None where none was found.

    Parameters
    ----------
    polynomial : mapping of exponents to Fraction
    """
    monomials = _half(polynomial)
    if monomials is None or not 0 < len(monomials) <= MAX_MONOMIALS:
        return None
    if any(max(abs(value.numerator), value.denominator) > LARGEST for value in polynomial.values()):
        return None
    cells: dict[Monomial, list[tuple[int, int]]] = {}
    for i, j in itertools.combinations_with_replacement(range(len(monomials)), 2):
        both = tuple(a + b for a, b in zip(monomials[i], monomials[j], strict=True))
        cells.setdefault(both, []).append((i, j))
    if any(monomial not in cells for monomial in polynomial):
        return None
    free = [(places[0], other) for places in cells.values() for other in places[1:]]
    if len(free) > MAX_FREE:
        return None
    n = len(monomials)
    base = np.zeros((n, n))
    for monomial, places in cells.items():
        i, j = places[0]
        value = float(polynomial.get(monomial, Fraction(0)))
        base[i, j] = base[j, i] = value if i == j else value / 2
    directions = [_direction(n, first, other) for first, other in free]
    amounts = _most_positive(base, directions)
    if amounts is None:
        return None
    for size in (1, 4, 60, 10**4, 10**8):
        rounded = [Fraction(float(amount)).limit_denominator(size) for amount in amounts]
        matrix = _exact(n, cells, polynomial, free, rounded)
        if is_positive_semidefinite(matrix):
            return Gram(tuple(monomials), tuple(tuple(row) for row in matrix))
    return None


def _half(polynomial: Mapping[Monomial, Fraction]) -> list[Monomial] | None:
    """Return the monomials that can occur in the squares: their doubles lie in the Newton polytope (its box and degrees)."""
    support = list(polynomial)
    if not support:
        return None
    n = len(support[0])
    if (
        any(max(m[k] for m in support) % 2 or min(m[k] for m in support) % 2 for k in range(n))
        or max(map(sum, support)) % 2
        or min(map(sum, support)) % 2
    ):
        return None
    tops = [max(m[k] for m in support) // 2 for k in range(n)]
    bottoms = [-(-min(m[k] for m in support) // 2) for k in range(n)]
    least, most = min(map(sum, support)), max(map(sum, support))
    if math.prod(high - low + 1 for low, high in zip(bottoms, tops, strict=True)) > MAX_CANDIDATES:
        return None
    candidates = [
        m
        for m in itertools.product(*(range(low, high + 1) for low, high in zip(bottoms, tops, strict=True)))
        if least <= 2 * sum(m) <= most
    ]
    if len(candidates) > 4 * MAX_MONOMIALS:
        return None
    remaining = set(candidates)
    even = {m for m in support if all(power % 2 == 0 for power in m)}
    while True:  # a monomial whose square arises in no other way must have its square in p
        products = {tuple(a + b for a, b in zip(x, y, strict=True)) for x, y in itertools.combinations(sorted(remaining), 2)}
        lonely = {m for m in remaining if tuple(2 * a for a in m) not in products and tuple(2 * a for a in m) not in even}
        if not lonely:
            return sorted(remaining)
        remaining -= lonely


def _direction(n: int, first: tuple[int, int], other: tuple[int, int]) -> np.ndarray:
    """Move weight from one cell to another of the same monomial."""
    matrix = np.zeros((n, n))
    (i, j), (k, m) = first, other
    matrix[k, m] = matrix[m, k] = 1.0
    share = 2.0 if k != m else 1.0
    if i == j:
        matrix[i, j] -= share
    else:
        matrix[i, j] -= share / 2
        matrix[j, i] -= share / 2
    return matrix


def _most_positive(base: np.ndarray, directions: Sequence[np.ndarray]) -> np.ndarray | None:
    """Maximise the smallest eigenvalue of base + Σ cₖ·directionₖ, by Newton's method on the barrier −log det."""
    n, free = len(base), len(directions)
    if not free:
        return np.zeros(0)
    scale = max(1.0, float(np.abs(base).max()))
    stacked = np.stack(directions) if free else np.zeros((0, n, n))
    amounts = np.zeros(free)
    level = float(np.linalg.eigvalsh(base)[0]) - 0.1 * scale
    weight = 1.0
    for _ in range(45):
        matrix = base + np.tensordot(amounts, stacked, 1) - level * np.eye(n)
        try:
            inverse = np.linalg.inv(matrix)
        except np.linalg.LinAlgError:
            break
        pushed = np.concatenate([stacked, -np.eye(n)[None]])
        products = np.einsum("ij,kjl->kil", inverse, pushed)
        gradient = np.einsum("kii->k", products)
        gradient[-1] += weight / scale
        curvature = np.einsum("kij,mji->km", products, products) + 1e-12 * np.eye(free + 1)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while size > 1e-8:
            candidate = base + np.tensordot(amounts + size * step[:-1], stacked, 1) - (level + size * step[-1]) * np.eye(n)
            if np.linalg.eigvalsh(candidate)[0] > 0:
                break
            size /= 2
        else:
            break
        amounts, level = amounts + size * step[:-1], level + size * step[-1]
        if float(gradient @ step) < 1e-3:
            if level > 1e-3 * scale or weight > 1e9:
                break
            weight *= 6
    return amounts if np.isfinite(amounts).all() else None


def _exact(
    n: int,
    cells: Mapping[Monomial, Sequence[tuple[int, int]]],
    polynomial: Mapping[Monomial, Fraction],
    free: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    amounts: Sequence[Fraction],
) -> list[list[Fraction]]:
    """Return the Gram matrix with the chosen entries; the first cell of each monomial takes up the rest, exactly."""
    matrix = [[Fraction(0)] * n for _ in range(n)]
    for (_, (k, m)), amount in zip(free, amounts, strict=True):
        matrix[k][m] = matrix[m][k] = amount
    for monomial, places in cells.items():
        (i, j), rest = places[0], places[1:]
        taken = sum(((1 if k == m else 2) * matrix[k][m] for k, m in rest), Fraction(0))
        missing = polynomial.get(monomial, Fraction(0)) - taken
        matrix[i][j] = matrix[j][i] = missing if i == j else missing / 2
    return matrix
