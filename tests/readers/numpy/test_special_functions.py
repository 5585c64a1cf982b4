"""SciPy's special functions on traced arrays: SciPy's values, and gradients beside differences of 50 digits."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from scipy import special

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.readers.numpy.special_functions import SPECIAL_FUNCTIONS
from tests.readers.numpy.comparison import INPUTS, check_slopes, check_values, function_of

ROWS = {
    "logit": ["special.logit(v)"],
    "entr": ["special.entr(v)"],
    "rel_entr": ["special.rel_entr(v, v + 1)", "special.rel_entr(v, v[::-1])"],
    "kl_div": ["special.kl_div(v, v**2)"],
    "xlog1py": ["special.xlog1py(z, v)"],
    "betaln": ["special.betaln(v, v + 1)"],
    "boxcox": ["special.boxcox(v, 0.5)", "special.boxcox(v, -1)", "special.boxcox(v, 0)", "special.boxcox(v, v[::-1])"],
    "boxcox1p": ["special.boxcox1p(v, 2)", "special.boxcox1p(v, 0.0)"],
    "huber": ["special.huber(0.8, z)", "special.huber(1, X)"],
    "pseudo_huber": ["special.pseudo_huber(0.8, z)"],
    "exprel": ["special.exprel(z)"],
    "log_expit": ["special.log_expit(z)"],
    "rgamma": ["special.rgamma(v)"],
    "exp10": ["special.exp10(z)"],
    **{f"{name}{order}": [f"special.{name}{order}(v)"] for name in "jyik" for order in (0, 1)},
    **{f"{name}{order}e": [f"special.{name}{order}e(v)"] for name in "ik" for order in (0, 1)},
    "copysign": ["np.copysign(X, S[0])", "np.copysign(1.5, z)"],
    "fmax": ["np.fmax(z, 0.3)", "np.fmax(X, c)"],
    "fmin": ["np.fmin(z, v)"],
    **{name: [f"np.{name}(3*X)", f"np.{name}(v)"] for name in ("rint", "trunc")},
    **{name: [f"np.{name}(X)"] for name in ("deg2rad", "radians", "rad2deg", "degrees")},
}
OF_THE_LANGUAGE = [
    "special.ndtr(z)",
    "special.log_ndtr(10*z - 30)",
    "special.ndtri(v)",
    "special.gammainc(2.5, v)",
    "special.gammaincc(0.7, v)",
]
TEXTS = [text for texts in ROWS.values() for text in texts] + OF_THE_LANGUAGE


def test_every_function_has_a_row():
    assert set(ROWS) == set(SPECIAL_FUNCTIONS)


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_scipy(text):
    check_values(text)


@pytest.mark.parametrize("text", [text for text in TEXTS if "e(v)" not in text])
def test_gradients_are_right(text):
    check_slopes(text)


@pytest.mark.parametrize("text", ["special.huber(s, z)", "special.huber(-1, z)", "special.pseudo_huber(0, z)"])
def test_a_threshold_that_may_be_negative_is_refused(text):
    with pytest.raises(UnsupportedError, match="not known to be positive"):
        sg.formula(function_of(text), *INPUTS.values())


def test_a_positive_threshold_may_be_an_input():
    delta, r = sg.scalar("delta", positive=True), sg.tensor("r", "n")
    formula = sg.formula(lambda d, x: np.sum(function_of("special.huber(z, v)")(None, None, x, None, None, None, d)), delta, r)
    assert str(formula) == "sum(where(abs(r) <= delta, r**2/2, delta*(abs(r) - delta/2)))"


def test_limits_of_the_relative_entropy():
    x, y = sg.scalar("x"), sg.scalar("y")
    value = sg.lambdify([x, y], SPECIAL_FUNCTIONS["kl_div"](x, y))
    assert value(0.0, 2.0) == 2.0


HALVES = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6, -2.4, 3.0, -3.0, 1e6 + 0.5, 0.49999999999999994, 1.25, -0.05])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.round(x), lambda x: np.rint(x), lambda x: np.trunc(x), lambda x: np.around(x),
        lambda x: x.round(decimals=0), lambda x: np.array([round(x[0]), round(x[1]), round(x[6])]),
    ],
)  # fmt: skip
def test_rounding_is_numpys_also_half_way(function):
    formula = sg.formula(function, shapes={"x": f"{len(HALVES)}"})
    np.testing.assert_array_equal(sg.lambdify(["x"], formula)(HALVES), function(HALVES))
    assert not sg.lambdify(["x"], sg.gradient(sg.sum(formula), "x"))(HALVES).any()


@pytest.mark.parametrize("function", [lambda x: np.round(x, 2), lambda x: np.around(x, -1), lambda x: x.round(10)])
def test_rounding_to_decimals_is_refused(function):
    """A gradient that is rounded to 10 digits is compared by its values, and is not the wrong formula."""
    with pytest.raises(UnsupportedError, match="to a number of decimals drops digits"):
        sg.formula(function, shapes={"x": "3"})


OFF_THE_AXIS = [-3.5, -2.5, -2.0, -0.5, 0.0, 0.5, 2.0, 3.5]
ON_WHOLE_LINES = [
    *(name for name in SPECIAL_FUNCTIONS if hasattr(special, name) and "huber" not in name),
    "factorial", "gamma", "gammaln", "loggamma", "beta", "xlogy", "psi", "gammainc", "gammaincc",
]  # fmt: skip


@pytest.mark.parametrize("name", ON_WHOLE_LINES)
def test_no_finite_value_is_another_one_than_that_of_scipy(name):
    function = getattr(special, name)
    count = getattr(function, "nin", 1)
    arguments = [sg.scalar(letter) for letter in "ab"[:count]]
    compiled = sg.lambdify(
        arguments, sg.formula((lambda a: function(a)) if count == 1 else (lambda a, b: function(a, b)), *arguments)
    )
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place in itertools.product(OFF_THE_AXIS, repeat=count):
            found = compiled(*place)
            if np.isfinite(found):
                np.testing.assert_allclose(found, function(*place), rtol=1e-9, atol=1e-12, err_msg=f"{name}{place}")


def test_facts_make_short_formulas_of_entropies_and_factorials():
    p, y = sg.scalar("p", positive=True), sg.scalar("y")
    assert str(sg.formula(lambda a, b: special.rel_entr(a, b), p, y)) == "xlogy(p, p/y)"
    assert str(sg.formula(lambda a, b: special.rel_entr(a, b), y, p)) == "xlogy(y, y/p)"
    assert str(sg.formula(lambda a: special.factorial(a), p)) == "gamma(p + 1)"
