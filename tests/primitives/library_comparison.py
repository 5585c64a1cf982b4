"""Functions of arrays compared with NumPy and SciPy: shapes, values, and derivatives by complex steps through the libraries.

A row of a table is a text that Python evaluates twice: with symgd's functions and inputs, and with the libraries' functions and
arrays. Where the libraries write it in another way, a row is a pair of texts.
The derivative of a library's function f is Im f(x + ih)/h with h = 1e-30, which loses no digits (Squire & Trapp, 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import mpmath
import numpy as np
import pytest
import scipy.linalg
import scipy.signal

import symgd as sg
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS

LIBRARY = {**vars(scipy.signal), **vars(scipy.linalg), **vars(np.linalg), **vars(np), "np": np}
STEP = 1e-30


def arrays_of(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return an array of numbers of both signs for each shape."""
    generator = np.random.default_rng(7)
    return {name: np.asarray(generator.uniform(-1.5, 1.5, shape)) for name, shape in shapes.items()}


def cases(rows: Iterable[str | tuple[str, str]]) -> list:
    """Return the parameters ``(text, library)`` of each row."""
    pairs = [(row, row) if isinstance(row, str) else row for row in rows]
    return [pytest.param(*pair, id=pair[0]) for pair in pairs]


def written(text: str, inputs: Mapping[str, object]) -> Node:
    """Return the formula that a text builds by symgd's functions; an array stands for an input of its name and shape."""
    nodes = {name: sg.tensor(name, one.shape) if isinstance(one, np.ndarray) else one for name, one in inputs.items()}
    return eval(text, {**FUNCTIONS, "sg": sg, "np": np, **nodes})


def numbers(text: str, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the value of a text by the libraries."""
    return np.asarray(eval(text, {**LIBRARY, **arrays}))


def compiled(formula: Node, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the value of a formula by its code."""
    names = [symbol.name for symbol in formula.symbols]
    return np.asarray(sg.lambdify(names, formula)(*(arrays[name] for name in names)))


def precise(formula: Node, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the value of a formula in arithmetic of 50 digits, rounded."""
    return as_floats(evaluate_precisely([formula], {symbol: arrays[symbol.name] for symbol in formula.symbols})[0])


def check_values(text: str, library: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Assert that shape, code and values of 50 digits are those of the library."""
    formula, expected = written(text, arrays), numbers(library, arrays)
    assert formula.shape == expected.shape
    for found in (compiled(formula, arrays), precise(formula, arrays)):
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def check_slopes(text: str, library: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Assert that gradient, and Hessian times a vector, of Σ (w·f + f²/2) are those of complex steps through the library."""
    generator = np.random.default_rng(11)
    formula = written(text, arrays)
    weight = generator.uniform(0.5, 1.5, formula.shape)
    node = sg.tensor("weight", formula.shape)
    loss = sg.sum(node * formula + formula**2 / 2)
    assert formula.symbols
    for symbol in formula.symbols:
        direction = generator.uniform(0.5, 1.5, symbol.shape)

        def gradient(array: np.ndarray, name: str = symbol.name) -> np.ndarray:
            result = np.empty(np.shape(array))
            for place in np.ndindex(*np.shape(array)):
                moved = np.array(array, dtype=complex)
                moved[place] += STEP * 1j
                value = numbers(library, {**arrays, name: moved})
                result[place] = np.sum(weight * value + value**2 / 2).imag / STEP
            return result

        here = arrays[symbol.name]
        given = {**arrays, "weight": weight, "direction": direction}
        slope = sg.gradient(loss, symbol, prove=False)
        assert slope.shape == symbol.shape
        np.testing.assert_allclose(compiled(slope, given), gradient(here), rtol=1e-9, atol=1e-11)
        bend = sg.hvp(loss, symbol, sg.tensor("direction", symbol.shape), prove=False)
        expected = (gradient(here + 1e-5 * direction) - gradient(here - 1e-5 * direction)) / 2e-5
        np.testing.assert_allclose(
            compiled(bend, given), expected, rtol=1e-6, atol=1e-6 * np.max(np.abs(expected), initial=1e-3)
        )


def differences(function: Callable[[mpmath.matrix], mpmath.mpf], array: np.ndarray) -> np.ndarray:
    """Return the gradient of a function of a matrix of mpmath: central differences in 50 digits."""
    with mpmath.workdps(50):
        step, result = mpmath.mpf(10) ** -17, np.empty(array.shape)
        for place in np.ndindex(*array.shape):
            ends = [mpmath.matrix(array.tolist()) for _ in range(2)]
            ends[0][place] += step
            ends[1][place] -= step
            result[place] = (function(ends[0]) - function(ends[1])) / (2 * step)
    return result


def check_refusal(text: str, error: type[Exception], message: str, inputs: Mapping[str, object]) -> None:
    """Assert that a text is refused by this type of error, with this message."""
    with pytest.raises(error) as raised:
        written(text, inputs)
    assert type(raised.value) is error
    assert message in str(raised.value)
