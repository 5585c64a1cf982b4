"""Arguments are bound as NumPy's signatures bind them; options that leave the numbers as they are, are dropped, others kept."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdWarning, UnsupportedError
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.numpy.binding import advice, bound, call, check_type, leaves_numbers, named

X = sg.tensor("x", "3")


def written(a, b, /, axis=None, *rest, keepdims=False, dtype=None, out=None, where=True, order="K", **others):
    """A function with parameters of every kind."""


BOUND = [
    ((1, 2), {}, [1, 2], {}),
    ((1, 2, None), {}, [1, 2], {}),
    ((1, 2, 0), {}, [1, 2], {"axis": 0}),
    ((1, 2), {"axis": 0}, [1, 2], {"axis": 0}),
    ((1, 2), {"keepdims": False, "where": True}, [1, 2], {}),
    ((1, 2), {"keepdims": True}, [1, 2], {"keepdims": True}),
    ((1, 2), {"keepdims": 0}, [1, 2], {"keepdims": 0}),  # equal to the default, and of another type
    ((1, 2), {"order": "F", "dtype": float, "out": None}, [1, 2], {}),
    ((1, 2, 0, 3, 4), {}, [1, 2, 3, 4], {"axis": 0}),
    ((1, 2), {"further": 5}, [1, 2], {"further": 5}),
    ((1, 2), {"device": "cpu", "subok": True}, [1, 2], {}),
    ((X, 2), {"where": X}, [X, 2], {"where": X}),
    ((1, 2), {"axis": X}, [1, 2], {"axis": X}),
]


@pytest.mark.parametrize(("args", "kwargs", "operands", "options"), BOUND, ids=range(len(BOUND)))
def test_arguments_are_operands_or_options_that_differ_from_their_defaults(args, kwargs, operands, options):
    found, left = bound("written", written, args, kwargs)
    assert len(found) == len(operands)
    assert all(one is other for one, other in zip(found, operands, strict=True))
    assert left.keys() == options.keys()
    assert all(left[key] is options[key] for key in options)


@pytest.mark.parametrize("args", [(1,), ()], ids=len)
def test_a_call_that_numpy_refuses_is_refused(args):
    with pytest.raises(UnsupportedError, match=r"numpy.written is called with other arguments: missing"):
        bound("written", written, args, {})


@pytest.mark.parametrize("name", ["sum", "mean", "cumsum", "diff", "take", "tril", "outer"])
def test_defaults_of_numpys_own_functions_are_no_options(name):
    func = getattr(np, name)
    parameters = inspect.signature(func).parameters.values()
    required = [X for parameter in parameters if parameter.default is parameter.empty]
    spelled = {parameter.name: parameter.default for parameter in parameters if parameter.default is not parameter.empty}
    spelled = {key: value for key, value in spelled.items() if type(value).__name__ != "_NoValueType" and key != "mode"}
    operands, options = bound(name, func, required, spelled)
    assert (len(operands), options) == (len(required), {})


def test_a_function_without_a_signature_keeps_its_arguments_in_their_order(monkeypatch):
    def no_signature(func):
        raise ValueError

    monkeypatch.setattr(inspect, "signature", no_signature)
    assert bound("dot", np.dot, (1, 2), {"axis": 0, "out": None, "order": "C"}) == ([1, 2], {"axis": 0})


OF_MEMORY = ("order", "copy", "subok", "device", "like", "casting", "optimize")
LEFT = [
    *((option, value, True) for option in OF_MEMORY for value in (None, True, "F")),
    ("out", None, True),
    ("dtype", None, True),
    ("dtype", float, True),
    ("dtype", "float64", True),
    ("dtype", np.longdouble, True),
    ("axis", 0, False),
    ("keepdims", True, False),
    ("initial", np._NoValue, True),
    ("initial", 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("option", "value", "is_left_out"), LEFT)
def test_options_of_memory_leave_the_numbers_as_they_are(option, value, is_left_out):
    assert leaves_numbers("sum", option, value) is is_left_out


def test_a_formula_cannot_be_written_into():
    with pytest.raises(UnsupportedError, match=r"numpy\.sum writes into an array here"):
        leaves_numbers("sum", "out", np.zeros(3))


@pytest.mark.parametrize("dtype", [int, bool, complex, "i4", np.uint8, "datetime64[s]", object, str])
def test_types_that_round_or_are_no_real_numbers_are_refused(dtype):
    with pytest.raises(UnsupportedError, match=re.escape(f"numpy.sum rounds to {np.dtype(dtype).name} here")):
        check_type("sum", dtype)
    with pytest.raises(UnsupportedError):
        leaves_numbers("sum", "dtype", dtype)


@pytest.mark.parametrize("dtype", [np.float16, "float32"])
def test_types_of_fewer_digits_are_warned_of(dtype):
    with pytest.warns(SymgdWarning, match="the formula is that without rounding"):
        check_type("sum", dtype)


def built(x, first=0, *, second=1, width=2):
    return x, first, second, width


def test_options_are_called_as_symgd_spells_them():
    assert call("built", built, [X], {"axis1": 5, "axis2": 6, "pad_width": 7}) == (X, 5, 6, 7)
    assert call("built", built, [X], {}) == (X, 0, 1, 2)


CALLS = [
    ([X], {"mode": "wrap"}, "built with the option mode=wrap is not known to symgd"),
    ([X], {"where": np.ones(100)}, r"built with the option where=\[1"),
    ([X, 1, 2], {}, "symgd's built takes other arguments"),
    ([], {}, "symgd's built takes other arguments"),
]


@pytest.mark.parametrize(("operands", "options", "message"), CALLS, ids=range(len(CALLS)))
def test_what_symgds_function_does_not_take_is_refused_by_name(operands, options, message):
    with pytest.raises(UnsupportedError, match=message) as caught:
        call("built", built, operands, options)
    assert len(caught.value.cause) < 120


@pytest.mark.parametrize("name", ["isnan", "isfinite", "isinf"])
def test_a_question_for_values_that_are_none_gets_an_advice_of_its_own(name):
    assert advice(name) == "a formula has no value there; conditions compare values"
    assert advice("fft") == "write it with the functions of the catalogue, or declare it with symgd.extend"


@pytest.mark.parametrize("name", ["sum", "exp", "einsum", "maximum", "matmul"])
def test_functions_of_numpys_name_and_arguments_are_symgds(name):
    assert named(name) is FUNCTIONS[name]


@pytest.mark.parametrize("name", ["getitem", "choose", "clip", "diag", "pad", "no_such_function"])
def test_functions_of_other_arguments_are_not(name):
    assert named(name) is None
