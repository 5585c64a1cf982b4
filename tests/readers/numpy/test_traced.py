"""Traced arrays behave as NumPy's do, and formulas elsewhere are not touched by it."""

from __future__ import annotations

import copy
import numbers
import pickle
import threading
from collections.abc import Iterable, Sized

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, SymgdError, UnsupportedError

RNG = np.random.default_rng(3)
VALUES = {"X": RNG.normal(size=(3, 3)), "w": RNG.normal(size=3), "c": np.array([1.0, 0.0, 1.0])}
INPUTS = {"X": sg.tensor("X", "3 3"), "w": sg.tensor("w", "3"), "c": sg.tensor("c", "3")}
OUTSIDE = sg.tensor("c", "3")


def owned_under_two_names(X, w):
    z = X @ w
    other = z
    z += 1
    z **= 2
    return z + 10 * other


def copied(X, w):
    z = X.copy()
    z *= 2
    z @= X
    return (X + z) @ w


def view_of_what_changes(X, w):
    z = X * w
    row, turned, parts = z[0], z.T, np.split(z, 3)
    z -= 5
    return row + turned[1] + parts[2][0] + z[2]


def view_of_a_view(X, w):
    z = X * w
    column = z.T[1]
    part = column[1:]
    z += X
    once = part.sum()
    z *= 2
    return part @ w[1:] + once


def rows_before_a_change(X, w):
    z, total = X + w, 0
    for row in z:
        total += row @ w
    z /= 2
    return total + z.sum()


def numbers_are_replaced(X, w):
    total = first = w.sum()
    total += 1
    return total - 3 * first


def named_options(X, w):
    return np.concatenate(arrays := [w, X[0]])[::-1].sum() + len(arrays) * np.stack([w, w], axis=1)[2, 0]


def equal_numbers(X, w):
    numbers = [w[0], w[1]]
    return numbers.index(numbers[0]) * w + (2 if w[0] == w[0] else 3)


FUNCTIONS = [
    owned_under_two_names, copied, view_of_what_changes, view_of_a_view, rows_before_a_change,
    numbers_are_replaced, named_options, equal_numbers,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_array_behaves_as_one_of_numpy(function):
    formula = sg.formula(function, INPUTS["X"], INPUTS["w"])
    got = sg.lambdify(["X", "w"], formula)(VALUES["X"], VALUES["w"])
    expected = function(VALUES["X"].copy(), VALUES["w"].copy())
    np.testing.assert_allclose(got, expected, rtol=1e-13)


def test_arrays_are_found_in_lists_as_the_objects_they_are():
    assert str(sg.formula(lambda X, w: [w, X].index(w) + w, INPUTS["X"], INPUTS["w"])) == "w"
    assert str(sg.formula(lambda X, w: w * (w in [w, X]), INPUTS["X"], INPUTS["w"])) == "w"
    differs = lambda X, w: w if w != None and w != "w" and not (w == None) else X[0]  # noqa: E711, E731, SIM201
    assert sg.formula(differs, INPUTS["X"], INPUTS["w"]) is INPUTS["w"]


def removed(x):
    entries = [x + 1, x, x - 1, x]
    entries.remove(x)
    return entries[0] + 10 * entries[2]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * [x + 1, x].index(x),
        lambda x: x * [x + 1, 1 + x, x, x - 2].count(x + 1),
        lambda x: x * (x in [x + 1, x - 0.5]) + (x in [x + 1 / 3, x]),
        lambda x: x * (2 * x + 1 == x + 1 + x) + (2 * (x + 1) in [2 * x, 2 * x + 3]),
        lambda x: x if x**2 + 1 != 0 else 2 * x,
        lambda x: x if np.exp(x) == -(x**2) else 2 * x,
        removed,
    ],
)  # fmt: skip
def test_scalars_are_found_in_lists_as_numbers_are(function):
    formula = sg.formula(function, sg.scalar("x"))
    assert sg.lambdify(["x"], formula)(0.75) == function(0.75)


def test_facts_of_inputs_tell_scalars_apart():
    x = sg.tensor("x", "", positive=True)
    assert sg.formula(lambda x: x * [2 * x, x].index(x), x) is x


@pytest.mark.parametrize("function", [lambda x: x * [2 * x, x].index(x), lambda x: x * (x in [x**2, 1])])
def test_scalars_that_may_be_equal_are_compared_by_value(function):
    formula = sg.formula(function, sg.scalar("x"))
    for value in (0.0, 1.0, 3.0):
        assert sg.lambdify(["x"], formula)(value) == function(value)


