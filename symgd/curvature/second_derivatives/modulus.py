"""The largest m for which H ⪰ m·I is proven.

Floating point finds where the smallest eigenvalue is smallest; exact numbers near that value are tried, the sharpest first, by
the same test of minors on H − m·I.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp

from symgd.curvature.algebra.signs import Signs
from symgd.curvature.domain import Domain
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.second_derivatives.hessian import Hessian, lower_triangle
from symgd.curvature.second_derivatives.minors import Matrix
from symgd.errors import SymgdError
from symgd.evaluation.effort import Effort
from symgd.evaluation.entries import Exact
from symgd.evaluation.exact import exact_number, exact_values, in_digits
from symgd.evaluation.multiprecision import one_at_a_time
from symgd.graph.node import Node, constant
from symgd.graph.text_printer import number_text

__all__ = ["Bounded", "modulus_of"]


@dataclass(frozen=True)
class Bounded:
    """The statement that H ⪰ m·I on the domain.

    Attributes
    ----------
    matrix : Matrix
        H.
    modulus : SymPy number
        m.
    """

    matrix: Matrix
    modulus: Exact


SHARE = 0.2
"""The share of the usual numbers of pieces and boxes that one candidate is worth."""
UNITS = 1_000_000
"""The work that all candidates are worth."""


def modulus_of(hessian: Hessian, domain: Domain, matrix: Matrix, signs: Signs, effort: Effort) -> Step | None:
    """Return the proof of H ⪰ m·I for the largest m found, an exact number."""
    effort = effort.part(UNITS)
    estimate = _smallest_eigenvalue(hessian, domain, matrix, signs.region.points)
    if estimate is None:
        return None
    value, point = estimate
    for candidate in _candidates(hessian, value, point):
        if effort.is_used_up:
            return None
        signs.region.share, signs.region.elementary.effort = SHARE, effort
        try:
            shifted = _shifted(matrix, candidate)
            shown = shifted.semidefinite(1)
        except SymgdError:
            continue
        if shown is not None:
            return step_by(by_shifted_minors, (matrix, candidate, shifted), _conclusion(matrix, candidate), shown[1])
    return None


def _shifted(matrix: Matrix, number: Node) -> Matrix:
    return matrix.shifted(matrix.signs.region.elementary.of(number), number)


def _conclusion(matrix: Matrix, number: Node) -> Conclusion:
    modulus = exact_values([number], {})[0]
    if matrix.size > 1:
        return Conclusion(Bounded(matrix, modulus), f"the Hessian is ⪰ {number_text(modulus)}·I", "by the same test of H − m·I")
    return Conclusion(Bounded(matrix, modulus), f"f″ ≥ {number_text(modulus)}", "by the sign of f″ − m")


@rule
def by_shifted_minors(premises: Premises, matrix: Matrix, number: Node, shifted: Matrix) -> Conclusion | None:
    """Conclude H ⪰ m·I from the signs of the minors of H − m·I."""
    expected = _shifted(matrix, number)
    if (shifted.signs, shifted.entries, shifted.nodes) != (expected.signs, expected.entries, expected.nodes):
        return None
    return None if shifted.definiteness_stated(premises, 1) is None else _conclusion(matrix, number)


def _smallest_eigenvalue(
    hessian: Hessian, domain: Domain, matrix: Matrix, points: np.ndarray
) -> tuple[float, np.ndarray] | None:
    """Return a numerical infimum of the Hessian's smallest eigenvalue, and where it is; None where it is not above 0."""
    best, place = np.inf, points[0]
    around = np.concatenate([points, domain.far_points(hessian.variables)])
    generator = np.random.default_rng(0)
    radius = 1.0
    for _ in range(8):
        matrices = matrix.at(around)
        usable = np.isfinite(matrices).all((1, 2))
        if not usable.any():
            break
        spectrum = np.linalg.eigvalsh(matrices[usable])
        values = np.where(np.abs(spectrum[:, 0]) > 1e-12 * np.abs(spectrum[:, -1]), spectrum[:, 0], np.inf)  # else it is noise
        k = int(np.argmin(values))
        if values[k] < best:
            best, place = float(values[k]), around[usable][k]
        radius /= 5
        around = place + generator.normal(size=(60, len(place))) * radius * np.maximum(1, np.abs(place))
        around = np.concatenate([around, np.round(place)[None], np.round(place * 10)[None] / 10])
        around = domain.keep(hessian.variables, around)
        if not len(around):
            break
    return (best, place) if 1e-7 < best < np.inf else None


