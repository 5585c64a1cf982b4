"""Other forms for large numbers, where the parts of a product overflow or vanish and the product does not.

For ordinary numbers the product stays as it is, and keeps its digits.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import fold, rebuild
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.exponential import exp, log
from symgd.primitives.gamma_family import beta, gamma
from symgd.primitives.piecewise import abs, where
from symgd.primitives.vector_norms import norm2_record as norm2
from symgd.rewrite.asymptotic_differences import with_differences_far_out
from symgd.rewrite.rules.norms import HALF, squared_norm
from symgd.rewrite.rules.quotients import grown, power_of, quotients_of_gammas
from symgd.rewrite.terms import factors_of, without

__all__ = ["with_forms_far_out"]

_LEAST_POWER = 6
"""Smaller powers do not overflow before the exponential has vanished."""
_ORDINARY = 600
"""The exponential of such a number neither overflows nor vanishes."""
_ORDINARY_FOR_GAMMA = 160


def with_forms_far_out(roots: Sequence[Node]) -> list[Node]:
    """Return formulas in which products have another form for large numbers.

    ``xⁿ·exp(u)`` is ``(x·exp(u/n))ⁿ`` where |u| > 600, and ``Γ(u)/Γ(u + c)`` is ``B(u, c)/Γ(c)`` where u > 160;
    ``x/(x @ x)`` of a vector is ``(x/‖x‖)/‖x‖`` everywhere.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.rewrite.large_arguments import with_forms_far_out
    >>> with_forms_far_out([sg.formula("x**50*exp(-x)")])[0]
    where(abs(-x) < 600, x**50*exp(-x), (x*exp(-x/50))**50)
    """

    def visit(node: Node, args: list[Node]) -> Node:
        new = rebuild(node, tuple(args))
        if node.primitive is log:
            far = _logarithm_of_bessel(new)
            return new if far is None else far
        if node.primitive is add:
            return with_differences_far_out(new)
        if node.primitive is not mul:
            return new
        forms = (_vector_over_its_length,) if new.shape else (_power_beside_exponential, _quotient_of_gammas)
        return next((other for form in forms if (other := form(new)) is not None), new)

    known = fold(roots, visit)
    return [known[root] for root in roots]


def _power_beside_exponential(node: Node) -> Node | None:
    powers = [(arg, *power) for arg in node.args if (power := power_of(arg)) is not None]
    beside = [(arg, base.args[0] * constant(n)) for arg, base, n in powers if base.primitive is exp]
    large = [(arg, base, n) for arg, base, n in powers if n * n >= _LEAST_POWER**2 and base.primitive is not exp]
    if not beside or len(large) != 1:
        return None
    ((factor, base, n),) = large
    exponentials = [arg for arg, _ in beside]
    total: Node = functools.reduce(operator.add, (exponent for _, exponent in beside))
    rest = without(node.args, factor, *exponentials)
    far = (base * exp(total * constant(1 / n))) ** constant(n)
    return mul.make((*rest, where(abs(total) < _ORDINARY, mul.make((factor, *exponentials)), far), constant(1)))


def _logarithm_of_bessel(node: Node) -> Node | None:
    """log(c·I(x)) → log(c·e^(−|x|)·I(x)) + |x| for large |x|, and log(c·K(x)) → log(c·eˣ·K(x)) − x."""
    (inner,) = node.args
    factors = factors_of(inner)
    bessels = [(arg, bessel) for arg in factors if (bessel := grown(arg)) is not None]
    if len(bessels) != 1:
        return None
    ((arg, bessel),) = bessels
    size = bessel.x if bessel.of_positive else abs(bessel.x)
    far = log(mul.make((*without(factors, arg), bessel.scaled, constant(1)))) + constant(bessel.growth) * size
    return where(size < _ORDINARY, node, far)


def _quotient_of_gammas(node: Node) -> Node | None:
    for above, below, gap in quotients_of_gammas(node):
        u, v, c = above.args[0], below.args[0].args[0], constant(max(gap, -gap))
        rest = without(node.args, above, below)
        far = beta(u, c) / gamma(c) if gap > 0 else gamma(c) / beta(v, c)
        return mul.make((*rest, where(u <= _ORDINARY_FOR_GAMMA, mul.make((above, below)), far), constant(1)))
    return None


def _vector_over_its_length(node: Node) -> Node | None:
    """x/‖x‖ᵖ → (x/‖x‖)/‖x‖ᵖ⁻¹ for 1 < p ≤ 2, where no other factor depends on x; also x/(c·Σx²)."""
    for below in node.args:
        parts = _length_below(below)
        if parts is None or parts[0] not in node.args:
            continue
        x, length, power = parts
        rest = without(node.args, below, x)
        if not any(set(factor.symbols) & set(x.symbols) for factor in rest):
            direction = where(length > 0, x * length**-1, x)  # nothing joins it with what is left below the line
            return mul.make((*rest, direction, length ** constant(1 - power)))
    return None


def _length_below(factor: Node) -> tuple[Node, Node, Fraction] | None:
    """Return x, c·‖x‖ and p of a factor (c·‖x‖)⁻ᵖ with 1 < p ≤ 2."""
    base, exponent = power_of(factor) or (factor, Fraction(0))
    if base.primitive is norm2 and base.args[0].rank == 1:
        return (base.args[0], base, -exponent) if -2 <= exponent < -1 else None
    squares = squared_norm(base, Facts()) if exponent == -1 else None
    return None if squares is None else (squares.x, squares.power(HALF), Fraction(2))