@pytest.mark.parametrize(
    "function",
    [
        lambda X, w: w * [X[0], w].index(w),
        lambda X, w: w * (w in [2 * w]),
        lambda X, w: w if (w == w) else X[0],
    ],
)  # fmt: skip
def test_what_depends_on_values_is_refused(function):
    with pytest.raises(SymgdError, match=r"truth of an array of several entries[\s\S]*\(in <lambda>, line \d+\)"):
        sg.formula(function, INPUTS["X"], INPUTS["w"])


def change_an_entry(X, w):
    X[0, 0] = 1
    return X


def grow_in_place(X, w):
    z = w + 1
    z += X
    return z


def change_a_view(X, w):
    z = X @ X
    z.reshape(-1)[...] += 1
    return z


def change_a_transpose(X, w):
    z = (X @ X).T
    z += 1
    return z


@pytest.mark.parametrize(
    ("function", "kind", "message"),
    [
        (change_an_entry, UnsupportedError, "an entry of an array is changed in place"),
        (grow_in_place, ShapeError, r"of shape \(3,\) is changed in place to the shape \(3, 3\)"),
        (change_a_view, UnsupportedError, "changed in place"),
        (change_a_transpose, UnsupportedError, "it may have another name"),
        (lambda X, w: range(w[0]), UnsupportedError, "cannot be interpreted as an integer"),
        (lambda X, w: pickle.dumps(w), UnsupportedError, "cannot be pickled"),
        (lambda X, w: w << 2, UnsupportedError, "the operator << is not known for a formula and int"),
        (lambda X, w: w + 1j, UnsupportedError, r"the operator \+ is not known for a formula and complex"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_an_error(function, kind, message):
    with pytest.raises(kind, match=message):
        sg.formula(function, INPUTS["X"], INPUTS["w"])


@pytest.mark.parametrize(
    "function",
    [
        lambda c: (OUTSIDE + c) * (c + OUTSIDE) - (OUTSIDE - c) / 2 + OUTSIDE**c,
        lambda c: OUTSIDE @ c + c @ OUTSIDE,
        lambda c: np.where(OUTSIDE == c, 1.0, 2.0) + np.where(OUTSIDE >= c, c, 3) + np.where(OUTSIDE < c, OUTSIDE, c),  # noqa: SIM300
        lambda c: np.maximum(OUTSIDE, c) + np.maximum(c, OUTSIDE) + np.stack([c, OUTSIDE])[1],
        lambda c: np.where(np.maximum(OUTSIDE, 2 * c) == 2, c, 7),
        lambda c: c.shape[0] * OUTSIDE + c.sum() * np.linspace(0, 1, 3) + np.array([c[0], OUTSIDE[1], 2.0]),
    ],
)  # fmt: skip
def test_formulas_from_around_the_function_may_stand_beside_its_arrays(function):
    formula = sg.formula(function, INPUTS["c"])
    inside = sg.formula(function, OUTSIDE)
    assert formula is inside
    np.testing.assert_allclose(sg.lambdify(["c"], formula)(VALUES["c"]), expected_of(function), rtol=1e-13)


def expected_of(function):
    """Return the values of a function in which the formula from around it stands for the same array."""
    names = {**function.__globals__, "OUTSIDE": VALUES["c"]}
    return type(function)(function.__code__, names)(VALUES["c"])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda c: sg.where(sg.exp(c) == 1, 5, c), "where(exp(c) == 1, 5, c)"),
        (lambda c: sg.where(sg.sum(c) == 1, 5, c), "where(sum(c) == 1, 5, c)"),
        (lambda c: sg.where(sg.stack([c, c])[0] == 1, 5, c), "where(stack([c, c])[0] == 1, 5, c)"),
        (lambda c: sg.gradient(sg.sum(c**2), c) * c, "2 * c * c"),
        (lambda c: sg.formula(lambda z: np.exp(z) * (z == 1), c), "exp(c) * where(c == 1, 1, 0)"),
        (lambda c: sg.simplify(sg.log(sg.exp(c))), "c"),
    ],
)  # fmt: skip
def test_functions_of_symgd_answer_with_arrays(function, expected):
    assert str(sg.formula(function, INPUTS["c"])) == expected


