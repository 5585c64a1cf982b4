"""Kinds of written code that must be known again: names, transposes of names, and numbers that are no arrays."""

from __future__ import annotations

from symgd.graph.text_printer import Written

__all__ = ["NAMES", "Identifier", "NamedNumber", "PythonNumber", "Transposed"]


class Identifier(Written):
    """The name of an argument or of a shared value."""

    __slots__ = ()


class Transposed(Written):
    """The transpose of something that has a name, which costs nothing."""

    __slots__ = ()


class PythonNumber(Written):
    """A number that Python itself computes: a constant, a size, a sum or a product of them. It is no array."""

    __slots__ = ()


class NamedNumber(PythonNumber):
    """The name of such a number."""

    __slots__ = ()


NAMES = (Identifier, NamedNumber)
