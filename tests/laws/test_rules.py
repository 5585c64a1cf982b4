"""Both sides of every rewrite rule are equal wherever its condition holds, and have values at the same points.

A wrong rule is found out, and so is a rule whose condition asks for too little.
"""

from __future__ import annotations

import itertools

import mpmath
import pytest

import symgd.rewrite.rules  # noqa: F401
from symgd.equality.domains import value_at
from symgd.graph.assumptions import Sign, sign_of_number
from symgd.graph.inference import Facts
from symgd.graph.node import constant, scalar
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import abs as absolute
from symgd.primitives.piecewise import sign
from symgd.rewrite.rule import RULES, Rule

PATTERNS = [one for one in RULES if one.left is not None]
NUMBERS = [-300.0, -3.5, -1.0, -0.25, 0.0, 1e-8, 0.5, 1.0, 2.75, 40.0, 300.0]
PIECES = [Sign.ANY, Sign.NONZERO, Sign.NONNEGATIVE, Sign.POSITIVE, Sign.NONPOSITIVE, Sign.NEGATIVE]


def law_both_sides_agree(one: Rule) -> int:
    """Evaluate both sides at all sample points of every piece where the condition holds; return how many were compared."""
    count = len(one.variables)
    inputs = [scalar(name) for name in "xyz"[:count]]
    left, right = one.left(*inputs), one.right(*inputs)
    compared = 0
    for piece in PIECES:
        facts = Facts(dict.fromkeys(inputs, piece))
        if one.when is not None and not one.when(facts, *inputs):
            continue
        for point in itertools.product([x for x in NUMBERS if sign_of_number(x) & piece], repeat=count):
            with mpmath.workdps(40):
                values = dict(zip(inputs, point, strict=True))
                a, b = (value_at(side, values, {}, digits=400)[()] for side in (left, right))
                assert mpmath.isfinite(b) or not mpmath.isfinite(a), f"{one.name}: the right side is not defined at {point}"
                assert mpmath.isfinite(a) or not mpmath.isfinite(b), f"{one.name}: only the right side is defined at {point}"
                if not mpmath.isfinite(a):
                    continue
                assert abs(a - b) <= mpmath.mpf("1e-35") * max(abs(a), mpmath.mpf("1e-200")), (
                    f"{one.name} at {point}: {a} and {b}"
                )
                compared += 1
    return compared


@pytest.mark.parametrize("one", PATTERNS, ids=lambda one: one.name)
def test_both_sides_agree(one):
    assert law_both_sides_agree(one) >= 3


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.name)
def test_every_rule_says_why(one):
    assert len(one.because) > 8
    assert one.roots


def test_rule_names_are_unique():
    names = [one.name for one in RULES]
    assert len(names) == len(set(names))


def _unregistered(left, right, when=None):
    from symgd.rewrite.rule import pattern_variables

    count = left.__code__.co_argcount
    return Rule("planted", (), lambda node, context: None, "planted", ("people",), left, right, when, pattern_variables(count))


@pytest.mark.parametrize(
    "mutant",
    [
        _unregistered(lambda x: exp(log(x)), lambda x: -x),
        _unregistered(lambda x: absolute(x), lambda x: x),
        _unregistered(lambda x: log(x * x), lambda x: 2 * log(x)),  # narrows the domain
        _unregistered(lambda x: 2 * log(x), lambda x: log(x * x)),  # widens it
        _unregistered(lambda x: exp(log(x)), lambda x: x, lambda facts, x: facts.is_nonnegative(x)),  # by one point
        _unregistered(lambda x: exp(log(x)), lambda x: x, lambda facts, x: facts.is_nonzero(x)),
        _unregistered(lambda x: sign(x), lambda x: constant(1), lambda facts, x: facts.is_nonnegative(x)),
        _unregistered(lambda x: absolute(x), lambda x: x, lambda facts, x: facts.is_nonzero(x)),
        _unregistered(lambda x, y: log(exp(x) + exp(y)), lambda x, y: x + y),
    ],
)
def test_a_wrong_rule_is_found_out(mutant):
    with pytest.raises(AssertionError):
        law_both_sides_agree(mutant)
