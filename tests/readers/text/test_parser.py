"""The reader of text: what it accepts, what it means, and one clear error for everything else."""

from __future__ import annotations

import time

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ParseError, ShapeError, SymgdError
from tests.formulas import declared

SHAPES = {"X": "m n", "w": "n", "y": "m"}


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("-x**2", {"x": 3}, -9),
        ("2**-1", {}, 0.5),
        ("2**3**2", {}, 512),
        ("2^3", {}, 8),
        ("-2**2", {}, -4),
        ("6/3/2", {}, 1),
        ("1 - 2 - 3", {}, -4),
        ("2*-x", {"x": 3}, -6),
        ("--x", {"x": 3}, 3),
        ("+x", {"x": 3}, 3),
        ("1e-6*1e6", {}, 1),
        (".5 + 5.", {}, 5.5),
        ("0.1 + 0.2", {}, 0.3),
        ("pi - 3", {}, np.pi - 3),
        ("e", {}, np.e),
        ("where(x > 1, 10, where(x >= 0, 5, -5))", {"x": 0}, 5),
        ("maximum(x, 2) + minimum(x, 2)", {"x": 7}, 9),
        ("clip(x, 0, 1)", {"x": 7}, 1),
        ("arctan(1) - atan(1)", {}, 0),
        ("sqrt(x)*sqrt(x)", {"x": 2}, 2),
        ("gamma + beta", {"gamma": 1, "beta": 2}, 3),
        ("lam*x", {"lam": 2, "x": 4}, 8),
        ("t*t + u where t = x + 1, u = t*2", {"x": 3}, 24),
        ("[x, 2][0]", {"x": 4}, 4),
        ("sum([[1, 2], [3, 4]], axis=0)[1]", {}, 6),
    ],
)
def test_meaning_is_numpys(text, point, expected):
    code = sg.lambdify(list(point), sg.formula(text))
    assert float(code(*point.values())) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "x[0] + x[-1] + x[1:].T @ x[:-1]",
        "sum(x[::2])",
        "sum(x[:, None] - x[None, :])",
        "sum(x[...])",
        "mean(x, axis=0) + mean(x, axis=-1)",
        "sum(x, keepdims=True)[0]",
        "x @ x",
        "sum(outer(x, x).T)",
        "einsum('i,i->', x, x)",
    ],
)
def test_arrays_mean_what_numpy_means(text):
    value = np.array([1.0, -2.0, 0.5, 3.0])
    ours = float(sg.lambdify("x", sg.formula(text, shapes={"x": 4}))(value))
    names = {"x": value, "sum": np.sum, "mean": np.mean, "outer": np.outer, "einsum": np.einsum}
    assert ours == pytest.approx(float(eval(text, {"__builtins__": {}}, names)))  # the test's own fixed texts


def test_numbers_are_exact():
    assert sg.formula("0.1 + 0.2").equals_number(sg.formula("0.3").value)
    assert sg.formula("1e-6").value.denominator == 10**6


def test_a_declared_name_wins_over_a_function_or_constant():
    node = sg.formula("e*exp + beta", shapes={"e": "", "exp": ""})
    assert {symbol.name for symbol in node.symbols} == {"e", "exp", "beta"}


def test_the_name_of_an_axis_is_its_length():
    assert float(sg.lambdify("x", sg.formula("sum(x)/n", shapes={"x": "n"}))(np.array([1.0, 3.0]))) == 2


def test_facts_are_declared_with_the_shapes():
    node = sg.formula("sum(y)", shapes={"y": "k"}, facts={"y": {"one_hot": True}})
    assert node.symbols[0].facts.is_one_hot


