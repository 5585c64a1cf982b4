"""Simplified formulas equal what they came from, are not longer, and keep what a derivative needs."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.simplification import finish, recognise, settle, simplify, simplify_and_prove, slope_of
from symgd.derive import jacobian as derivatives
from symgd.errors import ParseError, SymgdError

SIMPLER = {
    "log(1 + exp(x)) + 2*x + x": "softplus(x) + 3*x",
    "x + x": "2*x",
    "x*x": "x**2",
    "exp(log(1 + x**2))": "1 + x**2",
    "sin(x)**2 + cos(x)**2": "1",
    "1/(1 + exp(-x))": "sigmoid(x)",
    "x - x": "0",
    "(2*x)**2/4": "x**2",
}
VALUES = np.array([-1.3, -0.2, 0.4, 2.1])


@pytest.mark.parametrize("text", SIMPLER)
def test_formulas_become_shorter(text):
    found = simplify(text)
    assert sg.lambdify("x", sg.formula(str(found)) - sg.formula(SIMPLER[text]))(1.7) == pytest.approx(0, abs=1e-12)
    assert len(str(found)) <= max(len(text), len(SIMPLER[text]))


@pytest.mark.parametrize("prove", [True, False])
@pytest.mark.parametrize("text", SIMPLER)
def test_values_stay_the_same(text, prove):
    before, after = (sg.lambdify("x", node)(VALUES) for node in (sg.formula(text), simplify(text, prove=prove)))
    np.testing.assert_allclose(after, before, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("text", SIMPLER)
def test_what_is_simplified_stays_as_it_is(text):
    once = simplify(text)
    assert simplify(once) is once


@pytest.mark.parametrize("given", ["x + x", sp.Symbol("x") * 2, 2 * sg.scalar("x")], ids=["text", "SymPy", "node"])
def test_formulas_are_read_from_anything(given):
    assert str(simplify(given)) == "2*x"


def test_refusals_say_why():
    with pytest.raises(ParseError):
        simplify("x +")
    with pytest.raises(SymgdError, match="object cannot stand in a formula"):
        simplify(object())
    with pytest.raises(SymgdError, match="prove is True or False, not 1"):
        simplify("x + x", prove=1)


def test_nothing_is_proven_where_nothing_changed():
    source = sg.formula("x*y")
    run = simplify_and_prove(source, [source], True)
    assert run.roots == [source]
    assert run.steps == []


def test_steps_tell_what_was_done():
    source = sg.formula("log(1 + exp(x))")
    run = simplify_and_prove(source, [source], True, "recognise")
    assert [str(root) for root in run.roots] == ["softplus(x)"]
    assert run.steps
    assert all(step.because for step in run.steps)


NAIVE = {
    "log(1 + exp(x))": "softplus",
    "1/(1 + exp(-x))": "sigmoid",
}


@pytest.mark.parametrize("text", NAIVE)
def test_functions_are_recognised_in_their_naive_spelling(text):
    source = sg.formula(text)
    assert NAIVE[text] in str(recognise(source, source.symbols[0]))


def test_a_formula_without_isolated_points_is_settled_already():
    source = sg.formula("sin(x)*y")
    assert settle(source, list(source.symbols)) is source


@pytest.mark.parametrize("prove", [True, False])
def test_finished_derivatives_equal_those_that_came_out(prove):
    loss = sg.formula("log(1 + exp(x*y)) + x**3*y")
    nodes = list(loss.symbols)
    raw = derivatives.gradients(recognise(loss, nodes), nodes)
    finished = finish(loss, *raw, prove=prove)
    assert len(finished) == len(raw)
    for one, other in zip(raw, finished, strict=True):
        f = sg.lambdify(nodes, [one, other])
        for point in [(0.3, -1.2), (2.0, 0.7), (-0.4, -0.9)]:
            assert f(*point)[0] == pytest.approx(f(*point)[1], rel=1e-12)


def test_a_slope_of_a_structured_variable_is_differentiated_as_it_came_out():
    free = sg.tensor("A", "n n")
    symmetric = sg.tensor("A", "n n", symmetric=True)
    for node, is_kept in ((free, False), (symmetric, True)):
        loss = sg.formula(lambda A: (A * A).sum() + (A * A.T).sum(), node)
        raw = derivatives.gradient(recognise(loss, node), node)
        assert (slope_of(loss, raw, node) is raw) == is_kept


def test_a_simplified_formula_remembers_the_input_that_it_lost():
    lost = simplify("x + 0*y")
    assert str(lost) == "x"
    assert sg.lambdify(["x", "y"], lost)(2.0, 3.0) == 2.0
    with pytest.warns(sg.SymgdWarning, match="y is not in the formula"):
        assert str(sg.gradient(lost, "y")) == "0"
