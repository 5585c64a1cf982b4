"""How shapes, facts, points and bounds are written in one line: ``"X: m n; y: m; w: n"``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

import click

import symgd
from symgd.arguments import proposing_shapes
from symgd.errors import DataError, ParseError, SymgdError, shown
from symgd.tools.data_files import read_values
from symgd.tools.written_numbers import read_exact

__all__ = [
    "check_names",
    "integer",
    "number",
    "read_bounds",
    "read_descent",
    "read_exact_point",
    "read_facts",
    "read_formula",
    "read_names",
    "read_point",
    "read_shapes",
    "read_variables",
]


_WITH_NUMBER = {"lower", "upper", "sums_to", "values"}
"""Facts that are numbers."""
_LIST, _BETWEEN = re.compile(r"\[([^\[\]]*)\]"), "|"
_SEPARATOR = re.compile(r"\s*,\s*|\s+")
_RANGE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


_ENTRIES = {
    "a shape": "X: m n; w: n",
    "a fact": "y: one_hot; p: lower=0 upper=1",
    "a value": "x: 1; w: 1 2 3",
    "a range": "x: [0, 1]; y: (0, inf)",
    "a setting of the descent": "direction: adam; epochs: 50",
}
"""How each kind of entries is written."""


def _entries(text: str, what: str) -> Iterator[tuple[str, str]]:
    """Split ``name: words; name: words``; every name stands once."""
    seen = set()
    position = 0
    for part in text.split(";"):
        start, position = position, position + len(part) + 1
        if not part.strip():
            continue
        name, colon, words = part.partition(":")
        name = name.strip()
        if not colon or not name:
            raise ParseError(
                f"{shown(part.strip())} is not {what}", formula=text, position=start, hint=f"write {_ENTRIES[what]}"
            )
        if name in seen:
            raise ParseError(f"{shown(name)} stands twice", formula=text, position=start, hint="give it once")
        seen.add(name)
        yield name, words.strip()


def read_shapes(text: str) -> dict[str, str]:
    """Read shapes: ``"X: m n; y: m; lam:"``.

    >>> from symgd.tools.options import read_shapes
    >>> read_shapes("X: m n; y: m")
    {'X': 'm n', 'y': 'm'}
    """
    return dict(_entries(text, "a shape"))


def read_facts(text: str) -> dict[str, dict[str, Fraction | bool | list[Fraction]]]:
    """Read facts: ``"y: one_hot; lam: positive; p: lower=0 upper=1; z: values=[-1, 1]"``."""
    facts: dict[str, dict[str, Fraction | bool | list[Fraction]]] = {}
    for name, words in _entries(text, "a fact"):
        chosen: dict[str, Fraction | bool | list[Fraction]] = {}
        if not words:
            raise ParseError(f"{shown(name)} has no facts", formula=text, hint="write y: one_hot, or p: lower=0 upper=1")
        for word in _LIST.sub(lambda found: _BETWEEN.join(found[1].replace(",", " ").split()), words).replace(",", " ").split():
            key, equals, value = word.partition("=")
            if key in chosen:
                raise ParseError(f"{shown(key)} stands twice in the facts of {shown(name)}", formula=text, hint="give it once")
            numbers = [read_exact(one, f"{shown(key)} of {shown(name)}") for one in value.split(_BETWEEN)] if equals else []
            chosen[key] = True if not equals else numbers if key == "values" else numbers[0]
            if key != "values" and len(numbers) > 1:
                raise ParseError(f"{shown(key)} of {shown(name)} is one number", formula=text, hint=f"write {key}=0")
            if not equals and key in _WITH_NUMBER:
                raise ParseError(f"{shown(key)} of {shown(name)} has no number", formula=text, hint=f"write {key}=0")
        facts[name] = chosen
    return facts


def read_descent(text: str) -> dict[str, int | float | str]:
    """Read what stands in ``[descent]``: ``"direction: adam; beta1: 0.8; epochs: 50"``.

    >>> from symgd.tools.options import read_descent
    >>> read_descent("direction: adam; beta1: 0.8; epochs: 50")
    {'direction': 'adam', 'beta1': 0.8, 'epochs': 50}
    """
    return {name: _number_or_word(words) for name, words in _entries(text, "a setting of the descent")}


def _number_or_word(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(_plain_number(text, kind, "a number"))
        except click.BadParameter:
            continue
    return text


def read_point(text: str) -> dict[str, object]:
    """Read a point: ``"a: 100; x: 1 2 3; A: [[1, 2], [3, 4]]"``; numbers separated by spaces are a vector."""
    point: dict[str, object] = {}
    for name, words in _entries(text, "a value"):
        if words.startswith("["):
            point[name] = _nested(name, words)
            continue
        parts = _SEPARATOR.split(words)
        if "" in parts:
            missing = "no value" if parts == [""] else "no number beside a comma"
            raise DataError(f"{shown(name)} has {missing}", hint="write x: 1, or x: 1 2 3")
        numbers = [_float(word, name) for word in parts]
        point[name] = numbers[0] if len(numbers) == 1 else numbers
    if not point:
        raise DataError("the point has no values", hint="write x: 1, or x: 1 2 3; y: 0")
    return point


def read_exact_point(text: str) -> symgd.Node | dict[str, symgd.Node]:
    """Read an exact point: one number (``1/2``, ``pi/4``), or ``"x: 1; y: 0"``."""
    if ":" not in text:
        return _exact(text)
    return {name: _exact(words) for name, words in _entries(text, "a value")}


def _exact(text: str) -> symgd.Node:
    """Return a number written as a formula without inputs."""
    number = symgd.formula(text)
    if number.symbols or number.shape:
        raise SymgdError(f"{shown(text)} is not a number", hint="write 1/2, 0.5 or pi/4")
    return number


def _float(word: str, name: str) -> float:
    try:
        return float(read_exact(word, f"the value of {shown(name)}"))
    except OverflowError:
        raise DataError(f"the value of {shown(name)} is larger than a float holds") from None


def _nested(name: str, words: str) -> object:
    """Read nested lists of numbers, as JSON has them."""
    hint = "write A: [[1, 2], [3, 4]]"
    try:
        lists = json.loads(words, parse_constant=lambda word: word)
    except (ValueError, RecursionError):
        raise DataError(f"the value of {shown(name)} is not a list of numbers", hint=hint) from None
    return read_values(lists, f"the value of {shown(name)}").tolist()


def read_bounds(text: str) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    """Read bounds: ``"x: (0, inf); y: [-1, 1]"``.

    >>> from symgd.tools.options import read_bounds
    >>> read_bounds("x: (0, inf)")
    {'x': (Fraction(0, 1), None)}
    """
    bounds: dict[str, tuple[Fraction | None, Fraction | None]] = {}
    for name, words in _entries(text, "a range"):
        match = _RANGE.fullmatch(words)
        ends = match[1].split(",") if match is not None else []
        if len(ends) != 2:
            raise DataError(f"the bounds of {shown(name)} are two ends in brackets, not {shown(words)}", hint="write x: [0, 1]")
        bounds[name] = (_end(ends[0].strip(), name, ("-inf", "-oo")), _end(ends[1].strip(), name, ("inf", "+inf", "oo", "+oo")))
    return bounds


def read_intervals(text: str) -> dict[str, str]:
    """Read bounds whose ends are open or closed: ``"x: (0, inf); y: [-1, 1]"``.

    >>> from symgd.tools.options import read_intervals
    >>> read_intervals("x: (0, inf); y: [-1, 1]")
    {'x': '(0, inf)', 'y': '[-1, 1]'}
    """
    intervals = {name: words.strip() for name, words in _entries(text, "a range")}
    for name, words in intervals.items():
        if _RANGE.fullmatch(words) is None:
            raise DataError(f"the bounds of {shown(name)} are two ends in brackets, not {shown(words)}", hint="write x: [0, 1]")
    return intervals


def read_formula(text: str, shapes: str, facts: str, syntax: Literal["symgd", "latex"] = "symgd") -> symgd.Node:
    """Read a formula with the shapes and facts of its inputs."""
    with proposing_shapes(_write_shapes):
        return symgd.formula(text, shapes=read_shapes(shapes), facts=read_facts(facts), syntax=syntax)


def _write_shapes(shapes: dict[str, str]) -> str:
    return f'--shapes "{"; ".join(f"{name}: {shape}".rstrip() for name, shape in shapes.items())}"'


def read_variables(formula: symgd.Node, wrt: str | None) -> str | list[str]:
    """Read the variables of a formula; all its inputs where none are named."""
    if wrt is not None:
        names = read_names(wrt)
        check_names(formula, [names] if isinstance(names, str) else names)
        return names
    names = [symbol.name for symbol in formula.symbols]
    if not names:
        raise SymgdError("the formula has no inputs")
    return names[0] if len(names) == 1 else names


def integer(text: str | int) -> int:
    """Read an integer of an option, in the digits of ASCII: Python reads ``1_0`` and digits of other scripts, too."""
    return int(_plain_number(text, int, "an integer"))


def number(text: str | float) -> float:
    """Read a number of an option; nan and infinities are left to who asks for it."""
    return float(_plain_number(text, float, "a number"))


def _plain_number(text: str | float, kind: type[int | float], word: str) -> float:
    if not isinstance(text, str):  # a default
        return text
    try:
        if not text.isascii() or "_" in text or len(text) > 400:
            raise ValueError
        return kind(text)
    except ValueError:
        raise click.BadParameter(f"{shown(text)} is not {word}") from None


def check_names(formula: symgd.Node, names: Sequence[str]) -> None:
    """Refuse variables that are not in a formula: on the command line nothing else could declare them.

    Raises
    ------
    SymgdError
    """
    known = [symbol.name for symbol in formula.symbols]
    for name in names:
        if name.removeprefix("log ").partition("[")[0] not in known:
            raise SymgdError(f"{shown(name)} is not in the formula", hint=f"its inputs are {', '.join(known[:12]) or 'none'}")


_VARIABLES = re.compile(r"(?:\blog\s+)?[^\s,\[]+(?:\[[^\]]*\])?")


def read_names(text: str) -> str | list[str]:
    """Read one variable, or several separated by commas: names, entries as A[0, 1], and logarithms as log l."""
    names = [re.sub(r"^log\s+", "log ", name) for name in _VARIABLES.findall(text)]
    if not names:
        raise SymgdError("no variable is named", hint="--wrt w")
    return names[0] if len(names) == 1 else names


def _end(text: str, name: str, unbounded: tuple[str, ...]) -> Fraction | None:
    """Read an end of a range; None where the range has no end on that side."""
    return None if text in unbounded else read_exact(text, f"an end of the range of {shown(name)}")
