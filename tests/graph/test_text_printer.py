from __future__ import annotations

import contextlib
import re
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

import symgd as sg
from symgd.graph.text_printer import number_text
from symgd.readers.text.parser import parse
from tests.formulas import declared, scalar_formulas, tensor_formulas

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n", "v": "n"}


@pytest.mark.parametrize(
    "text",
    [
        "2*X.T @ (X @ w - y) / m",
        "-X.T @ (y * sigmoid(-y * (X @ w))) / m",
        "2*(x + z)",
        "-x**2",
        "(-x)**2",
        "x/(3*z)",
        "1/(2*x)",
        "2**(-x)",
        "x**(1/3)",
        "sqrt(x)",
        "X[:, 1]",
        "y[:, None] * X",
        "where(x > 0, x, -x)",
        "sum(X, axis=0)",
        "x - (z + 1)",
        "x - (z - 1)",
        "(A + A.T) @ v",
        "inv(A).T",
        "[x, z]",
        "X @ w - y",
    ],
)
def test_what_is_typed_is_printed(text):
    assert str(parse(text, declared(SHAPES, text))) == text


@settings(max_examples=200, deadline=None)
@given(scalar_formulas())
def test_what_is_printed_can_be_read_back(formula):
    x, y = sg.scalar("x"), sg.scalar("y")
    again = parse(str(formula), symbols={"x": x, "y": y})
    both = sg.lambdify([x, y], [formula, again])
    with np.errstate(all="ignore"):
        for point in ((0.3, -1.2), (2.5, 0.7)):
            first, second = both(*point)
            np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(tensor_formulas())
def test_what_is_printed_of_tensors_can_be_read_back(formula):
    again = parse(str(formula), symbols={node.name: node for node in formula.symbols})
    generator = np.random.default_rng(0)
    sizes = {"m": 3, "n": 2}
    values = [generator.normal(size=tuple(sizes[str(n)] for n in node.shape)) for node in formula.symbols]
    first, second = sg.lambdify(list(formula.symbols), [formula, again])(*values)
    np.testing.assert_allclose(first, second, rtol=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "sum(z[1:]*z[:-1])",
        "z[0]*z[3]**2",
        "sum(100*(z[1:] - z[:-1]**2)**2 + (1 - z[:-1])**2)",
        "sum((X[1:] - X[:-1])**2)",
        "sum(X[:, 0]*X[0, 1])",
        "log(sum(exp(X @ X.T @ X @ X.T @ y)**2 + sin(X @ X.T @ X @ X.T @ y)) + norm2(X @ X.T @ X @ X.T @ y))",
    ],
)
def test_printed_gradients_can_be_claimed(text):
    loss = sg.formula(text, shapes=declared({"z": "k", "X": "m n", "y": "m"}, text))
    for symbol in loss.symbols:
        claim = str(sg.gradient(loss, symbol))
        assert sg.check_gradient(loss, symbol, gradient=claim, points=2).verdict.name == "RIGHT", claim


def test_large_graphs_are_printed_with_names_not_as_trees():
    x = sg.scalar("x")
    formula = x
    for _ in range(200):
        formula = formula * sg.sin(formula)
    text = str(formula)
    assert " where " in text
    assert len(text) < 20_000


def test_deep_chains_are_printed():
    node = sg.scalar("x")
    for _ in range(10_000):
        node = sg.sin(node)
    assert str(node).startswith("sin(")
    assert len(repr(node)) < 1200


def _long(kind, digits):
    number = 7 * 10**digits // 9
    kinds = {
        "integer": number,
        "negative": -number,
        "fraction": Fraction(number, 3**digits),
        "decimal": Fraction(number, 10**digits),
        "half": Fraction(10**digits + 1, 2),
        "small": Fraction(2, 3**digits),
    }
    return kinds[kind]


SHOWN = {
    "text": str,
    "LaTeX": lambda f: f.latex(),
    "derivation": lambda f: sg.derivation(f, "x").text(),
    "derivation in LaTeX": lambda f: sg.derivation(f, "x").latex(),
    "page": lambda f: sg.derivation(f, "x").html(),
    "data": lambda f: sg.derivation(f, "x").to_dict(),
    "check": lambda f: sg.check_gradient(f, "x", gradient="x").explain(),
    "convexity": lambda f: (str(sg.convexity(f, "x")), sg.convexity(f, "x").to_dict()),
    "stationary points": lambda f: (str(sg.stationary_points(f, "x")), sg.stationary_points(f, "x").to_dict()),
    "curvature": lambda f: str(sg.curvature_bounds(f, "x")),
    "expansion": lambda f: str(sg.taylor(f, "x")),
}


@pytest.mark.parametrize("kind", ["integer", "negative", "fraction", "decimal", "half", "small"])
@pytest.mark.parametrize("name", SHOWN)
def test_constants_of_any_length_are_shown(name, kind):
    """Python converts no integer of more than 4300 digits."""
    x = sg.scalar("x")
    number = _long(kind, 5000)
    for formula in (number * x**2, x**2 + number):
        with contextlib.suppress(sg.SymgdError):  # a number may be too large for what is asked, and that is said
            SHOWN[name](formula)


@pytest.mark.parametrize("digits", [1, 3999, 4000, 4001, 8000, 12_345])
def test_numbers_are_written_digit_by_digit(digits):
    number = 10**digits // 7
    with unlimited_digits():
        assert number_text(number) == str(number)
        assert number_text(Fraction(-number, 2**digits)) == str(Fraction(-number, 2**digits))


@contextlib.contextmanager
def unlimited_digits():
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


def test_every_name_that_is_defined_is_used():
    part = "exp(-x**2/(2*s**2))/sqrt(2*pi*s**2)"
    loss = sg.formula(f"log({part}) + sin({part})/sqrt(2*pi*s**2)*cos({part})*(1 + {part})**7")
    text = str(sg.gradient(loss, "s"))
    names = re.findall(r"(t\d+) = ", text.partition(" where ")[2])
    assert len(names) > 1
    assert all(len(re.findall(rf"\b{name}\b", text)) > 1 for name in names), text


ENTRYWISE = [
    "v/(1 + v**2)", "u/v", "1/v", "log(v)", "tanh(v)/cosh(v)**2", "u*v**3", "log(v)/v**2", "sqrt(v)/u", "exp(-v)/(u*v)",
    "v/norm(v)", "softmax(v)", "v*sum(u/v)", "u/(v @ v)", "erf(v)/v",
]  # fmt: skip


@pytest.mark.parametrize("text", ENTRYWISE)
def test_written_derivatives_of_vectors_read_back_with_their_values(text):
    """Diagonal matrices and outer products, with what stands below the line."""
    shapes = {"u": "3", "v": "3"}
    random = np.random.default_rng(0)
    values = {name: random.uniform(0.3, 2, 3) for name in "uv"}
    output = sg.formula(text, shapes=declared(shapes, text))
    for derived in (sg.jacobian(output, "v"), sg.hessian(sg.sum(output), "v")):
        names = [node.name for node in derived.symbols]
        again = sg.formula(str(derived), shapes={name: shapes[name] for name in names})
        one, other = (sg.lambdify(names, part)(*(values[name] for name in names)) for part in (derived, again))
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)
