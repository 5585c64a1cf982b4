"""Proofs by exact algebra: the sign of f″ for one variable, and of the Hessian where it is constant or a polynomial.

For one variable f″ is brought to a quotient of polynomials, in x, in a root of x, or in eˣ; real roots are isolated
exactly and the
sign between them is read off at rational points. A constant rational Hessian is decomposed exactly; a polynomial one
is decided by its principal minors, where their signs are evident.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from symgd.graph.facts import Interval

__all__ = ["SignPattern", "constant_hessian", "polynomial_hessian", "sign_pattern"]

MAX_DEGREE = 60


@dataclass(frozen=True)
class SignPattern:
    """The signs that a function of one variable takes on an interval.

    Attributes
    ----------
    takes_negative, takes_positive : bool
    constant : number or None
        Its value, where it is constant.
    reasoning : list of str
    """

    takes_negative: bool
    takes_positive: bool
    constant: Any
    reasoning: list[str]


def sign_pattern(expression: Any, variable: Any, interval: Interval) -> SignPattern | None:
    """Return the exact signs of an expression on an interval, or None where this algebra cannot tell.

    Parameters
    ----------
    expression : sympy.Expr
        In one symbol.
    variable : sympy.Symbol
    interval : Interval
    """
    for substitution in (_plain, _root, _exponential):
        found = substitution(expression, variable, interval)
        if found is not None:
            quotient, generator, low, high, name = found
            return _signs_of_quotient(quotient, generator, low, high, name)
    return None


def _ends(interval: Interval) -> tuple[Any, Any]:
    low = -sp.oo if interval.low == -float("inf") else sp.Rational(interval.low.numerator, interval.low.denominator)  # type: ignore[union-attr]
    high = sp.oo if interval.high == float("inf") else sp.Rational(interval.high.numerator, interval.high.denominator)  # type: ignore[union-attr]
    return low, high


def _is_quotient(expression: Any, generator: Any) -> bool:
    return bool(expression.is_rational_function(generator)) and not (expression.free_symbols - {generator})


def _plain(expression: Any, x: Any, interval: Interval) -> Any:
    together = sp.together(expression)
    if not _is_quotient(together, x):
        return None
    return together, x, *_ends(interval), "x"


def _root(expression: Any, x: Any, interval: Interval) -> Any:
    """For x ≥ 0 and rational powers: x = t^q."""
    if interval.low < 0:
        return None
    powers = [p for p in expression.atoms(sp.Pow) if p.base == x and p.exp.is_Rational and not p.exp.is_Integer]
    if not powers:
        return None
    q = math.lcm(*(int(p.exp.q) for p in powers))
    t = sp.Dummy("t", positive=True)
    together = sp.together(sp.powdenest(expression.subs(x, t**q), force=True))
    if not _is_quotient(together, t):
        return None
    low, high = _ends(interval)
    return together, t, low if low == 0 else None, high if high == sp.oo else None, f"x^(1/{q})"


def _exponential(expression: Any, x: Any, interval: Interval) -> Any:
    """For exponentials of multiples of x: t = e^(x/q)."""
    rewritten = expression.rewrite(sp.exp)
    rates = [sp.simplify(p.exp / x) for p in rewritten.atoms(sp.exp)]
    if not rates or not all(rate.is_Rational for rate in rates):
        return None
    q = math.lcm(*(int(rate.q) for rate in rates))
    t = sp.Dummy("t", positive=True)
    replaced = rewritten.replace(lambda e: isinstance(e, sp.exp), lambda e: t ** sp.simplify(e.exp / x * q))
    together = sp.together(replaced)
    if x in together.free_symbols or not _is_quotient(together, t):
        return None
    low, high = _ends(interval)
    return (
        together,
        t,
        sp.Integer(0) if low == -sp.oo else (sp.Integer(1) if low == 0 else None),
        sp.oo if high == sp.oo else (sp.Integer(1) if high == 0 else None),
        "eˣ" if q == 1 else f"e^(x/{q})",
    )


def _signs_of_quotient(quotient: Any, t: Any, low: Any, high: Any, name: str) -> SignPattern | None:
    """Isolate the real roots of numerator and denominator and read the sign off between them."""
    if low is None or high is None:
        return None
    numerator, denominator = sp.fraction(sp.cancel(quotient))
    try:
        above, below = sp.Poly(numerator, t, domain="QQ"), sp.Poly(denominator, t, domain="QQ")
    except BasePolynomialError:
        return None
    if above.degree() > MAX_DEGREE or below.degree() > MAX_DEGREE:
        return None
    if _isolated(below, low, high):
        return None  # f″ has a pole inside, where f itself may be defined (a cusp): this test would be blind to it
    shown = f"f″ = ({numerator})/({denominator})" if denominator != 1 else f"f″ = {numerator}"
    reasoning = [f"{shown} with {t} = {name}" if name != "x" else shown]
    if above.is_zero:
        return SignPattern(False, False, sp.Integer(0), reasoning)
    if above.degree() == 0 and below.degree() == 0:
        value = sp.cancel(quotient)
        return SignPattern(bool(value < 0), bool(value > 0), value, reasoning)
    signs = {sp.sign(above.eval(point) * below.eval(point)) for point in _between(above * below, low, high)}
    signs.discard(0)
    roots = sum(1 for _ in _isolated(above, low, high))
    reasoning.append(f"exact root isolation: {roots} real root{'s' if roots != 1 else ''} of the numerator on ({low}, {high})")
    reasoning.append(f"signs between them: {', '.join('+' if s > 0 else '−' for s in sorted(signs))}")
    return SignPattern(-1 in signs, 1 in signs, None, reasoning)


def _isolated(polynomial: Any, low: Any, high: Any) -> list[tuple[Any, Any]]:
    """Return rational isolating intervals of the distinct real roots inside (low, high)."""
    if polynomial.degree() <= 0:
        return []
    free = polynomial.sqf_part()
    found = []
    for ends in free.intervals(eps=sp.Rational(1, 10**6)):
        a, b = ends[0] if isinstance(ends[0], tuple) else ends
        while a != b and any(bound.is_finite and a < bound < b for bound in (low, high)):
            a, b = free.refine_root(a, b, eps=(b - a) / 16)
        if b > low and a < high and not (a == b and a in (low, high)):
            found.append((a, b))
    return found


def _between(polynomial: Any, low: Any, high: Any) -> list[Any]:
    """Return a rational point in every gap between real roots inside (low, high)."""
    intervals = _isolated(polynomial, low, high)
    edges: list[Any] = [low]
    for a, b in intervals:
        edges += [a, b]
    edges.append(high)
    found = []
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        if left == -sp.oo and right == sp.oo:
            found.append(sp.Integer(0))
        elif left == -sp.oo:
            found.append(right - 1)
        elif right == sp.oo:
            found.append(left + 1)
        else:
            found.append((left + right) / 2)
    return found


def constant_hessian(matrix: Any) -> tuple[str, Any, list[str]] | None:
    """Decide a constant rational Hessian.

    Returns
    -------
    (kind, modulus, reasoning), or None
        Kind is "definite", "semidefinite", "zero", "negative definite", "negative semidefinite" or "indefinite"; the
        modulus of a definite one is a proven lower bound of its smallest eigenvalue, exact where that is rational.
    """
    if not all(entry.is_Rational for entry in matrix):
        return None
    if matrix.is_zero_matrix:
        return "zero", None, ["the Hessian is zero"]
    reasoning = [f"the Hessian is constant: {matrix.tolist()}"]
    for sign, prefix in ((1, ""), (-1, "negative ")):
        signs = _inertia(sign * matrix)
        if signs is None:
            return None
        positive, zero, negative = signs
        if negative == 0:
            kind = "definite" if zero == 0 else "semidefinite"
            reasoning.append(
                f"exact characteristic polynomial: {positive} positive, {zero} zero, {negative} negative eigenvalues"
            )
            modulus = _smallest_eigenvalue(matrix) if kind == "definite" and sign == 1 else None
            return prefix + kind, modulus, reasoning
    return "indefinite", None, reasoning


def _inertia(matrix: Any) -> tuple[int, int, int] | None:
    """Count the signs of the eigenvalues by the exact characteristic polynomial (all its roots are real)."""
    x = sp.Dummy("lambda")
    poly = sp.Poly(matrix.charpoly().all_coeffs(), x, domain="QQ")
    zero = 0
    while poly.eval(0) == 0:
        poly = poly.quo(sp.Poly(x, x))
        zero += 1
    coefficients = [c for c in poly.all_coeffs() if c != 0]
    positive = sum(1 for a, b in itertools.pairwise(coefficients) if a * b < 0)  # Descartes, exact where all roots are real
    return positive, zero, matrix.rows - zero - positive


def _smallest_eigenvalue(matrix: Any) -> Any:
    x = sp.Dummy("lambda")
    poly = sp.Poly(matrix.charpoly().all_coeffs(), x, domain="QQ").sqf_part()
    if poly.degree() <= 2:
        return min(sp.roots(poly, multiple=True), key=lambda root: root.evalf(30))
    a, _ = poly.intervals(eps=sp.Rational(1, 10**6))[0][0]
    return a


def polynomial_hessian(matrix: Any, signs: dict[Any, bool]) -> list[str] | None:
    """Prove a polynomial or rational Hessian positive semidefinite by its principal minors.

    Parameters
    ----------
    matrix : sympy.Matrix
    signs : dict
        Which symbols are known to be ≥ 0.

    Returns
    -------
    list of str, or None
        The reasoning; None where a minor's sign is not evident.
    """
    n = matrix.rows
    if n > 4:
        return None
    reasoning = []
    for size in range(1, n + 1):
        for rows in itertools.combinations(range(n), size):
            minor = sp.factor(matrix.extract(list(rows), list(rows)).det())
            if not _evidently_nonnegative(minor, signs):
                return None
            reasoning.append(f"principal minor {tuple(row + 1 for row in rows)}: {minor} ≥ 0")
    return reasoning


def _evidently_nonnegative(expression: Any, signs: dict[Any, bool]) -> bool:
    numerator, denominator = sp.fraction(sp.together(expression))
    return all(_factor_is_nonnegative(part, signs) for part in (numerator, denominator))


def _factor_is_nonnegative(expression: Any, signs: dict[Any, bool]) -> bool:
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols:
        return bool(expression.is_nonnegative)
    try:
        coefficient, factors = sp.factor_list(expression, *symbols)
    except BasePolynomialError:
        return False
    if not coefficient.is_positive:
        return False
    return all(power % 2 == 0 or _polynomial_is_nonnegative(sp.Poly(base, *symbols), symbols, signs) for base, power in factors)


def _polynomial_is_nonnegative(polynomial: Any, symbols: Sequence[Any], signs: dict[Any, bool]) -> bool:
    """Whether every term is: positive coefficients, and even powers or symbols that are ≥ 0."""
    for powers, coefficient in polynomial.terms():
        if not coefficient.is_nonnegative:
            return False
        if any(power % 2 and not signs.get(symbol, False) for symbol, power in zip(symbols, powers, strict=True)):
            return False
    return True
