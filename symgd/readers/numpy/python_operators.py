"""Python's operators that mean one thing for formulas and another for arrays: ``==`` and what changes an array in place.

In the library two nodes are equal when they are one object. In a function that is traced, ``c == 1`` is a comparison, as NumPy
has it; and ``z += 1`` changes every name of an array, which a formula cannot follow.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.primitives.contraction import einsum
from symgd.primitives.piecewise import equal, not_equal

__all__ = ["operators_of_arrays"]

_LIBRARIES = {"symgd", "numpy", "scipy", "sympy", "weakref", "functools", "collections", "contextlib", "dataclasses", "inspect"}
_IN_PLACE = ["iadd", "isub", "imul", "itruediv", "ipow", "imatmul"]
_lock = threading.RLock()


def _is_asked_by_a_library() -> bool:
    name = str(sys._getframe(2).f_globals.get("__name__", ""))
    return name.partition(".")[0] in _LIBRARIES


def _equals(self: Node, other: Any) -> Any:
    if _is_asked_by_a_library():
        return self is other
    try:
        return equal(self, as_node(other))
    except (SymgdError, TypeError):
        return NotImplemented  # c == None is False, as it is for any object


def _differs(self: Node, other: Any) -> Any:
    if _is_asked_by_a_library():
        return self is not other
    try:
        return not_equal(self, as_node(other))
    except (SymgdError, TypeError):
        return NotImplemented


def _in_place(self: Node, other: Any) -> Any:
    if self.shape and _may_have_another_name(self):
        raise UnsupportedError(
            "an array is changed in place, and it may have another name", hint="write z = z + … instead of z += …"
        )
    return NotImplemented  # Python takes the plain operator


def _may_have_another_name(node: Node) -> bool:
    """Whether a result is an input, or a view of another array."""
    is_transpose = node.primitive is einsum and len(node.args) == 1 and len(node.params[0][0]) == len(node.params[1])
    return node.is_symbol or is_transpose or (node.primitive.is_view and node.primitive is not einsum)


@contextmanager
def operators_of_arrays() -> Iterator[None]:
    """Let ``==``, ``!=`` and the operators in place mean what they mean for arrays, while a function is traced."""
    with _lock:
        if "__eq__" in vars(Node):  # a traced function traces another one
            yield
            return
        names = {"__eq__": _equals, "__ne__": _differs, **dict.fromkeys((f"__{name}__" for name in _IN_PLACE), _in_place)}
        for name, method in names.items():
            setattr(Node, name, method)
        try:
            yield
        finally:
            for name in names:
                delattr(Node, name)
