"""Results read as a person would write them: no common factors in quotients, no transposes of transposes, no unused names."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.node import Node
from symgd.graph.traversal import toposort
from symgd.primitives.arithmetic import mul, pow
from tests.formulas import tensor_formulas

NAMES = "abcxyz"


def quotients():
    """Formulas of positive numbers such as those of physics: products, quotients, powers, logarithms and exponentials."""
    symbols = st.sampled_from([sg.scalar(name, positive=True) for name in NAMES] + [sg.formula("pi")])

    def grow(inner):
        return st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, st.sampled_from([2, -1, Fraction(1, 2), 3, Fraction(3, 2)])).map(lambda p: p[0] ** p[1]),
            inner.map(lambda a: sg.exp(-a)),
            inner.map(sg.log1p),
        )

    return st.recursive(symbols, grow, max_leaves=7).filter(lambda formula: bool(formula.symbols))


def common_factors(formula: Node) -> list[tuple[Node, Node]]:
    """Return products of a formula with a base that stands above and below the line, those of powers of products opened."""
    found = []
    for node in toposort([formula]):
        if node.primitive is mul:
            signs = defaultdict(set)
            for base, exponent in powers(node, Fraction(1)):
                signs[base].add(exponent > 0)
            found += [(node, base) for base, both in signs.items() if len(both) == 2 and not base.is_exact]
    return found


def powers(node: Node, exponent: Fraction):
    if node.primitive is mul and exponent.denominator == 1:
        for arg in node.args:
            yield from powers(arg, exponent)
    elif node.primitive is pow and node.args[1].is_exact and exponent.denominator == 1:
        yield from powers(node.args[0], exponent * Fraction(node.args[1].value))
    else:
        yield node, exponent


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(quotients(), st.data())
def test_derivatives_have_no_common_factors(formula, data):
    variable = data.draw(st.sampled_from(formula.symbols))
    for loss in (formula, sg.log(formula)):
        gradient = sg.gradient(loss, variable)
        assert not common_factors(gradient), str(gradient)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(quotients())
def test_what_is_known_to_be_positive_cancels(formula):
    assert not common_factors(sg.simplify(formula))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tensor_formulas(), st.data())
def test_results_have_no_transpose_of_a_transpose_and_no_unused_name(formula, data):
    variable = data.draw(st.sampled_from(formula.symbols))
    text = str(sg.gradient(formula, variable))
    assert ".T.T" not in text
    assert not re.search(r"\.T \+ [^()]*\.T\)\.T", text)
    _, _, definitions = text.partition(" where ")
    for name in re.findall(r"(t\d+) = ", definitions):
        assert len(re.findall(rf"\b{name}\b", text)) > 1, text


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("x*y/(x*z)", True), ("x/(x*y)**2", True), ("(x*y)**2/x", True), ("x*y/z", False), ("x/sqrt(x*y)", False)],
)
def test_the_law_sees_common_factors(text, is_found):
    assert bool(common_factors(sg.formula(text))) == is_found
