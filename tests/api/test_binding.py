"""How functions are called: by the names of inputs, by position where no parameter has such a name, never by half."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import symgd as sg
from symgd.api.binding import GradientOf, Parameters, ValueOf, bind, names_of, read_parameters
from symgd.errors import DataError, ShapeError, SymgdError

INPUTS = ("x", "y", "w")


@pytest.mark.parametrize("order", list(itertools.permutations(INPUTS)))
def test_parameters_that_are_inputs_are_taken_by_name(order):
    names = {}
    exec(f"def function({', '.join(order)}): return (x, y, w)", names)
    assert bind(names["function"], INPUTS)(1, 2, 3) == (1, 2, 3)


def test_parameters_of_other_names_are_taken_by_position():
    assert bind(lambda a, b, c: (a, b, c), INPUTS)(1, 2, 3) == (1, 2, 3)
    assert bind(lambda *values: values, INPUTS)(1, 2, 3) == (1, 2, 3)


@pytest.mark.parametrize("function", [lambda x, b, c: 0, lambda a, y, w: 0, lambda x, y, w, v: 0, lambda a: 0])
def test_a_partial_match_names_the_way_out(function):
    with pytest.raises(SymgdError, match="arguments="):
        bind(function, INPUTS)


def test_arguments_say_which_inputs_the_parameters_are():
    assert bind(lambda a, b, c: (a, b, c), INPUTS, ("w", "x", "y"))(1, 2, 3) == (3, 1, 2)
    with pytest.raises(SymgdError, match="inputs are x, y, w"):
        bind(lambda a: a, INPUTS, ("z",))


def test_points_that_are_parameters_are_read_and_plain_arrays_are_not():
    assert read_parameters([1.0, 2.0], lambda x: x) is None
    assert read_parameters({"w": [1.0, 2.0], "b": 3.0}, lambda parameters: 0) is not None
    nested = 1.0
    for _ in range(100):
        nested = [nested]
    with pytest.raises(SymgdError, match="nested deeper"):
        read_parameters(nested, lambda x: x)


def test_two_functions_are_bound_by_the_names_of_the_first():
    def area(x, y):
        return x * y**2

    for claim in (lambda y, x: (y**2, 2 * x * y), lambda a, b: (b**2, 2 * a * b), lambda x, y: (y**2, 2 * x * y)):
        assert sg.check_gradient(area, claim, at=(1.0, 3.0)).verdict.name == "RIGHT"
    with pytest.raises(sg.SymgdError, match="takes y, q"):
        sg.check_gradient(area, lambda y, q: (q**2, 2 * y * q), at=(1.0, 3.0))


def keywords(**values):
    return values


def defaults(x, y=2, *, w=3, scale=10):
    return x, y, w, scale


def test_keyword_arguments_of_any_name_take_all_inputs():
    assert bind(keywords, INPUTS)(1, 2, 3) == {"x": 1, "y": 2, "w": 3}


def test_parameters_with_defaults_that_are_no_inputs_keep_them():
    assert bind(defaults, INPUTS)(1, 5, 7) == (1, 5, 7, 10)


def test_a_function_without_a_signature_is_taken_by_position():
    assert bind(max, INPUTS)(1, 5, 3) == 5


class Model:
    def loss(self, x, y, w):
        return x


REFUSED = {
    "a method": (lambda: bind(Model.loss, INPUTS), "a method is not judged: it has no values for self"),
    "too few": (lambda: bind(lambda a, b: a, INPUTS), "takes a, b, and the formula's inputs are x, y, w"),
    "a keyword": (lambda: bind(lambda a, b, *, c: a, INPUTS), "takes a, b, c"),
    "no list": (lambda: bind(lambda a: a, INPUTS, "x"), "arguments is a list of names"),
    "too many arguments": (lambda: bind(lambda a: a, INPUTS, ("x", "y")), r"cannot be called with 2 arguments \(x, y\)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_bound_says_why(case):
    call, words = REFUSED[case]
    with pytest.raises(SymgdError, match=words):
        call()


def test_names_are_those_of_the_first_parameters():
    assert names_of(lambda a, b, c: 0, 2) == ("a", "b")
    assert names_of(lambda a: 0, 2) is None
    assert names_of(max, 1) is None


def test_of_a_pair_the_value_and_the_gradient_are_taken():
    pair = GradientOf(lambda x: (1.0, np.ones(3)))
    assert not pair.has_value
    np.testing.assert_array_equal(pair(0), np.ones(3))
    assert pair.has_value
    assert ValueOf(lambda x: (1.0, np.ones(3)))(0) == 1.0
    plain = GradientOf(lambda x: np.ones(3))
    np.testing.assert_array_equal(plain(0), np.ones(3))
    assert not plain.has_value


def test_what_must_be_a_pair_is_refused_where_it_is_none():
    for wrapped in (GradientOf(lambda x: x, must_be_pair=True), ValueOf(lambda x: (1, 2, 3))):
        with pytest.raises(SymgdError, match="does not return two things"):
            wrapped(np.ones(3))


# -- nested parameters ------------------------------------------------------------------------------------------

NESTED = {
    "dict": {"W": np.arange(4.0).reshape(2, 2), "b": 7.0},
    "list": [np.arange(2.0), [np.arange(3.0), 5.0]],
    "tuple in a dict": {"layers": (np.ones(2), np.zeros((1, 3)))},
}


@pytest.mark.parametrize("form", NESTED)
def test_parameters_come_back_from_their_vector(form):
    parameters = Parameters(NESTED[form])
    back = Parameters(parameters.nested(parameters.vector))
    np.testing.assert_array_equal(back.vector, parameters.vector)
    np.testing.assert_array_equal(parameters.flat(NESTED[form]), parameters.vector)


@pytest.mark.parametrize("form", NESTED)
def test_every_entry_has_a_place(form):
    parameters = Parameters(NESTED[form])
    places = [parameters.place_of((k,)) for k in range(parameters.vector.size)]
    assert len(set(places)) == parameters.vector.size
    assert parameters.place_of((3, 0))[1][0] == 3


def test_members_are_passed_as_arguments_where_the_function_takes_them():
    named = Parameters({"a": 1.0, "b": 2.0}, is_spread=True)
    assert named.call(lambda a, b: a - b, named.vector) == -1.0
    placed = Parameters((1.0, 2.0), is_spread=True)
    assert placed.call(lambda u, v: u - v, placed.vector) == -1.0
    one = Parameters({"a": 1.0, "b": 2.0})
    assert one.call(lambda p: p["a"] - p["b"], one.vector) == -1.0


def endless():
    point = []
    point.append(point)
    return point


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: Parameters({}), SymgdError, "there are no parameters"),
        (lambda: Parameters({"a": "text"}), DataError, "the value of a"),
        (lambda: Parameters({"a": np.ones(2)}).flat({"a": np.ones(3)}), ShapeError, r"in a has shape \(3,\), not \(2,\)"),
        (lambda: Parameters({"a": 1.0}).flat({"b": 1.0}), ShapeError, "not nested as the parameters are"),
        (lambda: read_parameters(endless(), len), SymgdError, "is not nested deeper than"),
    ],
    ids=["empty", "text", "shape", "nesting", "endless"],
)
def test_parameters_that_are_none_are_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
