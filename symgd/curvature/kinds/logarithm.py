"""The logarithm of a formula, written out: log(x·e⁻ˣ) = log x − x for x > 0, log Π uᵢ = Σ log uᵢ, log det X = logdet X."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable

from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.entry_products import prod_record
from symgd.primitives.error_function import erf, erfc
from symgd.primitives.exponential import exp, log, sigmoid, softplus
from symgd.primitives.extremes import max_record, min_record
from symgd.primitives.gamma_family import beta, gamma, loggamma
from symgd.primitives.linalg import det_record, logdet
from symgd.primitives.normal_distribution import log_ndtr, ndtr
from symgd.primitives.piecewise import maximum, minimum
from symgd.primitives.summation import sum as total
from symgd.rewrite.terms import split_term

__all__ = ["logarithm"]


def logarithm(node: Node, facts: Facts) -> Node:
    """Return log of a node that is positive, written out as far as the signs of its parts are known.

    Parameters
    ----------
    node : Node
        Positive at every point.
    facts : Facts
        What is known there.
    """
    written = _WRITTEN.get(node.primitive.name)
    result = None if written is None else written(node, facts)
    return log(node) if result is None else result


def _of_product(node: Node, facts: Facts) -> Node | None:
    """Return log(u·v·…) = log u + log v + log …, with what is not known to be positive left together."""
    known = [arg for arg in node.args if facts.is_positive(arg)]
    rest = [arg for arg in node.args if arg not in known]
    if not known:
        return None
    parts = [logarithm(arg, facts) for arg in known]
    if rest:
        parts.append(log(functools.reduce(operator.mul, rest)))
    return functools.reduce(operator.add, parts)


def _of_power(node: Node, facts: Facts) -> Node | None:
    base, exponent = node.args
    return exponent * logarithm(base, facts) if facts.is_positive(base) else None


def _of_sum(node: Node, facts: Facts) -> Node | None:
    """Return the logarithm of a complement: 1 − Φ(x) = Φ(−x), 1 − σ(x) = σ(−x), 1 ± erf(x) = erfc(∓x)."""
    if len(node.args) != 2 or not node.args[0].equals_number(1):
        return _of_sum(add(*node.args[::-1]), facts) if len(node.args) == 2 and node.args[1].equals_number(1) else None
    coefficient, core = split_term(node.args[1])
    if coefficient == -1 and core.primitive is ndtr:
        return log_ndtr(-core.args[0])
    if coefficient == -1 and core.primitive is sigmoid:
        return -softplus(core.args[0])
    if abs(coefficient) == 1 and core.primitive is erf:
        return _of_complement(coefficient * core.args[0])
    return None


def _of_complement(argument: Node) -> Node:
    """Return log erfc(−x) = log(2·Φ(√2·x))."""
    return log(constant(2)) + log_ndtr(sqrt(2) * argument)


def _of_prod(node: Node, facts: Facts) -> Node | None:
    return total(logarithm(node.args[0], facts), node.params[0][0]) if facts.is_positive(node.args[0]) else None


def _of_determinant(node: Node, facts: Facts) -> Node | None:
    return logdet(node.args[0])


def _of_gamma(node: Node, facts: Facts) -> Node | None:
    return loggamma(node.args[0]) if facts.is_positive(node.args[0]) else None


def _of_beta(node: Node, facts: Facts) -> Node | None:
    x, y = node.args
    return loggamma(x) + loggamma(y) - loggamma(x + y) if facts.is_positive(x) and facts.is_positive(y) else None


def _of_extreme(node: Node, facts: Facts) -> Node | None:
    """Return log max(u, v) = max(log u, log v)."""
    if not all(facts.is_positive(arg) for arg in node.args):
        return None
    logs = [logarithm(arg, facts) for arg in node.args]
    return node.primitive.make(tuple(logs), node.params)


_WRITTEN: dict[str, Callable[[Node, Facts], Node | None]] = {
    exp.name: lambda node, facts: node.args[0],
    mul.name: _of_product,
    pow.name: _of_power,
    add.name: _of_sum,
    prod_record.name: _of_prod,
    det_record.name: _of_determinant,
    gamma.name: _of_gamma,
    beta.name: _of_beta,
    ndtr.name: lambda node, facts: log_ndtr(node.args[0]),
    sigmoid.name: lambda node, facts: -softplus(-node.args[0]),
    erfc.name: lambda node, facts: _of_complement(-node.args[0]),
    maximum.name: _of_extreme,
    minimum.name: _of_extreme,
    max_record.name: _of_extreme,
    min_record.name: _of_extreme,
}
