"""Kinds of written code that must be known again: names, transposes of names, numbers and truth values that are no arrays."""

from __future__ import annotations

from symgd.graph.text_printer import Written

__all__ = ["NAMES", "Identifier", "NamedNumber", "NamedTruth", "PythonNumber", "PythonTruth", "Transposed"]


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


class PythonTruth(Written):
    """A comparison of such numbers, which Python itself decides: it is no array of booleans."""

    __slots__ = ()


class NamedTruth(PythonTruth):
    """The name of such a comparison."""

    __slots__ = ()


NAMES = (Identifier, NamedNumber, NamedTruth)
