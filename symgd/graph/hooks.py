"""Functions of layers above that nodes offer: printing, reading, writing sums of products.

Each hook names its function by module and name, and imports it when it is first called. So ``graph`` imports nothing above it,
and nothing depends on what else was imported before.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from symgd.graph.node import Node

__all__ = [
    "Hook",
    "array_function",
    "array_method",
    "array_namespace",
    "from_float",
    "from_sympy",
    "name_parts",
    "pairwise",
    "to_index_notation",
    "to_latex",
    "to_sympy",
    "to_textbook",
    "universal_function",
]

P = ParamSpec("P")
R = TypeVar("R")


class Hook(Generic[P, R]):
    """A function of a layer above, imported when it is first called.

    Parameters
    ----------
    module : str
    name : str
    """

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name
        self._function: Callable[P, R] | None = None

    @property
    def function(self) -> Callable[P, R]:
        """The function itself."""
        if self._function is None:
            self._function = getattr(importlib.import_module(self.module), self.name)
        return self._function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function."""
        return (self._function or self.function)(*args, **kwargs)


from_sympy: Hook[..., Node] = Hook("symgd.api.formula", "formula")
from_float: Hook[[Any], Node] = Hook("symgd.primitives.decimals", "from_float")
pairwise: Hook[..., list[Node]] = Hook("symgd.primitives.pairwise", "pairwise")
to_sympy: Hook[[Node], Any] = Hook("symgd.readers.sympy.writer", "to_sympy")
to_latex: Hook[[Node], str] = Hook("symgd.explain.notation.latex", "to_latex")
to_textbook: Hook[[Node], str] = Hook("symgd.explain.notation.unicode", "to_textbook")
to_index_notation: Hook[..., str] = Hook("symgd.explain.notation.index", "to_index_notation")
name_parts: Hook[..., Any] = Hook("symgd.explain.named_parts", "name_parts")
universal_function: Hook[..., Any] = Hook("symgd.readers.numpy.calls", "universal_function")
array_function: Hook[..., Any] = Hook("symgd.readers.numpy.calls", "array_function")
array_method: Hook[..., Any] = Hook("symgd.readers.numpy.calls", "array_method")
array_namespace: Hook[[], Any] = Hook("symgd.readers.numpy.calls", "array_namespace")
