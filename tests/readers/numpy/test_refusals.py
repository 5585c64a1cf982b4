"""Functions that are not known are refused by their full names, with a reason and with what to write instead."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import scipy.stats

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError
from symgd.readers.numpy.refusals import full_name, instead_of_scipy, no_derivative

X = sg.tensor("x", "3 3")
NAMES = [
    (np.sort, "numpy.sort"), (np.fft.fft, "numpy.fft.fft"), (np.linalg.qr, "numpy.linalg.qr"),
    (np.linalg.matrix_rank, "numpy.linalg.matrix_rank"), (np.isnan, "numpy.isnan"), (scipy.special.wofz, "scipy.special.wofz"),
]  # fmt: skip
CALLS = [
    (lambda x: np.fft.rfft(x), r"numpy\.fft\.rfft: its values are complex"),
    (lambda x: np.linalg.qr(x)[0], r"numpy\.linalg\.qr: symgd does not know its factors"),
    (lambda x: np.linalg.matrix_rank(x), r"numpy\.linalg\.matrix_rank: it jumps"),
    (lambda x: np.linalg.eigvals(x), r"numpy\.linalg\.eigvals: the eigenvalues may be complex"),
    (lambda x: np.where(np.isnan(x), 0, x), "numpy.isnan: a formula has no value"),
    (lambda x: scipy.special.wofz(x), r"no derivative for scipy\.special\.wofz"),
    (lambda x: np.hypot.reduce(x), r"no derivative for numpy\.hypot\.reduce"),
]
HIDDEN = [scipy.special.logsumexp, scipy.special.softmax, scipy.stats.norm]
"""What a traced function finds in a list is called as it is."""
OF_SCIPY = [
    (lambda x: HIDDEN[0](x), "write symgd.logsumexp(x)"),
    (lambda x: HIDDEN[1](x), "write symgd.softmax(x)"),
    (lambda x: HIDDEN[2].pdf(x, 1, 2), "write symgd.normpdf"),
    (lambda x: HIDDEN[2].logpdf(x), "np.log(2*np.pi)/2"),
    (lambda x: HIDDEN[2].cdf(x), "write symgd.normcdf"),
    (lambda x: HIDDEN[2].logcdf(x), "write symgd.log_ndtr"),
]


@pytest.mark.parametrize(("function", "name"), NAMES)
def test_full_names(function, name):
    assert full_name(function) == name
    assert name in str(no_derivative(function))


@pytest.mark.parametrize(("function", "message"), CALLS)
def test_a_call_is_refused_by_its_full_name(function, message):
    with pytest.raises(UnsupportedError, match=message):
        sg.formula(function, X)


@pytest.mark.parametrize(("function", "hint"), OF_SCIPY)
def test_functions_of_scipy_that_make_arrays_name_those_of_symgd(function, hint):
    with pytest.raises(SymgdError) as caught:
        sg.formula(function, X)
    assert hint in caught.value.hint


def test_other_errors_have_no_such_hint():
    assert instead_of_scipy(ValueError("plain")) is None


def test_parts_of_least_squares_that_are_not_known():
    a, b = sg.tensor("A", "4 2"), sg.tensor("b", "4")
    with pytest.raises(UnsupportedError, match="symgd does not know the rank"):
        sg.formula(lambda a, b: np.linalg.lstsq(a, b, rcond=None)[2].astype(float), a, b)
    with pytest.raises(UnsupportedError, match="changes the rank"):
        sg.formula(lambda a, b: np.linalg.lstsq(a, b, rcond=0.1)[0], a, b)
