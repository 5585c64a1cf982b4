"""The public functions for people who add functions, rewrite rules and array libraries of their own.

One declaration per function, as in symgd's own vocabulary::

    from symgd.extend import Curvature, Monotone, elementwise

    softsquare = elementwise(
        "softsquare",
        definition=lambda x: x**2 / (1 + abs(x)),
        derivative=lambda x, out: x * (2 + abs(x)) / (1 + abs(x)) ** 2,
        numpy="{x}**2 / (1 + abs({x}))",
        curvature=Curvature.CONVEX,
        because="the slope of x²/(1 + |x|) is x(2 + |x|)/(1 + |x|)²",
        source="an example",
    )

From then on ``softsquare`` may stand in text, in NumPy functions and in formulas built with operators; its derivatives, code,
proofs and explanations follow from the declaration. :func:`check_declaration` judges a declaration in 50-digit arithmetic.

A function of whole tensors is declared with :func:`primitive`: ``shape``, ``vjp``, ``evaluate``, ``code`` and ``layout``; see
:class:`Primitive` for the fields. A rewrite rule is two formulas and a reason, see :func:`rule`. Another array library for
compiled code is a class, see :class:`Backend`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import symgd.rewrite.rules  # noqa: F401  (symgd's own rules come before those declared here)
from symgd.api.checking import check_gradient
from symgd.api.compilation import lambdify
from symgd.codegen.backends import Backend
from symgd.errors import GradientError, SymgdError
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import points
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.node import Node, as_node, constant, scalar
from symgd.graph.primitive import Primitive, elementwise, function, primitive
from symgd.rewrite.rule import rule

__all__ = [
    "Backend",
    "Curvature",
    "Interval",
    "Monotone",
    "Node",
    "Primitive",
    "Sign",
    "as_node",
    "check_declaration",
    "constant",
    "elementwise",
    "function",
    "primitive",
    "rule",
]


def check_declaration(record: Primitive, *, at: Sequence[float] = (), seed: int = 0) -> None:
    """Judge the declaration of an elementwise function: derivatives, code, and reference against definition.

    Parameters
    ----------
    record : Primitive
    at : sequence of float
        Further points for a function of one argument; random points inside the domain are taken anyway.
    seed : int
        Of the random points.

    Raises
    ------
    GradientError
        Where a derivative is not the slope of the definition, or code and definition disagree.
    SymgdError
        For a declaration that cannot be judged: it has neither definition nor reference.

    Examples
    --------
    >>> from symgd.extend import check_declaration
    >>> from symgd.primitives.exponential import softplus
    >>> check_declaration(softplus)
    """
    if not record.is_elementwise or not record.arity:
        raise SymgdError(f"{record.name} is not an elementwise function of a known number of arguments")
    inputs = [scalar(letter) for letter in "xyz"[: record.arity]]
    node = record(*inputs)
    known = [k for k in range(record.arity) if len(record.derivative) > k and record.derivative[k] is not None]
    for k in known:
        check_gradient(node, inputs[k], seed=seed).raise_if_wrong()
        for value in at if record.arity == 1 else ():
            check_gradient(node, inputs[k], at={inputs[k].name: value}).raise_if_wrong()
    code = lambdify(inputs, node)
    for point in points(node, 5, seed):
        true = _true_value(record, node, inputs, point.values)
        got = float(code(*(point.values[one] for one in inputs)))
        if not math.isclose(got, true, rel_tol=max(1e-9, record.accuracy), abs_tol=1e-300):
            place = ", ".join(f"{one.name} = {float(point.values[one]):.6g}" for one in inputs)
            raise GradientError(f"the code of {record.name} gives {got} at {place}, and its definition {true}")


def _true_value(record: Primitive, node: Node, inputs: Sequence[Node], values: Any) -> float:
    formula = record.definition(*inputs) if record.definition is not None else node
    (array,) = evaluate_precisely([formula], values)
    return float(array[()])
