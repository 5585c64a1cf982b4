"""Bounds under and above a sum: what an index runs over, and the conditions of bounds that move, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ParseError
from symgd.graph.shape import Dim, size_value
from symgd.readers.latex.bounds import Bound, comparisons, read_bound, read_bounds, read_size
from symgd.readers.latex.scope import Run, Scope
from symgd.readers.latex.stream import TokenStream

MOVING_BOUNDS = [
    (r"\sum_{i<j} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(n) if i < j)),
    (r"\sum_{i\neq j} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(n) if i != j)),
    (r"\sum_{1\le i<j\le n} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(i + 1, n))),
    (r"\sum_{i=1}^n\sum_{j=i+1}^n y_i^2 y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i + 1, n))),
    (r"\sum_{i=1}^n y_i^2 \sum_{j=1}^{i-1} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i))),
    (r"\sum_{i=1}^n y_i^2 \sum_{j=i}^{n} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i, n))),
    (r"\sum_{i=2}^n y_i^2 \sum_{j=1}^{i-1} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i))),
    (r"\sum_{i=0}^{n-1} y_i^2 \sum_{j=0}^{i-1} y_j", lambda A, y, n: sum(y[i] ** 2 * y[j] for i in range(n) for j in range(i))),
    (r"\sum_{i=1}^n \prod_{j\neq i} y_j", lambda A, y, n: sum(math.prod(y[j] for j in range(n) if j != i) for i in range(n))),
    (r"\sum_{i=1}^n \sum_{j\neq 2} A_{ij}", lambda A, y, n: sum(A[i, j] for i in range(n) for j in range(n) if j != 1)),
]


@pytest.mark.parametrize(("latex", "loops"), MOVING_BOUNDS)
def test_a_bound_that_moves_with_another_index(latex, loops):
    entries = np.random.default_rng(3).integers(1, 9, (4, 4)).astype(float)
    shapes = {"A": "n n"} if "A" in latex else {"y": "n"}
    total = sg.formula(latex, shapes=shapes, syntax="latex")
    names = [symbol.name for symbol in total.symbols]
    values = {"A": entries, "y": entries[1]}
    assert sg.lambdify(names, total)(*(values[name] for name in names)) == loops(entries, entries[1], 4)


N = Dim.named("n")


def bounds_of(text, origin=1, **running):
    scope = Scope("", {"x": (N,)}, {})
    scope.origin = origin
    scope.running.update(running)
    return read_bounds(TokenStream(text), scope), scope


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("{i=1}^n", {"i": Run(0, N)}),
        ("{i=2}^{n-1}", {"i": Run(1, N - 2)}),
        ("{i,j=1}^n", {"i": Run(0, N), "j": Run(0, N)}),
        ("i", {"i": Run(0, None)}),
        ("{i,j}", {"i": Run(0, None), "j": Run(0, None)}),
        (r"{1 \le i \le n}", {"i": Run(0, N)}),
        (r"{1 \le i < n}", {"i": Run(0, N - 1)}),
        (r"{1 < i < j \le 5}", {"i": Run(1, 4), "j": Run(1, 4)}),
        ("{i<j}", {"i": Run(0, None), "j": Run(0, None)}),
        (r"{i \neq j}", {"i": Run(0, None), "j": Run(0, None)}),
        ("{i=1}^{2n+1}", {"i": Run(0, 2 * N + 1)}),
    ],
)
def test_what_is_opened(text, opened):
    bounds, _ = bounds_of(text)
    assert bounds.opened == opened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{j=i}^n", ["i <= j"]), ("{j=1}^i", ["j <= i"]), ("{j=i+1}^n", ["i+1 <= j"]), ("{j=i}^{i+2}", ["i <= j", "j <= i+2"]),
        (r"{j \neq i}", ["j != i"]), ("{j < i}", ["j < i"]), (r"{j \ne 3}", ["j != 3"]), (r"{i+1 \le j}", ["i+1 <= j"]),
    ],
)  # fmt: skip
def test_what_has_to_hold(text, shown):
    bounds, scope = bounds_of(text, i=Run(0, 4))
    assert list(bounds.opened) == ["j"]
    assert [f"{left} {relation} {right}" for left, relation, right in bounds.conditions] == shown
    scope.running["j"] = Run(0, 4)
    assert [one.relation for one in comparisons(bounds, scope)] == [relation for _, relation, _ in bounds.conditions]


TERMS = st.lists(st.tuples(st.sampled_from("+-"), st.integers(1, 9), st.sampled_from(["", "n", "m"])), min_size=1, max_size=4)


@given(TERMS)
def test_a_bound_is_the_polynomial_that_is_written(terms):
    text = "".join(f"{sign}{number}{letter}" for sign, number, letter in terms)
    bound = read_bound(TokenStream("x"), Scope("", {}, {}), list(text), 0)
    sizes = {"n": 100, "m": 1000, "": 1}
    expected = sum((1 if sign == "+" else -1) * number * sizes[letter] for sign, number, letter in terms)
    found = bound.shift if isinstance(bound.shift, int) else size_value(bound.shift, sizes)
    assert (bound.label, found) == (None, expected)


@pytest.mark.parametrize("text", ["2i", "i+i", "n*m", "n/2", "", "+", "i+n", "nm"])
def test_what_is_no_bound(text):
    scope = Scope("", {}, {})
    scope.running["i"] = Run(0, 3)
    with pytest.raises(ParseError, match="a bound is a number, a size or an index"):
        read_bound(TokenStream("x"), scope, list(text), 0)


def test_bounds_are_shown_as_written():
    assert [str(bound) for bound in (Bound("i", 0), Bound("i", 2), Bound("i", -1), Bound(None, 3))] == ["i", "i+2", "i-1", "3"]


def test_a_size_is_no_index():
    scope = Scope("", {}, {})
    scope.running["i"] = Run(0, 3)
    assert read_size(TokenStream("{n+1}"), scope) == N + 1
    with pytest.raises(ParseError, match="index i is used as a size"):
        read_size(TokenStream("{i}"), scope)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ab=1}^n", "is a letter"), ("{i=n}^n", "starts at a number"), ("{i=1}", "is expected here"),
        ("{k=0}^n", "starts at 1"),
        ("i^n", "no lower one"), (r"{i \in S}", "S is not declared"),
        (r"{i \in \{1,2\}}", "in one set that has a name"),
        ("{i<j<k}", "not known"), ("{n<i}", "n is a size"),
        (r"{1 \le i \le r}", "move with an index|runs already|is a size"), ("{r<2}", "no index is opened"),
    ],
)  # fmt: skip
def test_bounds_that_cannot_be_read(text, message):
    with pytest.raises(ParseError, match=message):
        bounds_of(text, r=Run(0, 3))
