"""Random formulas through all readers: text, NumPy function and saved file give one interned graph; all derivatives agree."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.checking.black_box.differences import precise_slope
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.readers.serialization import dump_formula, parse_formula
from tests.formulas import scalar_formulas, tensor_formulas

PLACES = st.integers(-48, 48).map(lambda k: k / 32)
"""Where formulas are evaluated; numbers of 1e-83 beside 1 would need more than 50 digits."""

UNARY = ["np.exp", "np.sin", "np.tanh", "np.arctan", "np.abs", "np.arcsinh"]
X, Y = sg.scalar("x"), sg.scalar("y")
X_, V, U = sg.tensor("X", "m n"), sg.tensor("v", "n"), sg.tensor("u", "m")


def programs():
    """Python expressions of x and y that are formulas, too; numbers alone are not computed, which Python would do in floats."""
    leaves = st.sampled_from(["x", "y", "2", "(-3)"])

    def grow(inner):
        return st.one_of(
            st.tuples(st.sampled_from(UNARY), inner).map(lambda p: f"{p[0]}({p[1]} + x)"),
            st.tuples(inner, st.sampled_from([" + ", " - ", "*"]), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
            inner.map(lambda a: f"{a}**2" if a[0] in "(xy2n" else f"({a})**2"),
            inner.map(lambda a: f"({a})/(1 + x**2)"),
            st.tuples(inner, inner).map(lambda p: f"np.maximum({p[0]} - y, {p[1]})"),
        )

    return st.recursive(leaves, grow, max_leaves=8).filter(
        lambda text: "x" in text.replace("np.exp", "").replace("maximum", "")
    )


@settings(max_examples=150, deadline=None)
@given(programs())
def test_text_and_numpy_function_give_one_graph(program):
    typed = sg.formula(program.replace("np.", ""))
    function = eval(f"lambda x, y: {program}", {"np": np})
    traced = sg.formula(function, X, Y)
    assert traced is typed
    assert parse_formula(dump_formula(typed)) is typed


@settings(max_examples=100, deadline=None)
@given(scalar_formulas(), PLACES, PLACES)
def test_sympy_and_back_keeps_the_value(formula, x, y):
    back = sg.formula(formula.to_sympy())
    values = []
    for one in (formula, back):
        given_values = {node: {"x": x, "y": y}[node.name] for node in one.symbols}
        values.append(evaluate_precisely([one], given_values)[0][()])
    assert mpmath.almosteq(values[0], values[1], 1e-30, 1e-30)


@settings(max_examples=80, deadline=None)
@given(scalar_formulas(kinks=False), PLACES, PLACES)
def test_reverse_forward_and_fifty_digits_agree(formula, x, y):
    """The adjoint sweep, the forward derivative made of two sweeps, and high-precision differences."""
    point = {X: x, Y: y}
    direction = [2, -1]
    reverse = sg.gradient(formula, [X, Y])
    forward = sg.jvp(formula, [X, Y], direction)
    gradient, along = evaluate_precisely([reverse, forward], point)
    with mpmath.workdps(50):
        slope = sum(d * g for d, g in zip(direction, gradient, strict=True))
        assert mpmath.almosteq(slope, along[()], 1e-30, 1e-30)

    def line(step):
        moved = {X: mpmath.mpf(x) + direction[0] * step, Y: mpmath.mpf(y) + direction[1] * step}
        return evaluate_precisely([formula], moved, digits=mpmath.mp.dps)[0][()]

    true = precise_slope(line)
    if true.is_sure and not true.is_kink:
        assert abs(true.value - slope) <= 1e-9 * abs(true.value) + 10 * true.error


@settings(max_examples=40, deadline=None)
@given(tensor_formulas())
def test_vjp_and_jvp_are_adjoint_to_each_other(formula):
    """⟨t, J v⟩ = ⟨Jᵀ t, v⟩ for the gradient of a random loss as a function of the matrix."""
    output = sg.gradient(formula, "X") if X_ in formula.symbols else None
    if output is None or X_ not in output.symbols:
        return
    t, v = sg.tensor("t", "m n"), sg.tensor("tangent", "m n")
    left = sg.sum(t * sg.jvp(output, X_, v))
    right = sg.sum(v * sg.vjp(output, X_, t))
    rng = np.random.default_rng(0)
    sizes = {"m": 3, "n": 2}
    values = {node: rng.normal(size=tuple(sizes[str(size)] for size in node.shape)) for node in {*left.symbols, *right.symbols}}
    with mpmath.workdps(40):
        one, other = (array[()] for array in evaluate_precisely([left, right], values, sizes))
    assert mpmath.almosteq(one, other, 1e-25, 1e-25)
