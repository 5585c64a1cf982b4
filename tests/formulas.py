"""Random formulas for property tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from hypothesis import strategies as st

import symgd as sg
from symgd.graph.node import constant
from symgd.graph.primitive import REGISTRY

X, Y = sg.scalar("x"), sg.scalar("y")
SMOOTH = ["exp", "sin", "cos", "tanh", "sigmoid", "softplus", "atan", "asinh"]
KINKED = ["abs", "relu"]


def declared(shapes: Mapping, text: str) -> dict:
    """Return the shapes of those names that stand in a text."""
    return {name: shape for name, shape in shapes.items() if re.search(rf"(?<![.\w]){name}\b", text)}


def scalar_formulas(depth: int = 4, kinks: bool = True):
    """Formulas of x and y that are defined everywhere (or nearly)."""
    leaves = st.one_of(
        st.just(X),
        st.just(Y),
        st.integers(-3, 3).map(constant),
        st.fractions(-2, 2, max_denominator=5).map(lambda f: constant(Fraction(f))),
    )
    functions = SMOOTH + (KINKED if kinks else [])

    def grow(inner):
        binary = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (1 + b**2)]
        if kinks:
            binary.append(sg.maximum)
        return st.one_of(
            st.tuples(st.sampled_from(functions), inner).map(lambda p: REGISTRY[p[0]](p[1])),
            st.tuples(st.sampled_from(binary), inner, inner).map(lambda p: p[0](p[1], p[2])),
            inner.map(lambda a: a**2),
        )

    return st.recursive(leaves, grow, max_leaves=depth * 2)


@st.composite
def tensor_formulas(draw):
    """Scalar losses of a matrix X (m × n), vectors v (n), u (m)."""
    matrix, v, u = sg.tensor("X", "m n"), sg.tensor("v", "n"), sg.tensor("u", "m")
    of_m = [matrix @ v, u, matrix @ (matrix.T @ u), sg.sum(matrix, axis=1), sg.softmax(matrix @ v), u * (matrix @ v)]
    vector = draw(st.sampled_from(of_m))
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(["exp", "tanh", "square", "scale", "shift", "softplus", "twist"]))
        if name == "square":
            vector = vector**2
        elif name == "scale":
            vector = vector * draw(st.sampled_from([2, -1, Fraction(1, 3)]))
        elif name == "shift":
            vector = vector - draw(st.sampled_from(of_m))
        elif name == "twist":
            vector = matrix @ (matrix.T @ vector)
        else:
            vector = REGISTRY[name](vector / 3)
    return draw(
        st.sampled_from(
            [
                sg.sum(vector),
                sg.mean(vector),
                vector @ u,
                sg.logsumexp(vector),
                sg.sum(sg.outer(vector, v) * matrix),
                vector @ vector,
            ]
        )
    )
