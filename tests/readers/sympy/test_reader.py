from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import UnsupportedError

x, y = sp.symbols("x y")
n, m = sp.symbols("n m", integer=True, positive=True)
X, A, B = sp.MatrixSymbol("X", m, n), sp.MatrixSymbol("A", n, n), sp.MatrixSymbol("B", n, n)
w, v = sp.MatrixSymbol("w", n, 1), sp.MatrixSymbol("v", m, 1)

SCALARS = [
    x**2 + sp.sin(x) * y,
    sp.exp(-x / y) / 3,
    sp.sqrt(x**2 + 1),
    sp.Abs(x - y),
    sp.Max(x, y, 0),
    sp.Min(x, y),
    sp.sign(x) * x,
    sp.Piecewise((x**2, x > 1), (-x, x < -1), (0, True)),
    sp.Piecewise((1, (x > 0) & (y > 0)), (2, (x < 0) | (y < 0)), (3, True)),
    sp.atan2(y, x),
    sp.tan(x) + sp.cot(y),
    sp.cosh(x) * sp.sinh(y) - sp.tanh(x),
    sp.asinh(x),
    sp.log(x**2 + 1),
    sp.pi * x + sp.E,
    sp.Rational(1, 3) * x ** sp.Rational(2, 3) * x,
    sp.Float(0.1) * x,
    sp.Heaviside(x),
    2**x,
]


@pytest.mark.parametrize("expression", SCALARS, ids=str)
def test_scalars_have_sympys_values(expression):
    ours = sg.lambdify([x, y], sg.formula(expression))
    for point in ((0.7, 1.3), (2.5, -0.4) if expression.has(sp.Abs, sp.Max, sp.Piecewise) else (1.5, 0.2)):
        expected = float(expression.subs({x: sp.Float(point[0], 40), y: sp.Float(point[1], 40)}))
        assert float(ours(*point)) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("expression", SCALARS, ids=str)
def test_gradients_are_right(expression):
    formula = sg.formula(expression)
    for symbol in formula.symbols:
        assert sg.check_gradient(formula, symbol).verdict.name == "RIGHT"


MATRICES = [
    (X * w - v, lambda d: d["X"] @ d["w"] - d["v"]),
    ((X * w - v).T * (X * w - v), lambda d: np.sum((d["X"] @ d["w"] - d["v"]) ** 2)),
    (sp.Trace(A * B.T), lambda d: np.trace(d["A"] @ d["B"].T)),
    (sp.Determinant(A + sp.Identity(n)), lambda d: np.linalg.det(d["A"] + np.eye(2))),
    (sp.Inverse(A) * w, lambda d: np.linalg.solve(d["A"], d["w"])),
    (sp.HadamardProduct(A, B), lambda d: d["A"] * d["B"]),
    (sp.HadamardPower(A, 2), lambda d: d["A"] ** 2),
    (A**3, lambda d: d["A"] @ d["A"] @ d["A"]),
    (A**-2, lambda d: np.linalg.inv(d["A"] @ d["A"])),
    ((A + B).T, lambda d: (d["A"] + d["B"]).T),
    (2 * A - B / 3, lambda d: 2 * d["A"] - d["B"] / 3),
    ((X * w).applyfunc(sp.Lambda(x, sp.log(1 + sp.exp(x)))), lambda d: np.log1p(np.exp(d["X"] @ d["w"]))),
    (A[0, 1] * B[1, 0], lambda d: d["A"][0, 1] * d["B"][1, 0]),
    (sp.OneMatrix(n, n) + A, lambda d: 1 + d["A"]),
    (A + sp.ZeroMatrix(n, n), lambda d: d["A"]),
]


@pytest.mark.parametrize(("expression", "expected"), MATRICES, ids=[str(pair[0]) for pair in MATRICES])
def test_matrix_expressions_have_numpys_values(expression, expected):
    formula = sg.formula(expression)
    generator = np.random.default_rng(3)
    sizes = {"m": 3, "n": 2}
    data = {node: generator.normal(size=tuple(sizes.get(str(s), s) for s in node.shape)) for node in formula.symbols}
    got = np.asarray(sg.lambdify(list(data), formula)(*data.values()))
    np.testing.assert_allclose(got, expected({node.name: value for node, value in data.items()}), rtol=1e-12)


def test_explicit_matrices_are_arrays_of_formulas():
    formula = sg.formula(sp.Matrix([[x, x * y], [sp.exp(y), 2]]))
    assert formula.shape == (2, 2)
    assert sg.jacobian(formula, [x, y]).shape == (2, 2, 2)


def test_a_long_sum_stays_one_sum_and_is_not_walked_quadratically():
    terms = sp.Add(*(sp.Symbol(f"x{k}") ** 2 for k in range(500)))
    assert len(sg.formula(terms).args) == 500


def test_assumptions_become_facts():
    p = sp.Symbol("p", positive=True)
    assert sg.formula(p).facts.sign.is_positive
    assert str(sg.simplify(sp.Abs(x))) == "abs(x)"
    assert str(sg.gradient(sg.formula(p) ** 2 / sg.formula(p), "p")) == "1"


@pytest.mark.parametrize(
    "expression",
    [
        sp.Symbol("z", imaginary=True),
        sp.I * x,
        sp.zoo,
        sp.nan,
        sp.Piecewise((x, x > 0)),
        sp.Integral(sp.exp(-(y**2)), (y, 0, x)),
        sp.MatrixSymbol("Q", 3, 3)[n, 0],
    ],
    ids=str,
)
def test_what_is_not_supported_is_refused(expression):
    with pytest.raises(UnsupportedError):
        sg.formula(expression)


HOSTILE = [
    "__import__('os').system('touch pwned')",
    "<script>alert(1)</script>",
    "\\input{/etc/passwd}",
    ":ref:`x`",
    "a\nb",
    "x;y",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sg.SymgdError):
        sg.formula(sp.Symbol(name) ** 2)
    assert list(tmp_path.iterdir()) == []


def test_keywords_and_library_names_are_mapped_to_safe_identifiers():
    names = ["lambda", "def", "np", "special", "shape", "dtype", "_real", "t0", "θ", "가"]
    symbols = [sp.Symbol(name) for name in names]
    code = sg.lambdify(symbols, sum(s**2 for s in symbols))
    assert float(code(*range(len(names)))) == sum(k**2 for k in range(len(names)))
    assert code.source.isascii()


ONE = sp.Symbol("A", real=True)
TWO_INPUTS = {
    "a symbol and a matrix": ONE + sp.Trace(sp.MatrixSymbol("A", 2, 2)),
    "matrices of two shapes": sp.Trace(sp.MatrixSymbol("A", 2, 2)) + sp.Trace(sp.MatrixSymbol("A", 3, 3)),
    "a symbol and an indexed base": sp.IndexedBase("A")[0] + sp.IndexedBase("A")[1] * ONE,
    "bases of two assumptions": sp.IndexedBase("A")[0] + sp.IndexedBase("A", positive=True)[0],
    "bases of two shapes": sp.IndexedBase("A", shape=(2,))[0] + sp.IndexedBase("A", shape=(3,))[0],
    "symbols of two assumptions": ONE + sp.Symbol("A", positive=True),
}


@pytest.mark.parametrize("expression", TWO_INPUTS.values(), ids=TWO_INPUTS)
def test_two_inputs_of_one_name_are_refused(expression):
    with pytest.raises(sg.SymgdError):
        sg.formula(expression)