@one_at_a_time
def _candidates(hessian: Hessian, value: float, point: np.ndarray) -> list[Node]:
    """Return exact numbers near a numerical infimum, the sharpest first, then one safely below."""
    candidates: list[Node] = []
    for size, tolerance in ((60, 1e-5), (12, 3e-3)):
        near = Fraction(value).limit_denominator(size)
        if (
            abs(float(near) - value) < tolerance * max(1.0, value)
            and 0 < near < value * (1 + 1e-5)
            and constant(near) not in candidates
        ):
            candidates.append(constant(near))
    for place in ([Fraction(float(x)).limit_denominator(12) for x in point], [Fraction(0)] * len(point)):
        exact = _exact_smallest(hessian, place)
        if exact is not None and abs(float(exact) - value) < 1e-4 * max(1.0, value):
            node = _number_as_node(exact)
            if node is not None and node not in candidates:
                candidates.insert(0, node)
    for digits in (3, 1):
        size = 10**digits
        below = Fraction(int(value * (1 - Fraction(1, size)) * size * 10), size * 10)
        if below > 0:
            candidates.append(constant(below))
    candidates.append(constant(Fraction(value / 2).limit_denominator(100) or Fraction(1, 1000)))
    return [node for node in candidates if not node.equals_number(0)]


@one_at_a_time
def _exact_smallest(hessian: Hessian, point: Sequence[Fraction]) -> Exact:
    """Return the smallest eigenvalue at a rational point exactly, where it is a root of degree two at most."""
    n = len(hessian.variables)
    try:
        values = exact_values(hessian.entries, {v: exact_number(p) for v, p in zip(hessian.variables, point, strict=True)})
    except (SymgdError, TypeError, ValueError):
        return None
    if n == 1:
        return values[0] if values[0].is_real else None
    if not all(value.is_Rational for value in values):
        return None
    matrix = sp.zeros(n, n)
    for k, (i, j) in enumerate(lower_triangle(n)):
        matrix[i, j] = matrix[j, i] = values[k]
    roots = (
        sp.roots(matrix.charpoly().as_expr(), multiple=True)
        if n <= 2
        else [
            root
            for factor, _ in sp.factor_list(matrix.charpoly().as_expr())[1]
            if sp.degree(factor) <= 2
            for root in sp.roots(factor)
        ]
    )
    real = [root for root in roots if root.is_real]
    return min(real, key=lambda root: in_digits(root, 30)) if real else None


def _number_as_node(number: Exact) -> Node | None:
    """Return a rational number, or a ± √b, as a formula."""
    if number.is_Rational:
        return constant(Fraction(int(number.p), int(number.q)))
    rational, rest = number.as_independent(*number.atoms(sp.Pow), as_Add=True)
    coefficient, root = rest.as_coeff_Mul()
    if not (rational.is_Rational and coefficient.is_Rational and root.is_Pow and root.exp == sp.Rational(1, 2)):
        return None
    if not root.base.is_Rational:
        return None
    radicand = Fraction(int(root.base.p), int(root.base.q))
    return constant(Fraction(int(rational.p), int(rational.q))) + constant(
        Fraction(int(coefficient.p), int(coefficient.q))
    ) * constant(radicand) ** Fraction(1, 2)
