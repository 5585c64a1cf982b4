"""What is read inside one open bracket: a group, arguments of a function, indices, or entries of a tensor."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from symgd.errors import ParseError
from symgd.graph.conversion import as_node
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.readers.text.functions import PRINTED, called_with_several
from symgd.readers.text.operators import Operator

__all__ = ["CLOSING", "Frame", "call", "value_of"]

CLOSING = {"(": ")", "[": "]", "|": "|", "‖": "‖"}


@dataclass
class Frame:
    """What is read inside one open bracket, or at the top.

    Attributes
    ----------
    kind : str
    position : int
        Where the bracket stands.
    name : str
        Of the function that is called.
    base : object
        What is indexed.
    values : list
        The operands whose operators still wait.
    operators : list of Operator
    items : list
        The arguments, indices or entries that are finished.
    keywords : dict
    keyword : str or None
        That of the argument that is read.
    exponent : Fraction or None
        Of a function, in front of its argument: ``sin²(x)``.
    slice_parts : list or None
        The parts of a slice so far.
    has_comma : bool
    """

    kind: Literal["top", "group", "call", "index", "array", "bars", "norm"]
    position: int = 0
    name: str = ""
    base: object = None
    values: list[object] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    items: list[object] = field(default_factory=list)
    keywords: dict[str, object] = field(default_factory=dict)
    keyword: str | None = None
    exponent: Fraction | None = None
    slice_parts: list[object] | None = None
    has_comma: bool = False

    @property
    def opening(self) -> str:
        """The bracket."""
        return {"index": "[", "array": "[", "bars": "|", "norm": "‖"}.get(self.kind, "(")

    @property
    def is_blank(self) -> bool:
        """Whether nothing of an item is read yet."""
        return not self.operators and not self.values and self.keyword is None

    def may_end(self, text: str) -> bool:
        """Whether an item may be left out before a token: ``f()``, ``(a,)``, ``x[1:]``, ``x[:, 0]``."""
        if not self.is_blank:
            return False
        if self.kind == "index" and self.slice_parts is not None:
            return text in ("]", ",")
        if text == ",":
            return False
        return (self.kind == "call" and not self.items) or (bool(self.items) and self.has_comma)


def value_of(frame: Frame) -> object:
    """Return the value of a bracket that is closed."""
    if frame.kind == "group":
        return tuple(frame.items) if frame.has_comma else frame.items[0]
    if frame.kind == "index":
        key = frame.items[0] if len(frame.items) == 1 and not frame.has_comma else tuple(frame.items)
        return FUNCTIONS["getitem"](frame.base, key)
    if frame.kind == "array":
        return list(frame.items)
    return call(frame.name, frame.items, frame.keywords, frame.exponent)


def call(name: str, args: Sequence[object], keywords: Mapping[str, object], exponent: Fraction | None = None) -> object:
    """Call a function of the vocabulary, and raise its value to an exponent.

    Raises
    ------
    ParseError
        For arguments that it does not take.
    """
    value = _called(name, args, keywords)
    return value if exponent is None else as_node(value) ** exponent


def _called(name: str, args: Sequence[object], keywords: Mapping[str, object]) -> object:
    several = called_with_several(name, args, keywords)
    if several is not None:
        return several
    build = PRINTED[name] if name in PRINTED else FUNCTIONS[name]
    if isinstance(build, Primitive):
        if keywords:
            raise ParseError(f"{name} has no argument called {next(iter(keywords))}")
    else:
        try:
            inspect.signature(build).bind(*args, **keywords)
        except TypeError as error:
            parameters = ", ".join(
                parameter.name if parameter.default is parameter.empty else f"{parameter.name}={parameter.default}"
                for parameter in inspect.signature(build).parameters.values()
            )
            raise ParseError(f"{name}: {error}", hint=f"call it as {name}({parameters})") from None
    return build(*args, **keywords)
