"""Values of SymPy expressions, as symgd reads them, on random arrays."""

from __future__ import annotations

import numpy as np

import symgd as sg


def random_values(shapes):
    generator = np.random.default_rng(3)
    return {name: np.asarray(generator.uniform(0.5, 1.5, shape)) + (np.eye(*shape) if len(shape) == 2 else 0)
            for name, shape in shapes.items()}  # fmt: skip


def assert_values(expression, shapes, expected):
    """What is read of an expression has the values of a function of the arrays."""
    node = sg.formula(expression)
    values = random_values(shapes)
    names = [symbol.name for symbol in node.symbols]
    found = sg.lambdify(names, node)(*(values[name] for name in names))
    wanted = np.asarray(expected(values))
    assert np.shape(found) == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)
