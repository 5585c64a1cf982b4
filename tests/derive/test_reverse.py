from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.derive.jacobian import gradients
from symgd.derive.reverse import sweep
from symgd.graph.traversal import toposort
from tests.formulas import scalar_formulas, tensor_formulas


def operations(*roots) -> int:
    """Count scalar operations: every sum and product of k arguments is k − 1 of them."""
    return sum(max(1, len(node.args) - 1) for node in toposort(roots) if node.args)


@settings(max_examples=150, deadline=None)
@given(scalar_formulas(), st.floats(-2, 2), st.floats(-2, 2))
def test_gradients_of_random_formulas_are_those_of_sympy(formula, a, b):
    x, y = sg.scalar("x"), sg.scalar("y")
    ours = sg.lambdify([x, y], gradients(formula, [x, y]))
    check = sg.check_gradient(formula, [x, y], at={"x": a, "y": b}) if set(formula.symbols) == {x, y} else None
    assert check is None or check.verdict.name != "WRONG", check.explain()
    expression = formula.to_sympy()
    if expression.has(sp.Abs, sp.Max, sp.Piecewise):
        return
    sx, sy = x.to_sympy(), y.to_sympy()
    expected = [float(sp.diff(expression, s).subs({sx: sp.Float(a, 60), sy: sp.Float(b, 60)}).evalf(40)) for s in (sx, sy)]
    np.testing.assert_allclose([float(g) for g in ours(a, b)], expected, rtol=1e-7, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(tensor_formulas())
def test_gradients_of_random_tensor_formulas_are_right(formula):
    for symbol in formula.symbols:
        check = sg.check_gradient(formula, symbol, points=1)
        assert check.verdict.name == "RIGHT", check.explain()


def product_of(count):
    factors = [sg.scalar(f"x{k}") for k in range(count)]
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total, factors


def rosenbrock(count):
    x = sp.symbols(f"x0:{count}")
    return sp.Add(*(100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(count - 1))), x


@pytest.mark.parametrize("count", [10, 100, 500])
def test_f_and_gradient_together_cost_at_most_four_times_f_for_a_product(count):
    f, x = product_of(count)
    assert operations(f, *gradients(f, x)) <= 4 * operations(f)


@pytest.mark.parametrize("count", [10, 100, 300])
def test_f_and_gradient_together_cost_at_most_four_times_f_for_rosenbrock(count):
    expression, x = rosenbrock(count)
    f = sg.formula(expression)
    slopes = gradients(f, list(f.symbols))
    assert len(slopes) == len(x)
    assert operations(f, *slopes) <= 4.2 * operations(f)


def test_f_and_gradient_together_cost_at_most_four_times_f_after_simplification():
    f, x = product_of(200)
    found = sg.gradient(f, x)
    assert operations(f, found) <= 4 * operations(f) + len(x)


def test_all_partials_of_a_chain_ten_thousand_deep():
    x = sg.scalar("x")
    node, inner = x, []
    for _ in range(10_000):
        node = sg.sin(node)
        inner.append(node)
    adjoints = sweep(node, [x]).adjoints
    assert len(adjoints) == 10_001
    code = sg.lambdify(x, sg.gradient(node, x))
    expected, value = 1.0, 0.7
    for _ in range(10_000):
        expected *= np.cos(value)
        value = np.sin(value)
    assert float(code(0.7)) == pytest.approx(expected, rel=1e-9)


def test_the_graph_of_the_gradient_grows_linearly():
    sizes = []
    for count in (100, 200, 400):
        f = sg.formula(rosenbrock(count)[0])
        sizes.append(len(toposort(gradients(f, list(f.symbols)))))
    assert sizes[2] / sizes[1] < 2.1
    assert sizes[1] / sizes[0] < 2.1


def test_a_shared_value_is_visited_once():
    x = sg.scalar("x")
    node = x
    for _ in range(60):
        node = node + sg.sin(node)
    assert len(toposort([sg.gradient(node, x)])) < 600


def test_adjoints_of_values_in_between_are_there():
    x, y = sg.scalar("x"), sg.scalar("y")
    inner = x * y
    assert str(sweep(sg.exp(inner), [x]).adjoints[inner]) == "exp(x*y)"


def test_the_gradient_of_a_tensor_is_refused_with_a_way_out():
    with pytest.raises(sg.ShapeError, match="use jacobian, or reduce the formula with sum or mean"):
        sg.gradient(sg.tensor("x", "n"), "x")
