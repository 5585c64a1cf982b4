"""NumPy's ``piecewise``: the functions are called with the whole array, and ``np.where`` chooses what they return.

NumPy calls them with the entries where a condition holds. That is the same for functions that act entry by entry, and only such
are followed: the sum of these entries is not the sum of all. Where several conditions hold, the last one decides, as in NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symgd.errors import ShapeError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.proxy import without_proxies
from symgd.graph.traversal import toposort

__all__ = ["piecewise"]


def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: object, **options: object) -> Any:
    """Return what functions make of an array, each where its condition holds.

    Parameters
    ----------
    x : Traced
    condlist : list of conditions
    funclist : list of callables and numbers
        One for each condition, and one more for where none holds; without that, it is 0 there.
    *args, **options
        Given to the functions.

    Raises
    ------
    UnsupportedError
        Where a function does not act entry by entry.
    """
    if not isinstance(condlist, list | tuple) and x.ndim > 1:
        raise UnsupportedError("the conditions of numpy.piecewise stand in a list", hint="[condition]")
    conditions = list(condlist) if isinstance(condlist, list | tuple) else [condlist]
    if not len(conditions) <= len(funclist) <= len(conditions) + 1:
        raise ShapeError(f"numpy.piecewise has {len(conditions)} conditions and {len(funclist)} functions")
    values = [_value(function, x, args, options) for function in funclist]
    chosen = values[len(conditions)] if len(values) > len(conditions) else 0
    for condition, value in zip(conditions, values, strict=False):
        chosen = np.where(condition, value, chosen)
    return chosen


def _value(function: Any, x: Any, args: Sequence[object], options: dict[str, Any]) -> Any:
    if not callable(function):
        return function
    value = function(x, *args, **options)
    if not _acts_entry_by_entry(as_node(without_proxies(value)), as_node(without_proxies(x))):
        raise UnsupportedError(
            "a function of numpy.piecewise does not act entry by entry, and NumPy calls it with some of the entries",
            hint="write np.where(condition, …, …)",
        )
    return value


def _acts_entry_by_entry(node: Node, x: Node) -> bool:
    """Whether what a formula makes of x, it makes entry by entry; parts without x may be anything."""
    made_of_x = {x}
    for part in toposort((node,)):
        if part is not x and any(arg in made_of_x for arg in part.args):
            if not (part.primitive.is_elementwise or part.primitive.is_stretching):
                return False
            made_of_x.add(part)
    return True