ERRORS = [
    ("", ParseError, "the formula is empty", None),
    ("   ", ParseError, "the formula is empty", None),
    ("2*(x", ParseError, r"the bracket \( is never closed", 2),
    ("x[1", ParseError, r"the bracket \[ is never closed", 1),
    ("x)", ParseError, r"the bracket \) was never opened", 1),
    ("(x]", ParseError, r"\] closes the bracket \( opened at column 1", 2),
    ("foo(x)", ParseError, "there is no function called foo", 0),
    ("sofplus(x)", ParseError, "did you mean softplus", 0),
    ("np.exp(x)", ParseError, r"drop np\.", 2),
    ("x.__class__", ParseError, r"a formula has no attributes but \.T", 1),
    ("x.sum()", ParseError, r"sum\(x\), not x\.sum\(\)", 1),
    ("__import__('os')", ParseError, "there is no function called __import__", 0),
    ("__builtins__", ParseError, "cannot be used in a formula", 0),
    ("lambda: 0", ParseError, "lambda cannot be used", 0),
    ("[y for y in x]", ParseError, "an operator is missing", 3),
    ("(x := 2)", ParseError, ":= is not an operator", 3),
    ("f'{x}'", ParseError, "an operator is missing", 1),
    ("9**9**9**9", SymgdError, "digits", 4),
    ("10**100000", SymgdError, "digits", 2),
    ("2**(1e400)", SymgdError, "digits", None),
    ("(" * 100_000, ParseError, "50,000 words", None),
    ("(" * 600 + "x" + ")" * 600, ParseError, "nested more than 500 deep", 500),
    ("x" * 200_000, ParseError, "at most 100 kB", None),
    ("+".join(["x"] * 40_000), ParseError, "50,000 words", None),
    ("1" * 500, ParseError, "at most 400 digits", 0),
    ("1e99999", ParseError, "at most 400 digits", 0),
    ("x y", ParseError, r"write \* for a product", 2),
    ("2xy", ParseError, "a name cannot start with a digit", 0),
    ("x +", ParseError, "ends where a value should follow", 3),
    ("* x", ParseError, r"there is no value before \*", 0),
    ("x, y", ParseError, "a comma stands outside brackets", 1),
    ("x = 2", ParseError, "= assigns", 4),
    ("a < b < c", ParseError, "comparisons cannot be chained", 6),
    ("(x > 0) + 1", ParseError, "cannot be applied to a condition", 8),
    ("t*x where t", ParseError, "a definition is expected", 10),
    ("t*x where t = (", ParseError, "ends where a value should follow", 15),
    ("scatter(x, 1, 3)", ShapeError, "the place of scatter is a text", 7),
    ("scatter(x, 'a', 3)", ShapeError, "'a' is not an index", 7),
    ("scatter([x, x], '0', 3)", ShapeError, "does not fit the place", 7),
    ("broadcast_to([x, x], 3)", ShapeError, "does not stretch|axis 0 has size 2", 12),
    ("x; y", ParseError, "SEMICOLON", 1),
    ("x × 1", ParseError, r"write \*", 2),
    ("x\x00", ParseError, "not part of the formula language", 1),
    ("x\u202ey", ParseError, "not part of the formula language", 1),
    ("𝐱", ParseError, "look-alike letters", 0),
    ("1/0", sg.DomainError, "division by zero", 1),
    ("exp(1, 2)", SymgdError, "exp takes 1 argument, not 2", 3),
    ("exp()", SymgdError, "exp takes 1 argument, not 0", 3),
    ("exp(x, axis=1)", ParseError, "no argument called axis", 3),
    ("sum()", ParseError, "missing a required argument", 3),
    ("sum(X, axis=3)", ShapeError, "there is no axis 3", 3),
    ("sum(X, axis=0.5)", ShapeError, "is not an axis", 3),
    ("softmax(X)", ShapeError, "needs an axis", 7),
    ("X @ y", ShapeError, "axis 1 of the left has size n, axis 0 of the right m", 2),
    ("X @ w + X", ShapeError, "the axis 1 from the end has size m on the left and n on the right", 6),
    ("X @ q", ShapeError, "the shape of q is left open", 4),
    ("X + y", ShapeError, "axis 1 has size n|the axis 1 from the end has size n", 2),
    ("X[5, 5, 5]", ShapeError, "3 indices for a tensor of shape", 1),
    ("X[w > 0]", SymgdError, "a mask cannot index", 1),
    ("inv(X)", ShapeError, "inv takes a square matrix", 3),
    ("'abc'", ParseError, "this is not a formula", 0),
    ("None", ParseError, "this is not a formula", 0),
    ("where(x, 1, 2)", SymgdError, "the first argument of where is a condition", 5),
    ("[x, X]", ShapeError, "different shapes", 0),
]


@pytest.mark.parametrize(("text", "kind", "message", "column"), ERRORS, ids=[text[:24] or "empty" for text, *_ in ERRORS])
def test_a_mistake_gives_one_clear_error_fast(text, kind, message, column):
    started = time.process_time()
    with pytest.raises(kind, match=message) as caught:
        sg.formula(text, shapes=declared(SHAPES, text) if "X" in text else None)
    assert time.process_time() - started < 2
    error = caught.value
    assert len(str(error)) < 700
    if column is not None:
        assert error.position == column
        assert "^" in str(error)


def test_nothing_is_executed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in (
        "__import__('os').system('touch pwned')",
        "open('pwned', 'w')",
        "exec('x')",
        "eval('1')",
        "x.__class__.__base__",
        "(lambda: open('pwned','w'))()",
        "getitem(x, 0)",
    ):
        with pytest.raises(SymgdError):
            sg.formula(text)
    assert list(tmp_path.iterdir()) == []


def test_a_typing_mistake_in_a_name_is_found_by_the_unused_declaration():
    with pytest.raises(ParseError, match=r"the name yy is unknown[\s\S]*did you mean y"):
        sg.formula("mean((X @ w - yy)**2)", shapes=SHAPES)


def test_a_name_that_differs_in_case_only_is_a_mistake():
    with pytest.raises(ParseError, match="did you mean Y"):
        sg.formula("mean((X @ w - y)**2)", shapes={"X": "m n", "Y": "m", "w": "n"})
    with pytest.raises(ParseError, match="facts are given for q"):
        sg.formula("log(p)", facts={"q": {"positive": True}})


def test_a_wrong_shape_declaration_names_its_input():
    with pytest.raises(ShapeError, match="the shape of X: '-3' is not a size"):
        sg.formula("sum(X)", shapes={"X": "-3"})


def test_the_deepest_allowed_nesting_works():
    node = sg.formula("sin(" * 499 + "x" + ")" * 499)
    assert sg.gradient(node, "x").shape == ()


def test_other_syntaxes_are_refused_clearly():
    with pytest.raises(SymgdError, match="there is no syntax called"):
        sg.formula("x", syntax="maple")
