"""The entry of every primitive in index notation, at every place, is the entry of the array."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.graph.primitive import REGISTRY
from symgd.readers.sympy.index_entries import ENTRIES, stretched
from symgd.readers.sympy.index_writer import IndexWriter
from symgd.readers.sympy.writer import _as_matrices, _entry_of

SHAPES = {"x": (3,), "y": (3,), "A": (3, 3), "B": (2, 2)}
TEXTS = {
    "einsum": "einsum('ij,j->i', A, x)", "mean": "mean(A, axis=0)", "logsumexp": "logsumexp(A, axis=1)", "norm2": "norm2(x)",
    "prod": "prod(A, axis=0)", "softmax": "softmax(A, axis=1)", "broadcast": "broadcast_to(x, (2, 3))",
    "expand": "x[:, None]*y[None, :]",
    "eye": "eye(3) + A", "arange": "arange(3)*x", "index": "A[1:, ::-1]", "triangle": "triu(A, 1)", "array": "[x[0], 2, x[1]]",
    "cumsum": "cumsum(x)", "concatenate": "concatenate([x, y])", "kron": "kron(B, B)", "reshape": "reshape(A, (9,))",
    "cross": "cross(x, y)", "scatter": "scatter(x, '1:4', 5)", "max": "max(A, axis=0)", "min": "min(x)",
}  # fmt: skip


def numbers(values):
    """Return what stands for the entries of the arrays in SymPy."""
    found = {}
    for name, array in values.items():
        if array.ndim <= 2:
            rows = array.reshape(array.shape[0], -1)
            symbol = sp.MatrixSymbol(name, *rows.shape)
            found.update({symbol[at]: sp.Float(rows[at]) for at in np.ndindex(rows.shape)})
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_an_entry_is_that_of_the_array(name):
    text = TEXTS[name]
    node = sg.formula(text, shapes={one: shape for one, shape in SHAPES.items() if re.search(rf"\b{one}\b", text)})
    values = {symbol.name: np.random.default_rng(2).uniform(0.5, 2, SHAPES[symbol.name]) for symbol in node.symbols}
    array = np.asarray(sg.lambdify(list(values), node)(*values.values()))
    writer = IndexWriter(node, _entry_of, _as_matrices)
    for place in itertools.product(*map(range, array.shape)):
        entry = writer.entry(node, tuple(map(sp.Integer, place)))
        found = float(sp.N(entry.doit().subs(numbers(values)).doit()))
        assert found == pytest.approx(array[place], rel=1e-12)


def test_every_entry_is_of_a_primitive():
    assert set(ENTRIES) <= set(REGISTRY)
    assert set(TEXTS) <= set(ENTRIES)


@pytest.mark.parametrize(
    ("shape", "at", "expected"), [((3,), (1, 2), (2,)), ((1, 3), (1, 2), (0, 2)), ((3, 1), (1, 2), (1, 0)), ((), (1, 2), ())]
)
def test_the_index_of_an_argument_that_was_broadcast(shape, at, expected):
    assert stretched(sg.tensor("a", shape), tuple(map(sp.Integer, at))) == expected
