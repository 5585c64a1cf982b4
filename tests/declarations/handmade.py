"""Functions made by hand, of which nothing is declared but what a test says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from symgd.derive.jacobian import gradients
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import REGISTRY, Primitive


def handmade(definition: Callable[..., Node], **declared: object) -> Primitive:
    """Return a function of numbers with a definition, whose derivative follows from it."""
    unknown = {
        "sign": Sign.ANY, "range": Interval(), "domain": Sign.ANY, "monotone": Monotone.UNKNOWN, "strict": False,
        "curvature": Curvature.UNKNOWN, "log_curvature": Curvature.UNKNOWN, "linear_in": (), "vanishes_with": (),
    }  # fmt: skip
    absent = {
        "reference": None, "precise": None, "kinks": None, "at_kink": "", "numpy": "", "imports": (),
        "sympy": "", "aliases": (), "recognise": "never", "fold": None,
    }  # fmt: skip
    arity = definition.__code__.co_argcount
    slopes = tuple(_slope_of(definition, k) for k in range(arity))
    stated = {"arity": arity, "definition": definition, "derivative": slopes, **declared}
    return dataclasses.replace(REGISTRY["softplus"], **{**unknown, **absent, **stated})


def _slope_of(definition: Callable[..., Node], k: int) -> Callable[..., Node]:
    def slope(*args: Node) -> Node:
        *inputs, _ = args
        (found,) = gradients(as_node(definition(*inputs)), [inputs[k]])
        return found

    return slope
