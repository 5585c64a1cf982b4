from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from sympy.matrices.expressions.matexpr import MatrixElement

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.evaluation.sampling import points
from symgd.graph.shape import size_names
from symgd.graph.traversal import toposort
from tests.formulas import declared, scalar_formulas
from tests.laws.test_tensor_primitives import EXAMPLES

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n"}


@settings(max_examples=60, deadline=None)
@given(scalar_formulas())
def test_there_and_back_keeps_the_value(formula):
    again = sg.formula(formula.to_sympy())
    x, y = sg.scalar("x"), sg.scalar("y")
    both = sg.lambdify(["x", "y"], [formula]), sg.lambdify(["x", "y"], [again])
    first, second = float(both[0](0.3, -1.2)[0]), float(both[1](0.3, -1.2)[0])
    assert first == pytest.approx(second, rel=1e-9, abs=1e-12)
    assert {x, y} >= set(formula.symbols)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X.T @ (X @ w - y)", "X.T*(X*w - y)"),
        ("(A + A.T) @ w", "(A + A.T)*w"),
        ("trace(A @ A)", "Trace(A**2)"),
        ("det(A)", "Determinant(A)"),
        ("2*A", "2*A"),
    ],
)
def test_matrix_expressions(text, expected):
    found = sg.formula(text, shapes=declared(SHAPES, text)).to_sympy()
    if text != "trace(A @ A)":  # symgd writes it as the sum of a Hadamard product
        assert str(found) == expected
    assert isinstance(found, sp.Expr | sp.MatrixExpr)


def test_assumptions_go_home():
    assert sg.scalar("x", positive=True).to_sympy().is_positive


BY_INDICES = [
    "sum(X*s[:, None])", "logsumexp(X @ w)", "sum(softmax(X, axis=1)*X)", "sum(T**2)", "prod(w)", "mean(X, axis=0)", "tril(A)",
    "norm2(X, axis=1)", "where(w > 0, w, 0)", "X[1:, 0]", "softmax(w)", "einsum('ij,ik,i->jk', X, X, s)", "diag(A)",
]  # fmt: skip


@pytest.mark.parametrize("text", BY_INDICES)
def test_what_no_matrix_expression_says_is_written_with_indices_and_read_back(text):
    shapes = {"X": "m n", "s": "m", "w": "n", "A": "n n", "T": "2 3 4"}
    formula = sg.formula(text, shapes=declared(shapes, text))
    back = sg.formula(formula.to_sympy())
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(4, 3)), "s": rng.normal(size=4), "w": rng.normal(size=3), "A": rng.normal(size=(3, 3)),
              "T": rng.normal(size=(2, 3, 4))}  # fmt: skip
    true = sg.lambdify(list(formula.symbols), formula)(*(values[node.name] for node in formula.symbols))
    columns = {name: value[:, None] if value.ndim == 1 else value for name, value in values.items()}
    got = sg.lambdify(list(back.symbols), back)(*(columns[node.name] for node in back.symbols))
    np.testing.assert_allclose(np.asarray(got).reshape(np.shape(true)), true, rtol=1e-12)


def test_derivatives_in_equal_arguments_are_told_apart():
    x, h = sp.Symbol("x", real=True), sp.Function("h")
    slope = sg.derivative(sg.formula(h(x, x)), "x")
    assert slope.to_sympy().replace(h, lambda a, b: a**2 * b).doit() == 3 * x**2
    with pytest.raises(UnsupportedError, match="cannot tell the derivatives"):
        sg.derivative(slope, "x", 2).to_sympy()


def test_an_inverse_of_numeric_size_is_not_written_out():
    shapes = {"X": (4, 3), "x": (3,)}
    text = str(sg.formula("solve(X.T @ X + 2*eye(3), x) + x/norm2(x)", shapes=shapes).to_sympy())
    assert "(2*I + X.T*X)**(-1)*x" in text
    assert len(text) < 200


def test_an_entry_of_joined_pieces_is_that_of_its_piece():
    assert str(sg.formula("concatenate([v[1:], v[:1]])[-1]", shapes={"v": "n"}).to_sympy()) == "v[0, 0]"


def number(value):
    return sp.Integer(int(value)) if float(value).is_integer() else sp.Float(value, 17)


def at_numbers(expression, values):
    """Return the number SymPy gives for a scalar in which matrices, or entries of them, stand."""
    if expression.has(sp.Sum, sp.Product, sp.Piecewise):
        expression = expression.doit()
    expression = expression.replace(
        lambda part: isinstance(part, MatrixElement) and part.args[0].is_symbol,
        lambda part: number(values[part.args[0].name][tuple(int(index) for index in part.args[1:])]),
    )
    matrices = {part: sp.ImmutableMatrix(values[part.name].tolist()) for part in expression.atoms(sp.MatrixSymbol)}
    known = expression.subs(matrices).doit().replace(sp.Determinant, lambda matrix: matrix.as_explicit().det())
    return float(sp.N(known.doit()))


UNSAID = {
    "eigvalsh", "eigenvectors", "eigmax", "eigmin", "svdvals", "spectral_norm", "nuclear_norm", "expm", "cholesky", "pinv",
    "max_weights", "min_weights", "sort_by",
}  # fmt: skip
"""What SymPy cannot write, as the limits state."""
FORMULAS = [formula for formulas in EXAMPLES.values() for formula in formulas if formula.rank <= 2]


def is_unsaid(formula):
    return any(
        node.primitive.name in UNSAID or (node.primitive.name in ("max", "min") and size_names(node.args[0].shape))
        for node in toposort((formula,))
    )


@pytest.mark.parametrize("formula", [one for one in FORMULAS if is_unsaid(one)], ids=str)
def test_what_sympy_cannot_write_is_refused(formula):
    with pytest.raises(UnsupportedError, match="SymPy"):
        formula.to_sympy()


@pytest.mark.parametrize("formula", [one for one in FORMULAS if not is_unsaid(one)], ids=str)
def test_sympy_gives_the_same_numbers(formula):
    expression = formula.to_sympy()
    (point,) = points(formula, 1, seed=3)
    true = np.asarray(
        sg.lambdify(list(formula.symbols), formula)(*(point.values[node] for node in formula.symbols)), dtype=float
    )
    sizes = {sp.Symbol(name, integer=True, positive=True): size for name, size in point.sizes.items()}
    columns = {node.name: np.asarray(value, dtype=float) for node, value in point.values.items()}
    columns = {name: value[:, None] if value.ndim == 1 else value for name, value in columns.items()}
    scalars = {sp.Symbol(name, real=True): number(value) for name, value in columns.items() if np.ndim(value) == 0}
    expression = expression.subs({**sizes, **scalars})
    if not true.shape:
        entries = {(): expression}
    elif isinstance(expression, sp.FunctionMatrix):
        letters, body = expression.lamda.variables, expression.lamda.expr
        entries = {index: body.subs(dict(zip(letters, (*index, 0), strict=False))) for index in np.ndindex(*true.shape)}
    else:
        entries = {index: MatrixElement(expression, *(*index, 0)[:2]) for index in np.ndindex(*true.shape)}
    for index, entry in entries.items():
        assert at_numbers(entry, columns) == pytest.approx(true[index], rel=1e-9, abs=1e-9)
