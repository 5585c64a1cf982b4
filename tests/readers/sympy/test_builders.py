"""The tables of builders: a type is found by its most special row, and every row that has parts has a builder."""

from __future__ import annotations

import inspect

import pytest
import sympy as sp

from symgd.errors import UnsupportedError
from symgd.readers.sympy import builders
from symgd.readers.sympy.builders import build, parts_of

x, y = sp.symbols("x y")
A = sp.MatrixSymbol("A", 2, 2)
TYPES = [
    kind for row, _ in builders._BUILDERS for kind in (row if isinstance(row, tuple) else getattr(row, "__args__", (row,)))
]


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        (x, []), (A, []), (x + y, [x, y]), (A[0, 1], [A]), (sp.Sum(x, (y, 0, 2)), [x]), (sp.Matrix([[x, y]]), [x, y]),
        (sp.Piecewise((x, y > 0), (y, True)), [x, y > 0, y, sp.true]), (sp.hyper([x], [y], 2), [x, y, sp.Integer(2)]),
        (sp.Derivative(sp.Function("f")(x), x), [x]), (sp.Derivative(x**2, x), [2 * x]), (None, []),
    ],
    ids=str,
)  # fmt: skip
def test_the_parts_that_are_read_first(expression, parts):
    assert sorted(map(str, parts_of(expression))) == sorted(map(str, parts))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_a_row_is_not_hidden_by_an_earlier_one(kind):
    rows = [row for row, _ in builders._BUILDERS if issubclass(kind, row)]
    own = next(
        row for row, _ in builders._BUILDERS if kind in (row if isinstance(row, tuple) else getattr(row, "__args__", (row,)))
    )
    assert rows[0] == own


@pytest.mark.parametrize("kind", [kind for kind in TYPES if inspect.isclass(kind) and issubclass(kind, sp.Basic)], ids=str)
def test_what_has_a_builder_has_parts(kind):
    assert builders._parts_of(kind) is not None


@pytest.mark.parametrize(
    "expression", [3, "x", object(), sp.Integral(sp.Function("f")(x), x)], ids=["number", "text", "object", "integral"]
)
def test_what_cannot_be_read_is_refused(expression):
    with pytest.raises(UnsupportedError, match="cannot be read as a formula"):
        parts_of(expression)


def test_what_has_no_row_is_a_function_by_its_name():
    with pytest.raises(UnsupportedError, match="does not know SymPy's 'primepi'"):
        build(sp.primepi(x), [x])
