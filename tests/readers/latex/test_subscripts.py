"""Entries and rows are what NumPy's indexing gives, with a loop over every running index."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.errors import AmbiguityError, ParseError, ShapeError, SymgdError
from symgd.readers.latex.scope import Run, Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.subscripts import Place, is_row_name, numbered_name, pick, read_places

SHAPE = (3, 3, 3)
INDICES = {"i": Run(0, 3), "j": Run(0, 3), "k": Run(0, 2), "l": Run(1, 2)}
PLACES = [Place(None, 1), Place(None, 3), Place("i", 0), Place("j", 0), Place("k", 1), Place("l", -1), Place(":", 0)]


def scope_of(rank):
    names = Scope("", {"T": SHAPE[:rank]}, {})
    names.running.update(INDICES)
    return names


@pytest.mark.parametrize("places", [*itertools.product(PLACES), *itertools.product(PLACES, PLACES)], ids=str)
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_an_entry_is_that_of_the_array_for_every_index(places, rank):
    array = np.arange(27.0)[: 3**rank].reshape(SHAPE[:rank])
    kept = rank - sum(place.label != ":" for place in places)
    if len(places) > rank or kept > 2:
        with pytest.raises(ShapeError):
            pick(scope_of(rank), "T", places)
        return
    value = pick(scope_of(rank), "T", places)
    found = sg.lambdify(["T"], value.node)(array) if value.node.symbols else np.asarray(float(value.node))
    assert value.kind == ("scalar", "column", "matrix")[kept]
    for at in itertools.product(*(range(INDICES[label].size) for label in value.running)):
        where = dict(zip(value.running, at, strict=True))
        key = tuple(
            slice(None) if label == ":" else shift - 1 if label is None else where[label] + INDICES[label].first + shift
            for label, shift in places
        )
        assert np.array_equal(np.asarray(found)[at], array[key])


READ = [
    ("i", [("i", 0)]), ("{ij}", [("i", 0), ("j", 0)]), ("{i,j}", [("i", 0), ("j", 0)]), ("{i+1}", [("i", 1)]),
    ("{i-1,2}", [("i", -1), (None, 2)]), ("{:,2}", [(":", 0), (None, 2)]), ("{12}", [(None, 12)]), ("2", [(None, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "places"), READ)
def test_subscripts_are_read(text, places):
    assert read_places(TokenStream(text), scope_of(1)) == places


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [("z", ParseError, "does not run"), ("12", AmbiguityError, "two readings"), ("{}", ParseError, "subscript is expected"),
     ("{i", ParseError, "is expected here"), ("+", ParseError, "subscript is expected")],
)  # fmt: skip
def test_subscripts_that_cannot_be_read(text, kind, message):
    with pytest.raises(kind, match=message):
        read_places(TokenStream(text), scope_of(1))


@pytest.mark.parametrize("places", [[Place(None, 0)], [Place(None, 4)], [Place("i", 1)], [Place("i", -1)], [Place("l", 2)]])
def test_an_index_outside_its_axis_is_refused(places):
    with pytest.raises(SymgdError, match="leaves the axis|starts before|runs over"):
        pick(scope_of(1), "T", places)


def test_an_open_index_runs_over_the_axis_it_meets_first():
    names = scope_of(2)
    names.running["r"] = Run(0, None)
    pick(names, "T", [Place("r", 0), Place("r", 0)])
    assert names.running["r"] == Run(0, 3)


def test_a_number_of_two_digits_may_be_two_indices():
    with pytest.raises(AmbiguityError, match="T_{1,2}"):
        pick(scope_of(2), "T", [Place(None, 12)])


def test_names_with_numbers_and_rows_of_matrices():
    none = Scope("", {}, {})
    assert numbered_name(none, "x", [Place(None, 1), Place(None, 2)]) == "x_1_2"
    assert numbered_name(none, "x", [Place("i", 0)]) is None
    assert numbered_name(none, "x", [Place(None, 1)]) == "x_1"
    assert numbered_name(Scope("", {"x1": ()}, {}), "x", [Place(None, 1)]) == "x1"
    assert numbered_name(Scope("", {"x1": (), "x_1": ()}, {}), "x", [Place(None, 1)]) == "x_1"
    names = Scope("", {"X": (3, 3), "Y": (3,)}, {})
    assert is_row_name(names, "x", [Place("i", 0)])
    assert not is_row_name(names, "x", [Place("i", 0)] * 2)
    assert not is_row_name(names, "y", [Place("i", 0)])


@pytest.mark.parametrize("latex", ["A_{01}", "A_{00}", "A_{01,2}", "A_{1,02}", "x_{01}", "t_{01}"])
def test_a_number_that_begins_with_0_may_be_two_indices(latex):
    with pytest.raises(AmbiguityError, match=r"_\{0\d\} has two readings: _\{0,\d\}"):
        sg.formula(latex, shapes={"A": "n n"} if "A" in latex else {"x": "n"} if "x" in latex else None, syntax="latex")


def test_a_number_that_begins_with_0_is_no_index_of_an_input_either():
    with pytest.raises(AmbiguityError, match="two readings"):
        sg.gradient(sg.formula("sum(A @ A)", shapes={"A": "n n"}), "A_{01}")


def test_a_declared_name_may_have_a_0_in_front():
    assert str(sg.formula("x_{01} + 1", shapes={"x_01": ""}, syntax="latex")) == "x_01 + 1"
