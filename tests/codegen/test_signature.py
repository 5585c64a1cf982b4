"""Names of arguments and sizes in compiled functions: the user's where they can be, and no name twice."""

from __future__ import annotations

import keyword

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.backends.numpy import NumPy
from symgd.codegen.signature import check_sizes, is_batch, looked_at, sign, sizes_of
from symgd.errors import SymgdError

X, Y = sg.scalar("x"), sg.scalar("y")
V, A = sg.tensor("v", "n"), sg.tensor("A", "m n")


def names_of(*arguments):
    return sign(arguments, [], [], NumPy).names


@pytest.mark.parametrize("name", ["x", "weight", "W2", "x_1", "alpha", "E"])
def test_names_that_are_identifiers_stay(name):
    assert names_of(sg.scalar(name)) == [name]


@pytest.mark.parametrize("name", ["lambda", "class", "t0", "t12", "α", "np", "dtype", "len", "float", "__x"])
def test_other_names_are_replaced(name):
    try:
        node = sg.scalar(name)
    except SymgdError:
        pytest.skip("no input may have that name")
    (found,) = names_of(node)
    assert found != name
    assert found.isidentifier()
    assert found.isascii()
    assert not keyword.iskeyword(found)


def test_no_name_stands_twice():
    nodes = [sg.scalar(name) for name in ("x0", "α", "x1", "β", "lambda", "x2")]
    found = names_of(*nodes)
    assert len(set(found)) == len(nodes)
    assert found[0] == "x0"


def test_names_that_are_made_longer_are_no_others_names():
    found = names_of(sg.scalar("np_"), sg.scalar("np"), sg.scalar("dtype_"), sg.scalar("dtype"))
    assert len(set(found)) == 4
    assert found[::2] == ["np_", "dtype_"]


def test_sizes_have_names_that_no_argument_has():
    n = sg.scalar("n")
    signature = sign([n, V, A], [], [], NumPy)
    assert signature.identifiers[n] == "n"
    assert set(signature.sizes) == {"n", "m"}
    assert signature.sizes["n"] != "n"
    assert signature.sizes["m"] == "m"
    assert signature.taken == {*signature.names, *signature.sizes.values()}
    assert len(signature.taken) == 5


@pytest.mark.parametrize("formula", [X + Y, A @ V, X])
def test_inputs_that_are_no_arguments_are_named(formula):
    with pytest.raises(SymgdError, match="the formula also needs"):
        sign([], [formula], [], NumPy)
    assert sign(formula.symbols, [formula], [], NumPy).arguments == tuple(formula.symbols)


def test_two_arguments_of_one_name_are_refused():
    with pytest.raises(SymgdError, match="two arguments have one name"):
        sign([X, sg.tensor("x", "n")], [], [], NumPy)


BATCHES = [([X], True), ([X, Y], True), ([X, V], False), ([], False), ([V], False)]


@pytest.mark.parametrize(("arguments", "batch"), BATCHES)
def test_scalars_may_be_arrays_of_one_shape(arguments, batch):
    assert is_batch(arguments, []) is batch
    assert sign(arguments, [], [], NumPy).has_batch is batch


LOOKED_AT = [([X, V], [], [X, V]), ([X, V], [V], [X]), ([V], [V], [V]), ([], [], [])]


@pytest.mark.parametrize(("arguments", "unread", "known"), LOOKED_AT)
def test_arguments_of_unknown_shape_are_not_looked_at_unless_there_is_no_other(arguments, unread, known):
    assert looked_at(arguments, unread) == known


SIZES = [(A, ["m", "n"]), (V, ["n"]), (X, []), (sg.mean(V), []), (A.T, ["n", "m"])]


@pytest.mark.parametrize(("node", "names"), SIZES)
def test_sizes_that_a_node_mentions(node, names):
    assert sizes_of(node) == names


def test_sizes_that_no_argument_has_are_refused():
    with pytest.raises(SymgdError, match="the size n cannot be read off the arguments"):
        check_sizes(sign([X], [], [], NumPy), [sg.mean(V)])
    check_sizes(sign([V], [], [], NumPy), [sg.mean(V)])


@pytest.mark.parametrize(("shape", "length", "size"), [("2*n", 6, 3), ("n+1", 4, 3), ("n-1", 2, 3), ("2*n+1", 7, 3)])
def test_a_size_is_read_off_an_axis_that_is_made_of_it(shape, length, size):
    code = sg.lambdify("x", sg.formula("sum(x)/n", shapes={"x": shape}))
    assert code(np.ones(length)) == length / size
    if shape.startswith("2"):
        with pytest.raises(ValueError, match="shapes do not fit"):
            code(np.ones(length + 1))
    with pytest.raises(ValueError, match=r"axis of size 0|shapes do not fit"):
        sg.lambdify("x", sg.formula("sum(x)/n", shapes={"x": "n+1"}))(np.ones(1))
