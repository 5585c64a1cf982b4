"""Written code means the formula: brackets, the order of factors and divisors, and numbers as Python has them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.libraries import BACKENDS
from symgd.codegen.pieces import Identifier, NamedNumber, NamedTruth, PythonNumber, PythonTruth, Transposed
from symgd.codegen.printer import CodePrinter
from symgd.errors import UnsupportedError
from symgd.graph.node import constant
from symgd.graph.text_printer import Written
from symgd.graph.traversal import toposort
from tests.formulas import declared

SHAPES = {"X": "m n", "y": "m", "w": "n", "v": "n", "A": "n n", "B": "n n"}


def read(text):
    return sg.formula(text, shapes=declared(SHAPES, text))


def written(formula, has_batch=False, backend="numpy"):
    """Return a formula as it is written in one expression."""
    printer = CodePrinter(BACKENDS[backend](), {node: node.name for node in formula.symbols}, {"m": "m", "n": "n"}, has_batch)
    return filled(printer, formula)


def filled(printer, formula):
    """Write a formula and all its parts."""
    for node in toposort([formula]):
        if node not in printer.written:
            printer.written[node] = printer.write(node)
    return printer.written[formula]


TABLE = [
    ("x + z", "x + z"),
    ("x - (z - t)", "x - (z - t)"),
    ("-x", "-x"),
    ("2*x/3", "2*x/3"),
    ("x/3", "x/3"),
    ("1/3 + x", "1/3 + x"),
    ("1/x", "1/x"),
    ("x**-2", "1/x**2"),
    ("x/t/z", "x/(t*z)"),
    ("x**2", "x**2"),
    ("x**3", "x*x*x"),
    ("(x + 1)**3", "(x + 1)**3"),
    ("x**(1/2)", "np.sqrt(x)"),
    ("x**(1/3)", "x**(1/3)"),
    ("2**x", "2**x"),
    ("pi*x", "np.pi*x"),
    ("e**x", "np.e**x"),
    ("x < 1", "x < 1"),
    ("where(x > 0, x, -x)", "np.where(0 < x, x, -x)"),
    ("X @ w", "X @ w"),
    ("X.T @ y", "X.T @ y"),
    ("A @ B @ v", "A @ B @ v"),
    ("(A + B) @ v", "(A + B) @ v"),
    ("(X @ w)*y/3", "(X @ w) * y / 3"),
    ("2*w/x", "2 * w / x"),
    ("x*w*2/t/3", "2*x * w / (3*t)"),  # numbers first: no tensor is scaled twice
    ("sum(X, axis=0)", "X.sum(0)"),
    ("sum(w)/n", "w.sum()/n"),
    ("mean(X)", "X.mean()"),
    ("outer(w, v)", "np.outer(w, v)"),
    ("trace(A)", "np.trace(A)"),
    ("w[1:]", "w[1:]"),
    ("exp(w)", "np.exp(w)"),
]


@pytest.mark.parametrize(("text", "code"), TABLE)
def test_a_formula_is_written_as_a_person_would(text, code):
    assert written(read(text)).text == code


IN_TURNS = ["x/t", "x*t/z/s", "3*x*t/z/s", "x*t*u/z/s/r", "x/t/z*u"]


@pytest.mark.parametrize("text", IN_TURNS)
@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_scalars_are_multiplied_and_divided_in_turns_so_that_they_stay_within_range(text, scale):
    formula = sg.formula(text)
    numbers = {node.name: Fraction(5 + k, 4) for k, node in enumerate(formula.symbols)}
    code = written(formula, has_batch=True).text
    found = eval(code, {name: float(number) * scale for name, number in numbers.items()})
    assert found == pytest.approx(float(eval(text, dict(numbers))), rel=1e-14)
    assert "(" not in code


OPERATORS = ["+", "-", "*", "/", "**"]
NESTED = ["(x {inner} t) {outer} z", "x {outer} (t {inner} z)", "-(x {inner} t) {outer} z", "x {outer} (-t {inner} z)"]


@pytest.mark.parametrize("outer", OPERATORS)
@pytest.mark.parametrize("inner", OPERATORS)
def test_brackets_stand_where_python_needs_them(inner, outer):
    numbers = {"x": 3.0, "t": 2.0, "z": 4.0}
    for text in (pattern.format(inner=inner, outer=outer) for pattern in NESTED):
        for has_batch in (False, True):
            found = eval(written(sg.formula(text), has_batch).text, dict(numbers))
            assert found == pytest.approx(eval(text, dict(numbers)), rel=1e-14), text


NUMBERS = [
    (Fraction(1, 3), "1/3"),
    (Fraction(-1, 3), "-1/3"),
    (7, "7"),
    (-7, "-7"),
    (0.1, "0.1"),
    (math.inf, "np.inf"),
    (-math.inf, "-np.inf"),
    (math.nan, "np.nan"),
    (True, "True"),
    (2**53 - 1, "9007199254740991"),
    (2**53, "9007199254740992.0"),
    (Fraction(2**53, 3), "3002399751580330.5"),  # the nearest float of 2⁵³/3
    (Fraction(1, 10**300), "1e-300"),
    (5e-324, "5e-324"),
]


@pytest.mark.parametrize(("value", "code"), NUMBERS)
def test_numbers_are_those_of_python_and_float(value, code):
    printer = CodePrinter(BACKENDS["numpy"](), {}, {}, False)
    assert printer.number(value).text == code
    assert eval(code, {"np": np}) == pytest.approx(float(value), rel=1e-15, nan_ok=True)


@pytest.mark.parametrize("number", [10**400, -(10**309), Fraction(10**400, 3)])
def test_a_number_beyond_the_floats_is_refused(number):
    with pytest.raises(UnsupportedError, match="digits stands in the formula, and a float holds 308"):
        written(constant(number) * sg.scalar("x"))


NEGATIVE_POWERS = [
    ("(-x)**2", 9.0),
    ("2**(-x)", 0.125),
    ("-x**2", -9.0),
    ("(-3)**2*x", 27.0),
    ("(x - 5)**2", 4.0),
    ("x**(x - 1)", 9.0),
]


@pytest.mark.parametrize(("text", "value"), NEGATIVE_POWERS)
def test_signs_and_powers_keep_their_brackets(text, value):
    assert eval(written(read(text)).text, {"x": 3.0, "np": np}) == value


N = sg.tensor("w", "n").size
PIECES = [
    (constant(2), PythonNumber),
    (N, PythonNumber),
    (2 * N + 1, PythonNumber),
    (N**2 / 3, PythonNumber),
    (N < 3, PythonTruth),
    (sg.scalar("x"), Identifier),
    (sg.scalar("x") + N, Written),
    (sg.scalar("x") < N, Written),
    (sg.exp(N), Written),  # a call of the library
    (sg.tensor("A", "n n").T, Transposed),
]


@pytest.mark.parametrize(("formula", "kind"), PIECES, ids=[str(formula) for formula, _ in PIECES])
def test_numbers_that_python_computes_are_told_from_arrays(formula, kind):
    assert type(written(formula)) is kind


NAMED = [(PythonNumber("2*n"), NamedNumber), (PythonTruth("n < 2"), NamedTruth), (Written("x + 1"), Identifier)]


@pytest.mark.parametrize(("piece", "kind"), NAMED)
def test_a_name_remembers_what_it_is_of(piece, kind):
    printer = CodePrinter(BACKENDS["numpy"](), {}, {}, False)
    found = printer.named("t0", piece)
    assert (type(found), found.text) == (kind, "t0")


@pytest.mark.parametrize("name", ["numpy", "cupy"])
def test_functions_have_the_name_of_the_library(name):
    alias = BACKENDS[name].alias
    assert written(read("exp(w)"), backend=name).text == f"{alias}.exp(w)"


def test_sizes_have_the_names_of_the_function():
    formula = read("sum(w)/n")
    printer = CodePrinter(BACKENDS["numpy"](), dict.fromkeys(formula.symbols, "weights"), {"n": "size0"}, False)
    assert filled(printer, formula).text == "weights.sum()/size0"
    (n,) = sg.tensor("w", "n").shape
    shapes = {(3,): "(3,)", (n,): "(size0,)", (n, 2): "(size0, 2)", (2 * n - 1,): "(2*size0 - 1,)"}
    assert {shape: printer.shape_text(shape) for shape in shapes} == shapes
