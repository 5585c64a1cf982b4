"""What indices run over: against the loops that SymPy's limits stand for."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.shape import Dim
from symgd.readers.sympy.index_ranges import Place, Range, Ranges

i, j, k, n = sp.symbols("i j k n", integer=True)
N = Dim.named("n")


def ranges(*limits):
    return Ranges({limit[0]: limit for limit in sp.sympify(limits)}, {})


@pytest.mark.parametrize(
    ("limit", "expected"),
    [((i, 0, n - 1), Range(0, N)), ((i, 1, n), Range(1, N)), ((i, 2, 5), Range(2, 4)), ((i, -1, 1), Range(-1, 3)),
     ((i, 0, 2 * n), Range(0, 2 * N + 1))],
)  # fmt: skip
def test_a_range_from_number_to_size(limit, expected):
    assert ranges(limit).known == {i: expected}
    assert ranges(limit).conditions == {i: []}


@pytest.mark.parametrize(("low", "high"), list(itertools.product([0, i, i + 1, i - 1], [3, i, i + 2])))
def test_a_range_that_moves_covers_what_its_loops_visit(low, high):
    low, high = sp.sympify(low), sp.sympify(high)
    visited = [(a, b) for a in range(4) for b in range(int(low.subs(i, a)), int(high.subs(i, a)) + 1)]
    try:
        found = ranges((j, low, high), (i, 0, 3))
    except (UnsupportedError, ShapeError):
        has_gap = any(high.subs(i, a) - low.subs(i, a) < -1 for a in range(4))
        assert has_gap or (low.has(i) and high.has(i))
        return
    one = found.known[j]
    assert {b for _, b in visited} <= set(range(one.start, one.start + one.size))
    conditions = found.conditions[j]
    assert len(conditions) == low.has(i) + high.has(i)
    everything = itertools.product(range(4), range(one.start, one.start + one.size))
    kept = [(a, b) for a, b in everything if all(x.subs({i: a, j: b}) <= y.subs({i: a, j: b}) for x, y in conditions)]
    assert kept == visited


@pytest.mark.parametrize(
    ("place", "expected"), [(3, Place(None, 3)), (i, Place(i, 0)), (i + 2, Place(i, 2)), (i - 1, Place(i, -1))]
)
def test_an_index_is_a_symbol_and_a_shift(place, expected):
    found = ranges((i, 0, 3))
    assert found.place(sp.sympify(place)) == expected
    low, end = found.reach(sp.sympify(place))
    values = [int(sp.sympify(place).subs(i, a)) for a in range(4)]
    assert (low, end) == (min(values), max(values) + 1)


@pytest.mark.parametrize(
    ("place", "message"), [(2 * i, "is not i or i"), (i + j, "is not i or i"), (n, "does not run"), (i * n, "not i")]
)
def test_what_is_no_index(place, message):
    with pytest.raises(UnsupportedError, match=message):
        ranges((i, 0, 3), (j, 0, 3)).place(place)


@pytest.mark.parametrize(
    ("limits", "kind", "message"),
    [([(i, n, 5)], UnsupportedError, "starts at"), ([(i, 3, 1)], ShapeError, "runs over nothing"),
     ([(i, 0, j), (j, 0, i)], UnsupportedError, "depend on each other"), ([(i, 0)], UnsupportedError, "has no bounds"),
     ([(j, i + 3, 5), (i, 0, 5)], UnsupportedError, "runs backwards")],
)  # fmt: skip
def test_ranges_that_cannot_be(limits, kind, message):
    with pytest.raises(kind, match=message):
        ranges(*limits)


def test_an_index_counts_up_from_its_start():
    found = ranges((i, 2, 5))
    assert str(found.value(i).node) == "arange(4) + 2"
    assert found.value(i, 3).labels == (i,)
    assert found.moves(i + 1)
    assert not found.moves(sp.Integer(3))
