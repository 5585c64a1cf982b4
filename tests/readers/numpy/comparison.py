"""A call of NumPy's or SciPy's on traced arrays, compared with the same call on arrays: its values, and its gradient."""

from __future__ import annotations

import numpy as np
import scipy.special

import symgd as sg
from symgd.checking.judgement import Verdict

RNG = np.random.default_rng(19)
VALUES = {
    "X": RNG.normal(size=(4, 3)), "S": RNG.normal(size=(3, 3)), "v": RNG.uniform(0.1, 0.9, size=4),
    "c": RNG.uniform(0.1, 2, size=3), "T": RNG.normal(size=(2, 3, 2)), "s": np.array(-0.7), "z": RNG.normal(size=4),
}  # fmt: skip
INPUTS = {name: sg.tensor(name, " ".join(map(str, value.shape))) for name, value in VALUES.items()}
KNOWN = {"np": np, "special": scipy.special}


def function_of(text):
    """Return the function of all inputs that a text is."""
    return eval(f"lambda {', '.join(INPUTS)}: {text}", KNOWN)


def compared(text):
    """Return the values of the formula of a call, and those of the call."""
    function = function_of(text)
    formula = sg.formula(function, *INPUTS.values())
    return sg.lambdify(list(INPUTS.values()), formula)(*VALUES.values()), function(*VALUES.values())


def check_values(text, accuracy=1e-11):
    """Compare a call of traced arrays with the same call of arrays."""
    found, expected = compared(text)
    assert np.shape(found) == np.shape(expected), text
    np.testing.assert_allclose(found, expected, rtol=accuracy, atol=1e-13)


def check_slopes(text):
    """Compare the gradient of the sum of the squares of a call with 50-digit differences."""
    function = function_of(text)
    formula = sg.formula(lambda *arrays: np.sum(function(*arrays) ** 2), *INPUTS.values())
    assert formula.symbols
    for symbol in formula.symbols:
        assert sg.check_gradient(formula, symbol.name).verdict is Verdict.RIGHT, (text, symbol)
