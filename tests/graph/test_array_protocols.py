"""Formulas follow the protocols of NumPy's arrays: every method that both have means the same, and no array is made of them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import symgd as sg
from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.array_protocols import ARRAY_METHODS

DRAWN = np.random.default_rng(12)
VALUES = {
    "X": DRAWN.uniform(0.1, 0.9, size=(3, 4)),
    "S": DRAWN.uniform(0.1, 0.9, size=(3, 3)),
    "v": DRAWN.uniform(0.1, 0.9, size=4),
}
INPUTS = {name: sg.tensor(name, " ".join(map(str, value.shape))) for name, value in VALUES.items()}
OF_ENTRIES = {  # the methods that NumPy calls on the entries of an array of objects
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal", "sin", "cos", "tan",
    "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arctanh", "arccosh", "hypot",
}  # fmt: skip
OF_FORMULAS = {"sign", "floor", "ceil", "logaddexp", "maximum", "minimum"}
OF_TWO = {"arctan2", "hypot", "logaddexp", "maximum", "minimum"}
CALLS = {
    "astype": ["X.astype(float)", "X.astype(np.float64)"],
    "clip": ["X.clip(0.3, 0.6)", "X.clip(max=0.5)"],
    "copy": ["X.copy()", "X.copy('F')"],
    "cumprod": ["X.cumprod(0)", "v.cumprod()", "X.cumprod(axis=1)"],
    "cumsum": ["X.cumsum(0)", "v.cumsum()", "X.cumsum(axis=-1)"],
    "diagonal": ["S.diagonal()"],
    "dot": ["X.dot(v)", "S.dot(X)", "v.dot(v)"],
    "flatten": ["X.flatten()", "X.flatten('F')"],
    "max": ["X.max()", "X.max(axis=0)", "X.max(1, keepdims=True)"],
    "mean": ["X.mean()", "X.mean(0)", "X.mean(axis=(0, 1), keepdims=True)"],
    "min": ["X.min()", "X.min(axis=-1)"],
    "prod": ["X.prod()", "X.prod(axis=0)"],
    "ravel": ["X.ravel()", "X.ravel(order='F')"],
    "reshape": ["X.reshape(4, 3)", "X.reshape((2, -1))", "X.reshape(2, 6, order='F')"],
    "squeeze": ["X[None].squeeze()", "X[:, None].squeeze(1)"],
    "std": ["X.std()", "X.std(axis=0, ddof=1)"],
    "sum": ["X.sum()", "X.sum(axis=0)", "X.sum(1, keepdims=True)"],
    "swapaxes": ["X.swapaxes(0, 1)", "X[None].swapaxes(-1, 0)"],
    "take": ["X.take([0, 2], axis=0)", "v.take([3, 3])"],
    "round": ["X.round()", "v.round(decimals=0)"],
    "trace": ["S.trace()"],
    "all": ["np.where(((X) > 0).all(axis=0), 1.0, 2.0)"],
    "any": ["np.where(((X) > 0).any(axis=1), 1.0, 2.0)", "np.where(((X) > 9).any(), 1.0, 2.0)"],
    "transpose": ["X.transpose()", "X[None].transpose(2, 0, 1)", "X[None].transpose((1, 2, 0))"],
    "var": ["X.var()", "X.var(axis=1, ddof=1, keepdims=True)"],
}
REFUSED = {"argmax": "X.argmax()", "item": "v[0].item()"}
ANYWHERE = {"ptp": lambda x: x.max() - x.min()}
TEXTS = [text for texts in CALLS.values() for text in texts]


def formula_of(text, names):
    return eval(text, {"np": np, **{name: INPUTS[name] for name in names}})


def test_every_method_is_tried_here():
    assert {*CALLS, *REFUSED, *ANYWHERE, *OF_ENTRIES, *OF_FORMULAS} == ARRAY_METHODS


@pytest.mark.parametrize("text", TEXTS)
def test_a_method_means_what_it_means_for_numpys_arrays(text):
    names = [name for name in INPUTS if f"{name}." in text or f"{name}[" in text or f"({name})" in text]
    expected = eval(text, {"np": np, **VALUES})
    found = sg.lambdify([INPUTS[name] for name in names], formula_of(text, names))(*(VALUES[name] for name in names))
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("name", ANYWHERE)
def test_a_method_that_newer_numpy_has_as_a_function_only(name):
    found = sg.lambdify([INPUTS["X"]], getattr(INPUTS["X"], name)())(VALUES["X"])
    assert found == pytest.approx(ANYWHERE[name](VALUES["X"]), rel=1e-13)


def places_of(name):
    """Return numbers at which a function is defined, one for each argument."""
    return [1.5 if name == "arccosh" else 0.75, 0.25][: 2 if name in OF_TWO else 1]


@pytest.mark.parametrize("name", sorted(OF_ENTRIES))
def test_functions_of_arrays_of_objects_reach_the_formulas_in_them(name):
    places, inputs = places_of(name), [sg.scalar("x"), sg.scalar("y")][: len(places_of(name))]
    found = getattr(np, name)(*(np.array([one, one / 2 + 1 / 2]) for one in inputs))
    expected = getattr(np, name)(*(np.array([one, one / 2 + 1 / 2]) for one in places))
    assert found.dtype == object
    np.testing.assert_allclose(sg.lambdify(inputs, list(found))(*places), expected, rtol=1e-14)


@pytest.mark.parametrize("name", sorted(OF_ENTRIES | OF_FORMULAS))
def test_functions_of_numpy_are_methods_of_formulas(name):
    places, (x, *others) = places_of(name), [sg.scalar("x"), sg.scalar("y")][: len(places_of(name))]
    formula = getattr(x, name)(*others)
    assert formula is getattr(np, name)(x, *others)
    assert sg.lambdify([x, *others], formula)(*places) == pytest.approx(getattr(np, name)(*places), rel=1e-14)


@pytest.mark.parametrize("name", REFUSED)
def test_a_method_whose_result_depends_on_values_is_refused(name):
    with pytest.raises(UnsupportedError, match="depends on values"):
        formula_of(REFUSED[name], INPUTS)


ATTRIBUTES = ["sort", "fill", "tolist", "dtype", "flags", "real", "nothing_at_all"]


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_other_attributes_of_arrays_are_none_of_formulas(name):
    with pytest.raises(AttributeError, match=f"a formula has no attribute '{name}'"):
        getattr(INPUTS["X"], name)
    assert name not in dir(INPUTS["X"])


def test_methods_are_listed_beside_the_attributes():
    names = dir(INPUTS["X"])
    assert {"shape", "ndim", "size", *ARRAY_METHODS} <= set(names)
    assert names == sorted(names)


SIZES = [((), 0, 1), ((3,), 1, 3), ((3, 4), 2, 12), ((2, 1, 5), 3, 10)]


@pytest.mark.parametrize(("shape", "ndim", "size"), SIZES, ids=str)
def test_axes_and_entries_are_counted(shape, ndim, size):
    x = sg.tensor("x", " ".join(map(str, shape))) if shape else sg.scalar("x")
    assert (x.ndim, x.size) == (ndim, size)
    if shape:
        assert len(x) == shape[0]
    else:
        with pytest.raises(TypeError, match="a scalar formula has no length"):
            len(x)


def test_the_size_of_named_axes_is_a_formula_and_their_length_none():
    x = sg.tensor("x", "m n")
    assert str(x.size) == "m*n"
    assert sg.lambdify([x], x.sum() / x.size)(np.array([[1.0, 2.0], [3.0, 6.0]])) == 3
    with pytest.raises(ShapeError, match="the axis has the named size m") as caught:
        len(x)
    assert caught.value.hint == "use x.shape[0] in formulas"


@pytest.mark.parametrize("make", [np.asarray, np.array, lambda x: np.array([x, x]), lambda x: x + np.asarray(x)])
def test_no_array_of_numbers_is_made_of_a_tensor(make):
    with pytest.raises(UnsupportedError, match="a formula is no array of numbers") as caught:
        make(INPUTS["v"])
    assert "np.stack" in caught.value.hint


def test_a_scalar_is_an_entry_of_an_array_of_objects():
    x = sg.scalar("x")
    array = np.array([x, 2 * x])
    assert array.dtype == object
    assert array[0] is x
    assert np.asarray(x).shape == ()
    assert np.asarray(x)[()] is x


ON_THE_LEFT = [
    ("+", lambda a, x: a + x),
    ("-", lambda a, x: a - x),
    ("*", lambda a, x: a * x),
    ("/", lambda a, x: a / x),
    ("**", lambda a, x: a**x),
    ("@", lambda a, x: a @ x),
    ("np.multiply", np.multiply),
    ("np.dot", np.dot),
    ("np.float64", lambda a, x: np.float64(2) * x),
]


@pytest.mark.parametrize(("name", "operation"), ON_THE_LEFT, ids=[row[0] for row in ON_THE_LEFT])
def test_an_array_on_the_left_leaves_the_operation_to_the_formula(name, operation):
    array = np.array([0.5, 2.0, 1.5, 3.0])
    formula = operation(array, INPUTS["v"])
    assert isinstance(formula, sg.Node)
    found = sg.lambdify([INPUTS["v"]], formula)(VALUES["v"])
    np.testing.assert_allclose(found, operation(array, VALUES["v"]), rtol=1e-14)


def test_the_namespace_of_the_array_api_makes_formulas():
    xp = INPUTS["X"].__array_namespace__()
    formula = xp.sum(xp.exp(INPUTS["X"]) * xp.pi, axis=0)
    found = sg.lambdify([INPUTS["X"]], formula)(VALUES["X"])
    np.testing.assert_allclose(found, (np.exp(VALUES["X"]) * np.pi).sum(axis=0), rtol=1e-13)
    with pytest.raises(AttributeError, match="no array function called 'nothing_at_all'"):
        xp.nothing_at_all


def test_no_warning_is_given_where_arrays_meet_formulas():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (np.ones(4) @ INPUTS["v"]).shape == ()
