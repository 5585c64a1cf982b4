"""What declarations ask of the printer that writes code is what the printer does."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.libraries import BACKENDS
from symgd.codegen.printer import CodePrinter
from symgd.graph.shape import Dim
from symgd.primitives.code_writer import CodeWriter

N, K = Dim.named("n"), Dim.named("k")
ASKED = [name for name, member in vars(CodeWriter).items() if inspect.isfunction(member) and member.__doc__]


@pytest.fixture
def printer():
    return CodePrinter(BACKENDS["numpy"](), {}, {"n": "n0", "k": "k0"}, False)


@pytest.mark.parametrize("name", ASKED)
def test_the_printer_does_what_is_asked(name):
    asked, done = (list(inspect.signature(getattr(owner, name)).parameters.values()) for owner in (CodeWriter, CodePrinter))
    assert [parameter.annotation for parameter in done] == [parameter.annotation for parameter in asked]


def test_three_things_are_asked():
    assert ASKED == ["size", "shape_text", "library"]


# size, as code
SIZES = [(3, "3"), (N, "n0"), (N + 1, "n0 + 1"), (N * K, "k0*n0"), (2 * N - 1, "2*n0 - 1")]


@pytest.mark.parametrize(("size", "code"), SIZES)
def test_sizes_as_code(printer, size, code):
    assert printer.size(size).text == code
    assert printer.shape_text((size,)) == f"({code},)"
    assert printer.shape_text((4, size)) == f"(4, {code})"


def test_the_shape_of_a_scalar_as_code(printer):
    assert printer.shape_text(()) == "()"


@pytest.mark.parametrize(("backend", "code"), [("numpy", "np.nan"), ("cupy", "cp.nan")])
def test_names_of_the_library(backend, code):
    assert CodePrinter(BACKENDS[backend](), {}, {}, False).library("nan") == code


# formula, shapes, values, value
USED = [
    ("eye(n) + A", {"A": "n n"}, {"A": np.zeros((2, 2))}, np.eye(2)),
    ("arange(n)*v", {"v": "n"}, {"v": np.ones(3)}, [0, 1, 2]), ("lambertw(x)", {}, {"x": -1.0}, np.nan),
    ("polygamma(x, 1)", {}, {"x": 0.5}, np.nan),
    ("broadcast_to(v, (2, n))*2", {"v": "n"}, {"v": np.ones(3)}, np.full((2, 3), 2.0)),
    ("v[rows]", {"v": "n", "rows": "k"}, {"v": np.ones(3), "rows": np.array([2.0, 0.0])}, [1, 1]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shapes", "values", "expected"), USED)
def test_code_with_sizes_shapes_and_names(text, shapes, values, expected):
    formula = sg.formula(text, shapes=shapes)
    with np.errstate(all="ignore"):
        found = sg.lambdify([node.name for node in formula.symbols], formula)(*(values[node.name] for node in formula.symbols))
    np.testing.assert_array_equal(found, expected)
