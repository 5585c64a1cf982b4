"""An objective lays variables into one vector and back, and evaluates each point once; the functions are written by hand."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import scipy.optimize

from symgd.descent.objective import Constant, Objective
from symgd.errors import DataError, ShapeError

DRAWN = np.random.default_rng(8)
X, Y = DRAWN.normal(size=(5, 3)), DRAWN.normal(size=5)


class Counted:
    """A function that knows how often it was called."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *arguments):
        self.calls += 1
        return self.function(*arguments)


def least_squares():
    """Return ½‖Xw − y‖² with the number of its evaluations."""
    first = Counted(lambda w, x, y: [((x @ w - y) ** 2).sum() / 2, x.T @ (x @ w - y)])
    hess, hessp = Counted(lambda w, x, y: x.T @ x), Counted(lambda w, v, x, y: [x.T @ (x @ v)])
    goal = Objective(["w"], [(3,)], [X, Y], first, lambda: hess, lambda: hessp, as_vector=False, batched=[True, True])
    return goal, first, hess, hessp


def bilinear():
    """Return aᵀBc of a vector, a matrix and a scalar times it, with all second derivatives in blocks."""

    def first(a, b, c):
        return [c * (a @ b).sum(), c * b.sum(axis=1), c * np.outer(a, np.ones(2)), (a @ b).sum()]

    def blocks(a, b, c):
        ones = np.ones(2)
        of_a_and_b = c * np.einsum("ij,k->ijk", np.eye(3), ones)
        return [
            np.zeros((3, 3)), of_a_and_b, b.sum(axis=1),
            np.moveaxis(of_a_and_b, 0, 2), np.zeros((3, 2, 3, 2)), np.outer(a, ones),
            b.sum(axis=1), np.outer(a, ones), 0.0,
        ]  # fmt: skip

    shapes = [(3,), (3, 2), ()]
    return Objective(["a", "b", "c"], shapes, [], first, lambda: blocks, lambda: None, as_vector=False, text="a@B*c")


def rosenbrock():
    """Return Rosenbrock's function of two scalars that count as one vector."""

    def first(x, y):
        return [(1 - x) ** 2 + 100 * (y - x * x) ** 2, 2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)]

    def blocks(x, y):
        return [2 - 400 * y + 1200 * x * x, -400 * x, -400 * x, 200.0]

    return Objective(["x", "y"], [(), ()], [], first, lambda: blocks, lambda: None, as_vector=True)


VALUES = {"a": DRAWN.normal(size=3), "b": DRAWN.normal(size=(3, 2)), "c": np.float64(0.7)}


def test_packing_and_unpacking_are_inverse_to_each_other():
    goal = bilinear()
    packed = goal.pack(VALUES)
    np.testing.assert_array_equal(packed, np.concatenate([VALUES["a"], VALUES["b"].ravel(), [0.7]]))
    unpacked = goal.unpack(packed)
    assert list(unpacked) == ["a", "b", "c"]
    for name, value in VALUES.items():
        np.testing.assert_array_equal(unpacked[name], value)
        assert np.shape(unpacked[name]) == np.shape(value)
    np.testing.assert_array_equal(goal.pack(dict(reversed(VALUES.items()))), packed)
    np.testing.assert_array_equal(goal.pack(list(VALUES.values())), packed)


def test_what_is_unpacked_does_not_share_memory_with_the_vector():
    goal = bilinear()
    packed = goal.pack(VALUES)
    goal.unpack(packed)["a"][:] = 99
    goal.unpack(packed)["b"][:] = 99
    np.testing.assert_array_equal(packed[:9], np.concatenate([VALUES["a"], VALUES["b"].ravel()]))


def test_scalars_that_count_as_a_vector_are_packed_and_unpacked_as_one():
    goal = rosenbrock()
    for values in ([3.0, 4.0], np.array([3.0, 4.0]), {"y": 4.0, "x": 3.0}):
        np.testing.assert_array_equal(goal.pack(values), [3.0, 4.0])
    assert goal.unpack(np.array([3.0, 4.0])).tolist() == [3.0, 4.0]


def test_one_variable_is_unpacked_as_an_array_alone():
    goal, *_ = least_squares()
    np.testing.assert_array_equal(goal.unpack(goal.pack([1, 2, 3])), [1.0, 2.0, 3.0])


REFUSED = [
    ({"a": VALUES["a"], "b": VALUES["b"]}, DataError, "the values have none for c"),
    ({}, DataError, "the values have none for a, b, c"),
    ({**VALUES, "d": 1.0}, DataError, "'d' has a value and is no variable"),
    ({**VALUES, "a": np.zeros(4)}, ShapeError, r"a has shape \(3,\), and the given value \(4,\)"),
    ({**VALUES, "c": [1.0]}, ShapeError, r"c has shape \(\), and the given value \(1,\)"),
    ({**VALUES, "b": "text"}, DataError, "the value of b"),
    ([1.0, 2.0], DataError, "the values of a, b, c are not 3 arrays"),
    (3.0, DataError, "the values of a, b, c are not 3 arrays"),
]


@pytest.mark.parametrize(("values", "error", "message"), REFUSED, ids=range(len(REFUSED)))
def test_values_that_do_not_fit_the_variables_are_refused(values, error, message):
    with pytest.raises(error, match=message):
        bilinear().pack(values)