def test_what_a_function_keeps_is_the_formula_it_was():
    kept = []

    def square(x):
        kept.append(x)
        return x**2

    x = sg.scalar("x")
    for _ in range(2):
        assert str(sg.formula(lambda x: square(x) + 1, x)) == "x**2 + 1"
    assert sg.formula(kept[0]) is x
    assert str(sg.gradient(kept[0] ** 3, "x")) == "3*x**2"
    assert sg.lambdify(["x"], kept[0] ** 3)(2.0) == 8
    assert str(kept[0]) == repr(kept[0]) == f"{kept[0]}" == "x"
    assert x + kept[0] is not NotImplemented


def test_copies_are_arrays_of_their_own():
    def function(w):
        one, other = copy.copy(w), copy.deepcopy(w)
        one += 1
        other *= 2
        return one + other

    assert str(sg.formula(function, INPUTS["w"])) == "w + 1 + 2*w"


def test_formulas_elsewhere_are_not_touched_while_a_function_is_traced():
    x, y = sg.tensor("x", "3"), sg.tensor("y", "3")
    entered, checked = threading.Event(), threading.Event()
    found = []

    def function(x):
        entered.set()
        assert checked.wait(60)
        return x

    def compare():
        assert entered.wait(60)
        found.append(((x == x) is True, (x == y) is False, [x, y].index(y), y in [x, y], (x != y) is True))
        checked.set()

    thread = threading.Thread(target=compare)
    thread.start()
    sg.formula(function, x)
    thread.join(60)
    assert found == [(True, True, 1, True, True)]


def test_two_functions_are_traced_at_once():
    barrier = threading.Barrier(2)
    results = {}

    def meeting(x):
        barrier.wait(60)  # a lock around tracing would never come here in both threads
        return np.where(x == 1, x, 2)

    def trace(name):
        results[name] = sg.formula(meeting, sg.tensor(name, "3"))

    threads = [threading.Thread(target=trace, args=(name,)) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {name: str(one) for name, one in results.items()} == {name: f"where({name} == 1, {name}, 2)" for name in "xy"}


def renamed(make):
    """Return a function that changes an array without axes, and uses it under another name."""

    def function(x):
        a = make(x)
        b = a
        a += 1
        return a + b

    return function


@pytest.mark.parametrize("make", [lambda x: np.array(x[0]), lambda x: np.asarray(x[0]), lambda x: np.where(x[0] > 0, x[0], 1)])
def test_an_array_that_is_made_of_a_number_is_changed_under_all_its_names(make):
    with pytest.raises(UnsupportedError, match="without axes is changed in place and used under another name"):
        sg.formula(renamed(make), sg.tensor("x", 2))


@pytest.mark.parametrize("make", [lambda x: x[0], lambda x: np.sum(x), lambda x: np.array(2.0) * x[0], lambda x: x @ x])
def test_a_number_is_replaced(make):
    function, values = renamed(make), np.array([1.5, -2.0])
    assert sg.lambdify(["x"], sg.formula(function, sg.tensor("x", 2)))(values) == function(values)


QUESTIONS = [
    lambda x: isinstance(x, np.ndarray),
    lambda x: isinstance(x[0], np.ndarray),
    lambda x: isinstance(x[0], float),
    lambda x: isinstance(x[0], np.floating | int),
    lambda x: isinstance(x[0] > 0, np.bool_),
    lambda x: isinstance(np.asarray(x[0]), np.ndarray),
    lambda x: isinstance(x[0], numbers.Real),
    lambda x: isinstance(x, Iterable),
    lambda x: isinstance(x[0], Iterable),
    lambda x: isinstance(x[0], Sized),
    lambda x: np.isscalar(x),
    lambda x: np.isscalar(x[0]),
    lambda x: np.isscalar(np.sum(x)),
    lambda x: np.iterable(x[0]),
    lambda x: hasattr(x, "__len__"),
    lambda x: hasattr(x[0], "__len__"),
    lambda x: hasattr(x, "__iter__"),
    lambda x: hasattr(x[0], "__iter__"),
    lambda x: np.ndim(x[0]) == 0,
    lambda x: callable(x),
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_function_asks_of_its_arrays_is_answered_as_for_numbers(question):
    answer = question(np.array([1.5, -2.0]))
    assert str(sg.formula(lambda x: 2 * x if question(x) else 3 * x, sg.tensor("x", 2))) == ("2*x" if answer else "3*x")
