"""SymPy's index notation becomes contractions; undefined and foreign functions keep or know their slopes."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy.tensor.array.expressions import ArrayContraction, ArraySymbol, ArrayTensorProduct, PermuteDims

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError

i, j, n, m = sp.symbols("i j n m", integer=True)
x, y, A = (sp.IndexedBase(name) for name in "xyA")
w = sp.IndexedBase("w", shape=(n,))
X, S = sp.MatrixSymbol("X", m, n), sp.MatrixSymbol("S", n, n)
t = sp.Symbol("t")
f, g = sp.Function("f"), sp.Function("g")

READ = [
    (sp.Sum(x[i] ** 2, (i, 0, n - 1)), "sum(x**2)"),
    (sp.Sum((x[i] - y[i]) ** 2, (i, 0, n - 1)) / n, "sum((x - y)**2)/n"),
    (sp.Sum(sp.Sum(A[i, j] * x[j], (j, 0, n - 1)) ** 2, (i, 0, m - 1)), "sum((A @ x)**2)"),
    (sp.Sum(A[i, j] * x[j] * y[i], (j, 1, n), (i, 1, m)), "y @ A @ x"),
    (sp.Sum(X[i, j] * w[j], (j, 0, n - 1), (i, 0, m - 1)), "w @ sum(X, axis=0)"),
    (sp.Product(x[i], (i, 0, n - 1)), "prod(x)"),
    (sp.Sum((x[i + 1] - x[i]) ** 2, (i, 0, n - 2)), "sum((x[1:n] - x[:n - 1])**2)"),
    (sp.Sum(i * x[i], (i, 0, n - 1)), "arange(n) @ x"),
    (sp.log(sp.Sum(sp.exp(x[i]), (i, 0, n - 1))), "log(sum(exp(x)))"),
    (sp.Sum(sp.Piecewise((x[i], x[i] > 0), (0, True)), (i, 0, n - 1)), "sum(where(x > 0, x, 0))"),
    (sp.Sum(w[i], (i, 1, n)), "sum(w)"),
    (sp.Sum(t, (i, 0, n - 1)), "t*n"),
    (sp.Sum(x[i] * sp.Sum(y[i], (i, 0, m - 1)), (i, 0, n - 1)), "sum(y)*sum(x)"),
    (sp.Sum(x[i], (i, 1, n)), "sum(x)"),
    (sp.Sum(x[i] * i**2, (i, 1, n - 1)), "(arange(n - 1) + 1)**2 @ x[1:n]"),
    (sp.KroneckerProduct(S, S), "kron(S, S)"),
    (sp.BlockMatrix([[S, S.T]]), "concatenate([S, S.T], axis=1)"),
    (ArrayContraction(ArrayTensorProduct(X, sp.MatrixSymbol("Y", n, 3)), (1, 2)), "X @ Y"),
    (PermuteDims(ArraySymbol("T", (2, 3, 4)), [2, 0, 1]), "transpose(T, (2, 0, 1))"),
    (sp.Derivative(f(t), t) * t, "t*f'(t)"),
    (sp.sinc(t), "sinc(t/pi)"),
    (sp.zeta(t), "zeta(t, 1)"),
]


@pytest.mark.parametrize(("expression", "text"), READ, ids=[text for _, text in READ])
def test_index_notation_becomes_a_contraction(expression, text):
    assert str(sg.formula(expression)) == text


def test_the_gradient_of_a_sum_has_no_residue():
    loss = sp.Sum(sp.Sum(A[i, j] * x[j], (j, 0, n - 1)) ** 2, (i, 0, m - 1))
    assert str(sg.gradient(loss, x)) == "2*A.T @ (A @ x)"
    delta = sp.Sum(sp.KroneckerDelta(i, j) * x[i] * y[j], (i, 0, n - 1), (j, 0, n - 1))
    assert str(sg.gradient(delta, x)) == "y"


def test_a_symbol_that_is_a_size_stands_for_it_everywhere():
    loss = sg.formula(sp.Trace(X.T * X) / m)
    assert {node.name for node in loss.symbols} == {"X"}


SQUARE = sp.IndexedBase("M", shape=(n, n))
MASKED = [
    (sp.Sum(SQUARE[i, j], (j, 0, i), (i, 0, n - 1)), lambda M, w, r, c: M[r, c] * (c <= r)),
    (sp.Sum(SQUARE[i, j] * w[j], (j, i + 1, n - 1), (i, 0, n - 1)), lambda M, w, r, c: M[r, c] * w[c] * (c > r)),
    (sp.Sum(w[i] ** 2 * sp.Sum(w[j], (j, 0, i - 1)), (i, 0, n - 1)), lambda M, w, r, c: w[r] ** 2 * w[c] * (c < r)),
    (sp.Sum(sp.Piecewise((SQUARE[i, j], i < j), (0, True)), (i, 0, n - 1), (j, 0, n - 1)),
     lambda M, w, r, c: M[r, c] * (r < c)),
    (sp.Sum(SQUARE[i, j] * sp.KroneckerDelta(i, j + 1), (i, 0, n - 1), (j, 0, n - 1)),
     lambda M, w, r, c: M[r, c] * (r == c + 1)),
    (sp.Sum(sp.Piecewise((SQUARE[i, j] * w[j], i >= 2 * j), (w[i], True)), (i, 0, n - 1), (j, 0, n - 1)),
     lambda M, w, r, c: M[r, c] * w[c] if r >= 2 * c else w[r]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "term"), MASKED, ids=[str(expression) for expression, _ in MASKED])
def test_bounds_that_move_and_masks_mean_what_loops_say(expression, term):
    values = {"M": np.arange(16.0).reshape(4, 4) ** 2 + 1, "w": np.array([2.0, 3.0, 5.0, 7.0])}
    formula = sg.formula(expression)
    names = [symbol.name for symbol in formula.symbols]
    expected = sum(term(values["M"], values["w"], r, c) for r in range(4) for c in range(4))
    assert sg.lambdify(names, formula)(*(values[name] for name in names)) == expected


def test_a_product_whose_bound_moves():
    formula = sg.formula(sp.Sum(w[i] ** 2 * sp.Product(w[j], (j, i, n - 1)), (i, 0, n - 1)))
    assert sg.lambdify(["w"], formula)(np.array([2.0, 3.0, 5.0])) == 4 * 30 + 9 * 15 + 25 * 5


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (sp.Derivative(t**4 * sp.Symbol("s"), (t, 2)), "12*s*t**2"),
        (f(t * sp.Symbol("s"), t).diff(t), "s*D[1, 0]f(s*t, t) + D[0, 1]f(s*t, t)"),
        (
            sp.BlockDiagMatrix(S, S).inverse(),
            "concatenate([concatenate([inv(S), zeros((n, n))], axis=1), concatenate([zeros((n, n)), inv(S)], axis=1)])",
        ),
        (sp.UnevaluatedExpr(t) * 2, "2*t"),
        (S.applyfunc(lambda entry: entry * sp.Symbol("d")), "d*S"),
        (sp.real_root(t, 3), "abs(t)**(1/3)*sign(t)"),
    ],
)
def test_parts_that_are_made_on_the_way(expression, text):
    assert str(sg.formula(expression)) == text


@pytest.mark.parametrize(
    ("expression", "kind", "message"),
    [
        (sp.exp(S), UnsupportedError, "two readings"),
        (x[i], UnsupportedError, "does not run|not summed"),
        (sp.Sum(x[i] * S, (i, 0, n - 1)), UnsupportedError, "beside running indices"),
        (sp.Sum(x[i] * x[i + 1] * x[2 * i], (i, 0, 3)), UnsupportedError, "not i or i \\+"),
        (sp.Sum(x[i, j] + x[i], (i, 0, 2), (j, 0, 2)), ShapeError, "indexed with"),
        (sp.Integral(f(t), t), SymgdError, "cannot be read"),
        (sp.Sum(w[i], (i, 0, n)), ShapeError, "leaves the axis"),
        (sp.Sum(w[i], (i, 0, m - 1)), ShapeError, "leaves the axis"),
        (sp.Sum(x[i], (i, 2, 4)), UnsupportedError, "counted from 0, or counted from 1"),
        (sp.Sum(w[i] * w[j], (j, i + 2, n - 1), (i, 0, n - 1)), UnsupportedError, "runs backwards"),
        (sp.Sum(w[i] * w[j], (j, 0, i), (i, 0, j)), UnsupportedError, "depend on each other"),
        (sp.SingularityFunction(t, 1, 2), UnsupportedError, "SingularityFunction"),
        (sp.Dummy("t") - t, UnsupportedError, "two symbols are called t"),
        (sp.Float("1e400") * t, UnsupportedError, "does not fit a float"),
        (sp.Function("relu")(t), UnsupportedError, "a function in symgd"),
        (sp.Symbol("z", complex=True), SymgdError, "symgd is for real formulas"),
    ],
)
def test_what_cannot_be_read_is_refused(expression, kind, message):
    with pytest.raises(kind, match=message):
        sg.formula(expression)
