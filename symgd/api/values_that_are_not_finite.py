"""Which part of a formula has no finite value at a point: its text, and the entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from symgd.api.compilation import lambdify
from symgd.errors import SymgdError, shown
from symgd.graph.node import Node
from symgd.graph.traversal import toposort

if TYPE_CHECKING:
    from symgd.arrays import Array

__all__ = ["first_part_without_value"]

_MOST_PARTS = 400
"""Parts of a formula that are computed at most."""


def first_part_without_value(formula: Node, values: Mapping[Node, Array]) -> str | None:
    """Return which part of a formula is the first one that is not finite, in words; None where there is none.

    Parameters
    ----------
    formula : Node
    values : mapping of Node to array
        Of its inputs.

    Examples
    --------
    >>> import numpy as np, symgd as sg
    >>> from symgd.api.values_that_are_not_finite import first_part_without_value
    >>> x = sg.tensor("x", "n")
    >>> first_part_without_value(sg.formula("sum(log(x))", shapes={"x": "n"}), {x: np.array([1.0, 2.0, -3.0])})
    'log(x)[2] is nan, where x[2] is -3'
    """
    parts = [part for part in toposort([formula]) if part.symbols and not part.is_boolean]
    if len(parts) > _MOST_PARTS:
        return None
    inputs = list(values)
    try:
        compute = lambdify(inputs, parts, prove=False)
        with np.errstate(all="ignore"):
            computed = dict(zip(parts, compute(*values.values()), strict=True))
    except (SymgdError, ArithmeticError, ValueError):
        return None
    for part in parts:
        places = np.argwhere(~np.isfinite(np.asarray(computed[part], dtype=float)))
        if len(places):
            place = tuple(map(int, places[0]))
            reason = _reason(part, place, computed)
            return f"{_entry(part, place)} is {_number(computed[part], place)}{reason}"
    return None


def _reason(part: Node, place: tuple[int, ...], computed: Mapping[Node, object]) -> str:
    """Return the values of what a part is computed from entry by entry."""
    if not part.primitive.is_elementwise:
        return ""
    known: Sequence[Node] = [arg for arg in dict.fromkeys(part.args) if arg in computed]
    told = [
        f"{_entry(arg, place if arg.shape else ())} is {_number(computed[arg], place if arg.shape else ())}" for arg in known
    ]
    return f", where {' and '.join(told)}" if told else ""


def _entry(part: Node, place: tuple[int, ...]) -> str:
    text = shown(part)
    if not place:
        return text
    return f"{text if part.is_symbol or text.endswith(')') else f'({text})'}[{', '.join(map(str, place))}]"


def _number(value: object, place: tuple[int, ...]) -> str:
    return f"{float(np.asarray(value, dtype=float)[place]):.6g}"
