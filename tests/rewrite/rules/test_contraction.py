"""Rules of contractions and tensors: divisors that are taken out once, and determinants beside inverses."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.equality.finite_values import value_at
from symgd.rewrite.driver import simplify
from tests.formulas import declared

SHAPES = {"x": (3,), "c": (3,), "A": "n n", "B": "n n", "y": "n"}

QUOTIENTS = [
    ("sqrt(r)*x/r**2 + c/r", lambda r, x, c: np.sqrt(r) * x / r**2 + c / r),
    ("(sqrt(r)*x/r + r**(3/2)*c/r**2)/r", lambda r, x, c: (np.sqrt(r) * x / r + r**1.5 * c / r**2) / r),
    ("r**3*x/r**2 - c/r**2", lambda r, x, c: r**3 * x / r**2 - c / r**2),
    ("x/(r*sqrt(r)) + c/r", lambda r, x, c: x / (r * np.sqrt(r)) + c / r),
]


@pytest.mark.parametrize(("text", "right"), QUOTIENTS, ids=[text for text, _ in QUOTIENTS])
def test_a_common_divisor_is_taken_out_of_divisors_alone(text, right):
    simple = sg.simplify(sg.formula(text, shapes=declared(SHAPES, text)))  # is proven equal
    r, x, c = 1.7, np.array([1.0, -2.0, 3.0]), np.array([0.5, 4.0, -1.0])
    assert np.allclose(sg.lambdify(["r", "x", "c"], simple)(r, x, c), right(r, x, c), rtol=1e-14)


DETERMINANTS = [
    "det(A)", "det(A)**2", "det(A)**3", "exp(det(A))", "det(A)*trace(A)", "trace(A)*det(A) + det(A)**2", "det(A)*det(B)",
    "det(A @ B)", "det(A.T @ A)", "det(A)**2*trace(A @ B)", "det(A)*(y @ A @ y)", "det(B @ A @ B)",
]  # fmt: skip
SINGULAR = np.array([[1, 2, 3], [2, 4, 6], [1, 0, 1]])
OTHER = np.array([[1, 0, 2], [-1, 3, 1], [0, 1, 1]])


@pytest.mark.parametrize("text", DETERMINANTS)
def test_slopes_of_determinants_where_the_matrix_is_singular(text):
    formula = sg.formula(text, shapes=declared(SHAPES, text))
    names = [node.name for node in formula.symbols]
    at = {"A": SINGULAR, "B": OTHER, "y": np.array([1, -1, 2])}
    got = sg.lambdify(names, sg.gradient(formula, "A"))(*(at[name].astype(float) for name in names))
    assert np.allclose(got, exact_slope(formula, at), rtol=1e-10, atol=1e-10)


def exact_slope(formula, at):
    """The slope of a loss by SymPy, in exact numbers; that of exp(det(A)) is that of det(A) where it is 0."""
    import sympy as sp

    text = str(formula).removeprefix("exp(det(A))") or "det(A)"
    matrices = {name: sp.Matrix(value.tolist()) for name, value in at.items()}
    result = np.zeros((3, 3))
    t = sp.Symbol("t")
    for i, j in np.ndindex(3, 3):
        A = matrices["A"].copy()
        A[i, j] += t
        result[i, j] = sp.diff(polynomial(text, A, matrices["B"], matrices["y"]), t).subs(t, 0)
    return result


def polynomial(text, A, B, y):
    """The losses of this file in SymPy's words."""
    return {
        "det(A)": lambda: A.det(),
        "det(A)**2": lambda: A.det() ** 2,
        "det(A)**3": lambda: A.det() ** 3,
        "det(A)*trace(A)": lambda: A.det() * A.trace(),
        "trace(A)*det(A) + det(A)**2": lambda: A.det() * A.trace() + A.det() ** 2,
        "det(A)*det(B)": lambda: A.det() * B.det(),
        "det(A @ B)": lambda: (A * B).det(),
        "det(A.T @ A)": lambda: (A.T * A).det(),
        "det(A)**2*trace(A @ B)": lambda: A.det() ** 2 * (A * B).trace(),
        "det(A)*(y @ A @ y)": lambda: A.det() * (y.T * A * y)[0],
        "det(B @ A @ B)": lambda: (B * A * B).det(),
    }[text]()


