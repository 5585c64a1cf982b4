"""Results read as a person would write them: no common factors in quotients, no transposes of transposes, no unused names."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.equality.proof import proven
from symgd.graph.node import Node
from symgd.graph.shape import size_names
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


@pytest.mark.parametrize("text", ["(2*a - c)/((a + z)*sqrt(y)*(k - log(y)))", "(2*a - c)/(b*((a + z)*sqrt(y)*(2 - log(y))))"])
def test_a_factor_of_a_power_of_a_product_inside_a_product_cancels(text):
    gradient = sg.gradient(text, "y")
    assert not common_factors(gradient), str(gradient)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(quotients())
def test_what_is_known_to_be_positive_cancels(formula):
    assert not common_factors(sg.simplify(formula))


def is_tidy(text):
    """Whether a result has no transpose of a transpose and uses every name that it defines."""
    _, _, definitions = text.partition(" where ")
    names = re.findall(r"(t\d+) = ", definitions)
    turned_twice = ".T.T" in text or re.search(r"\.T \+ [^()]*\.T\)\.T", text)
    return not turned_twice and all(len(re.findall(rf"\b{name}\b", text)) > 1 for name in names)


def read_back(result):
    """Return a result as its text is read, with the shapes and the signs of its inputs."""
    inputs = result.symbols
    shapes = {node.name: node.shape for node in inputs if node.shape}
    facts = {node.name: {"positive": True} for node in inputs if node.facts.sign.is_positive}
    return sg.formula(str(result), shapes=shapes, facts=facts)


def lost_sizes(result):
    """Return the sizes in a text that no input has any more, as n in ``zeros(n)``."""
    known = {name for node in result.symbols for name in size_names(node.shape)}
    return set(size_names([dim for node in toposort([result]) for dim in node.shape])) - known


def is_read_back(result):
    """Whether the text of a result is read as an equal formula."""
    if lost_sizes(result):
        return True
    again = read_back(result)
    proven([result], [again], None)  # raises where they differ
    return again.shape == result.shape


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tensor_formulas(), st.data())
def test_results_have_no_transpose_of_a_transpose_and_no_unused_name(formula, data):
    variable = data.draw(st.sampled_from(formula.symbols))
    gradient = sg.gradient(formula, variable)
    assert is_tidy(str(gradient)), str(gradient)
    assert is_read_back(gradient), str(gradient)


@pytest.mark.filterwarnings("ignore::symgd.SymgdWarning")  # what has no value anywhere is not simplified
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(tensor_formulas(), st.data())
def test_hessians_of_tensors_are_tidy_and_are_read_back(formula, data):
    variable = data.draw(st.sampled_from([node for node in formula.symbols if node.rank < 2] or formula.symbols))
    hessian = sg.hessian(formula, variable)
    assert is_tidy(str(hessian)), str(hessian)
    assert is_read_back(hessian), str(hessian)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(quotients(), st.data())
def test_derivatives_of_quotients_are_read_back(formula, data):
    variable = data.draw(st.sampled_from(formula.symbols))
    for result in (sg.gradient(formula, variable), sg.hessian(formula, variable)):
        assert is_read_back(result), str(result)


@pytest.mark.parametrize(("text", "expected"), [("x where t1 = A.T", False), ("A.T.T", False), ("t1*t1 where t1 = A.T", True)])
def test_the_law_sees_what_is_not_tidy(text, expected):
    assert is_tidy(text) == expected


def test_factors_that_stand_twice_beside_an_identity_are_written_twice():
    u = sg.tensor("u", "n")
    for product in (mul.make((u, u, sg.eye("n"))), mul.make((u, 1 / u, 1 / u, sg.eye("n"))), mul.make((u[:, None], u))):
        assert is_read_back(product), str(product)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("x*y/(x*z)", True), ("x/(x*y)**2", True), ("(x*y)**2/x", True), ("x*y/z", False), ("x/sqrt(x*y)", False)],
)
def test_the_law_sees_common_factors(text, is_found):
    assert bool(common_factors(sg.formula(text))) == is_found
