"""What names stand for: inputs as declared, sizes, constants, new inputs; and what running indices run over."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.readers.latex.scope import Run, Scope

N = sg.tensor("x", "n").shape[0]
ORIGINS = [
    (r"\sum_{i=1}^n x_i", 1), (r"\sum_{i=0}^{n-1} x_i", 0), (r"\prod_{k = 0}^m x_k", 0), (r"\sum_{0 \le i < n} x_i", 0),
    (r"\sum_{i,j=0}^{n-1} A_{ij}", 0), ("x_0", 1), (r"\max_{0 < i \leq n} x_i", 0), (r"\sum_i x_i", 1),
    (r"\sum\limits_{i=0}^n", 0),
]  # fmt: skip


def scope(**shapes):
    return Scope("", {name: sg.tensor("t", shape).shape for name, shape in shapes.items()}, {"s": {"positive": True}})


@pytest.mark.parametrize(("text", "origin"), ORIGINS)
def test_the_number_of_the_first_entry(text, origin):
    assert Scope(text, {}, {}).origin == origin


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("x", "column", "x"), ("A", "matrix", "A"), ("s", "scalar", "s"), ("n", "scalar", "n"), ("m", "scalar", "m"),
        ("e", "scalar", "e"), ("pi", "scalar", "pi"), ("I", "identity", "1"), ("new", "scalar", "new"),
    ],
)  # fmt: skip
def test_a_name_stands_for_what_it_is_declared_to_be(name, kind, text):
    names = scope(x="n", A="m n")
    value = names.value_of(name)
    assert (value.kind, str(value.node)) == (kind, text)
    assert name in names.used
    assert names.value_of(name) == value


def test_facts_and_shapes_come_before_every_other_meaning():
    names = Scope("", {"e": (N,), "I": (N, N)}, {"pi": {"positive": True}})
    assert [names.value_of(name).kind for name in ("e", "I", "pi")] == ["column", "matrix", "scalar"]
    assert names.value_of("pi").node.is_symbol
    assert all(names.is_declared(name) for name in ("e", "I", "pi", "n"))
    assert names.is_input("e")
    assert not names.is_input("n")
    assert not names.is_declared("y")


@pytest.mark.parametrize(("first", "shift"), [(0, 0), (1, 0), (0, 2), (2, -1)])
def test_a_running_index_counts_its_positions(first, shift):
    names = scope()
    names.running["i"] = Run(first, 4)
    value = names.index_value("i", shift)
    assert value.running == ("i",)
    assert np.array_equal(sg.lambdify([], value.node)(), np.arange(4) + first + shift)


def test_an_index_over_an_open_range_has_no_positions():
    names = scope()
    names.running["i"] = Run(0, None)
    with pytest.raises(UnsupportedError, match="over what i runs"):
        names.index_value("i", 0)