SIZES = {"a": (1,), "y": (3,), "z": (3,), "r": (1, 3), "k": (3, 1), "o": (1, 1), "A": (3, 3), "B": (3, 3), "s": ()}
OPERANDS = ["s", "a", "y", "z[:, None]", "y[None, :]", "r", "k", "o", "A", "B.T", "r[0]", "sum(A, axis=1)", "A @ B", "eye(3)"]
AROUND = ["sum({})", "sum({}, axis=-1)", "sum({}, axis=0)", "A @ ({})", "({}) @ y", "r @ ({})", "sum({}, axis=0)[None, :] + A"]
SUMS = ["A @ B", "y @ B", "r @ B", "B @ y", "A @ A.T", "outer(y, z)", "r @ k", "y @ y", "k @ r", "sum(A*B, axis=0)", "B @ k"]
DEVIATIONS = ["{0} - mean({0})", "{0} - mean({0}, axis=0)", "{0} - mean({0}, axis=-1)[:, None]", "{0} - mean({0}, axis=-1)"]


def products():
    for pair in itertools.combinations_with_replacement(OPERANDS, 2):
        yield from (around.format(" * ".join(pair)) for around in AROUND)
    for triple in itertools.combinations(OPERANDS, 3):
        yield f"sum({' * '.join(triple)}, axis=-1)"


def sums():
    for one, other in itertools.combinations(SUMS, 2):
        yield f"{one} - 2*({other})"
        yield f"({one})/s - ({other})/s**2"
        yield f"({one})/k - ({other})/k**2"
    for matrix, deviation, other in itertools.product("AyrkoB", DEVIATIONS, ("y", "A", "k", "s", "z[:, None]")):
        yield f"sum(({deviation.format(matrix)}) * {other}, axis=-1)"
        yield f"sum(({deviation.format(matrix)}) * {other}, axis=0)"


@pytest.mark.parametrize("purpose", ["people", "code"])
@pytest.mark.parametrize("texts", [products, sums])
def test_axes_of_size_one_are_stretched_as_before(texts, purpose):
    """Sums over products of what broadcasting stretches keep shape and values, in whole numbers."""
    generator = np.random.default_rng(0)
    values = {name: generator.integers(1, 9, shape).astype(object) for name, shape in SIZES.items()}
    tried = 0
    for text in texts():
        try:
            formula = sg.formula(text, shapes=declared(SIZES, text))
        except sg.SymgdError:  # shapes that do not fit
            continue
        (after,) = simplify([formula], purpose=purpose).roots
        if after is formula:
            continue
        tried += 1
        assert after.shape == formula.shape, text
        at = {node: np.array(values[node.name], dtype=object) for node in formula.symbols}
        one, other = (value_at(part, at, {}, digits=30) for part in (formula, after))
        assert all(abs(p - q) < 1e-20 for p, q in zip(one.flat, other.flat, strict=True)), f"{text} became {after}"
    assert tried > 100


@pytest.mark.parametrize("text", ["sum(P, axis=-1)", "sum(P)", "sum(P*u)", "sum(P*P)", "sum(P - 1, axis=-1)"])
@pytest.mark.parametrize("shape", [(4,), (2, 4), (3, 2, 4)])
@pytest.mark.parametrize("total", [1, -3])
def test_a_declared_sum_takes_the_place_of_the_entries_along_the_last_axis(text, shape, total):
    generator = np.random.default_rng(5)
    shapes = {"P": shape} | ({"u": (*shape[:-1], 1)} if "*u" in text else {})
    values = {name: generator.normal(size=size) for name, size in shapes.items()}
    values["P"] *= total / values["P"].sum(axis=-1, keepdims=True)
    simple = sg.simplify(sg.formula(text, shapes=shapes, facts={"P": {"sums_to": total}}))
    expected = eval(text, {"sum": np.sum, **values})
    assert simple.shape == expected.shape
    assert text not in ("sum(P, axis=-1)", "sum(P)") or "P" not in str(simple)
    np.testing.assert_allclose(sg.lambdify(list(values), simple)(*values.values()), expected, rtol=1e-12)