@pytest.mark.parametrize("size", [0, 9, 11])
def test_a_vector_has_as_many_entries_as_the_variables(size):
    goal = bilinear()
    for method in (goal.fun, goal.jac, goal.hess, goal.unpack, goal.split):
        with pytest.raises(ShapeError, match=f"the variables have 10 entries, and x has {size}"):
            method(np.zeros(size))


@pytest.mark.parametrize(
    "make", [lambda: least_squares()[0], bilinear, rosenbrock], ids=["least squares", "bilinear", "rosenbrock"]
)
def test_gradients_and_hessians_are_those_of_differences(make):
    goal, x = make(), DRAWN.normal(size=make().size)
    assert scipy.optimize.check_grad(goal.fun, goal.jac, x) < 1e-5 * (1 + np.abs(goal.jac(x)).max())
    differences = scipy.optimize.approx_fprime(x, goal.jac)
    np.testing.assert_allclose(goal.hess(x), differences, rtol=1e-5, atol=1e-5)
    assert goal.hess(x).shape == (goal.size, goal.size)


def test_scipy_finds_the_minimum():
    goal = rosenbrock()
    found = scipy.optimize.minimize(goal.fun, goal.pack([-1.2, 1.0]), jac=goal.jac, hess=goal.hess, method="trust-exact")
    np.testing.assert_allclose(found.x, [1, 1], rtol=1e-6)
    goal, *_ = least_squares()
    found = scipy.optimize.minimize(goal.fun, np.zeros(3), jac=goal.jac, hessp=goal.hessp, method="trust-krylov")
    np.testing.assert_allclose(found.x, np.linalg.lstsq(X, Y)[0], rtol=1e-6)


def test_the_loss_and_the_gradient_of_a_point_are_computed_once():
    goal, first, *_ = least_squares()
    x = np.ones(3)
    assert (goal.fun(x), first.calls) == (pytest.approx(((X @ x - Y) ** 2).sum() / 2), 1)
    goal.jac(x)[:] = 99  # the caller's own
    np.testing.assert_allclose(goal.jac(x.copy()), X.T @ (X @ x - Y))
    assert first.calls == 1
    x[0] = 2  # the same array, another point
    np.testing.assert_allclose(goal.jac(x), X.T @ (X @ x - Y))
    assert first.calls == 2


@pytest.mark.parametrize("batch", [[0], [4, 1], [2, 2, 2], np.array([True, False, True, False, True]), np.arange(5), []])
def test_a_batch_holds_the_samples_of_its_numbers(batch):
    goal, *_ = least_squares()
    numbers, w = np.asarray(batch, dtype=None if len(batch) else int), np.ones(3)
    loss, slopes = goal.value_and_gradient(w, numbers)
    assert loss == pytest.approx(((X[numbers] @ w - Y[numbers]) ** 2).sum() / 2)
    np.testing.assert_allclose(slopes, X[numbers].T @ (X[numbers] @ w - Y[numbers]))


def test_a_batch_does_not_take_the_place_of_all_samples():
    goal, *_ = least_squares()
    w = np.ones(3)
    whole = goal.fun(w)
    goal.value_and_gradient(w, np.array([0]))
    assert goal.fun(w) == whole


def test_data_without_samples_is_whole_in_every_batch():
    def first(w, x, scale):
        return [scale * (x @ w).sum(), scale * x.sum(axis=0)]

    goal = Objective(["w"], [(3,)], [X, np.array(2.0)], first, lambda: None, lambda: None, False, batched=[True, False])
    np.testing.assert_allclose(goal.value_and_gradient(np.ones(3), np.array([1, 3]))[1], 2 * X[[1, 3]].sum(axis=0))


@pytest.mark.parametrize("batch", [[5], [-6], [0.5], [[0, 1]], "all", 2, [None]], ids=repr)
def test_what_is_no_array_of_sample_numbers_is_refused(batch):
    goal, *_ = least_squares()
    with pytest.raises(DataError, match="batch"):
        goal.value_and_gradient(np.ones(3), batch)


def test_second_derivatives_are_compiled_when_they_are_first_asked_for():
    made = []
    goal = Objective(
        ["w"], [(3,)], [], lambda w: [w @ w, 2 * w],
        lambda: made.append("hess") or (lambda w: 2 * np.eye(3)), lambda: made.append("hessp") or (lambda w, v: [2 * v]), False,
    )  # fmt: skip
    goal.fun(np.ones(3))
    assert made == []
    for _ in range(3):
        np.testing.assert_array_equal(goal.hess(np.ones(3)), 2 * np.eye(3))
        np.testing.assert_array_equal(goal.hessp(np.zeros(3), np.arange(3)), 2 * np.arange(3))
    assert made == ["hess", "hessp"]


def test_a_constant_is_evaluated_once():
    function = Counted(lambda *numbers: sum(numbers))
    constant = Constant(function)
    assert [constant(1, 2), constant(3, 4), constant()] == [3, 3, 3]
    assert function.calls == 1


def test_a_pickle_makes_the_objective_again():
    goal = rosenbrock()
    goal.made_by = (rosenbrock, ())
    copy = pickle.loads(pickle.dumps(goal))
    assert (copy.names, copy.shapes, copy.fun([1.0, 1.0])) == (["x", "y"], [(), ()], 0.0)


def test_an_objective_is_told_by_its_loss_and_its_variables():
    assert repr(bilinear()) == "<objective a@B*c in a (3,), b (3, 2), c: 10 entries>"
    assert repr(rosenbrock()) == "<objective in x, y: 2 entries>"
