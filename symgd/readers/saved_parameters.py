"""The parameters of nodes as JSON: exact numbers, sizes and facts are marked, and a float is written in hexadecimal."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from symgd.errors import SymgdError
from symgd.graph.assumptions import Interval
from symgd.graph.shape import Dim
from symgd.graph.symbol_facts import SymbolFacts, check_name

__all__ = ["read_parameter", "write_parameter"]

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What the module json writes."""
_HEXADECIMAL = re.compile(r"-?0x[0-9a-f]+")


def write_parameter(value: object) -> Json:
    """Return a parameter as JSON; what JSON does not know is marked."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"integer": hex(value)}
    if isinstance(value, Fraction):
        return {"fraction": [write_parameter(value.numerator), write_parameter(value.denominator)]}
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, tuple):
        return [write_parameter(entry) for entry in value]
    if isinstance(value, Dim):
        return {"size": [[list(names), count] for names, count in value.terms]}
    if isinstance(value, Interval | SymbolFacts):
        kind = "interval" if isinstance(value, Interval) else "facts"
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        plain = {field.name: field.default for field in dataclasses.fields(value)}
        return {kind: {name: write_parameter(entry) for name, entry in fields.items() if entry != plain[name]}}
    raise SymgdError(f"{type(value).__name__} cannot be saved")


def read_parameter(value: Any) -> object:
    """Return the parameter that JSON describes.

    Raises
    ------
    ValueError, TypeError, KeyError
        For what :func:`write_parameter` does not write.
    """
    if isinstance(value, list):
        return tuple(read_parameter(entry) for entry in value)
    if not isinstance(value, dict):
        if isinstance(value, float):
            raise ValueError("a float is written in hexadecimal")
        return value
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def _fields(kind: Callable[..., object]) -> Callable[[Any], object]:
    return lambda content: kind(**{name: read_parameter(entry) for name, entry in content.items()})


def _size(content: Any) -> Dim | int:
    terms = {tuple(sorted(map(check_name, names))): count for names, count in content}
    if any(type(count) is not int for count in terms.values()):
        raise ValueError("a size has whole coefficients")
    return Dim(terms) * 1


def _integer(content: object) -> int:
    if not isinstance(content, str) or not _HEXADECIMAL.fullmatch(content):
        raise ValueError("a large integer is written in hexadecimal")
    return int(content, 16)


def _fraction(content: Any) -> Fraction:
    numerator, denominator = map(read_parameter, content)
    if type(numerator) is not int or type(denominator) is not int:
        raise ValueError("a fraction has two integers")
    return Fraction(numerator, denominator)


def _float(content: Any) -> float:
    value = float.fromhex(content)
    return value if not math.isnan(value) else math.nan


_READERS: dict[str, Callable[[Any], object]] = {
    "integer": _integer,
    "fraction": _fraction,
    "float": _float,
    "size": _size,
    "interval": _fields(Interval),
    "facts": _fields(SymbolFacts),
}
