"""A problem file: formula, shapes, data and descent in one TOML file, validated before anything is computed."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import symgd
from symgd.api.minimization import read_goal
from symgd.arguments import read_number, read_whole_number
from symgd.errors import DataError, SymgdError, shown
from symgd.files import read_text, shown_path
from symgd.tools.data_files import Array, read_array, read_values
from symgd.tools.options import check_names

__all__ = ["Problem", "read_problem"]

_TOP = {"title", "formula", "wrt", "shapes", "facts", "data", "descent", "start"}
_NUMBERS = {
    "learning_rate": "(0, inf)",
    "decay": "[0, inf)",
    "beta": "[0, 1)",
    "beta1": "[0, 1)",
    "beta2": "[0, 1)",
    "epsilon": "(0, inf)",
    "damping": "[0, inf)",
    "gradient_tolerance": "[0, inf)",
    "value_tolerance": "[0, inf)",
}
"""The real numbers of ``[descent]``, and where each lies."""
_WHOLE_NUMBERS = {"batch_size": 1, "epochs": 0, "seed": 0}
"""The whole numbers, and the least of each."""
_DESCENT = {"direction", *_NUMBERS, *_WHOLE_NUMBERS}
_DIRECTIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "gradient descent": (symgd.GradientDescent, ()),
    "momentum": (symgd.Momentum, ("beta",)),
    "adam": (symgd.Adam, ("beta1", "beta2", "epsilon")),
    "newton": (symgd.Newton, ("damping",)),
}
"""The directions, and the numbers that each takes."""

MAX_BYTES = 1_000_000
_DEEPEST = 30
_SEARCHED = ("learning_rate", "backtracking")
_DOTTED = re.compile(r"""\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*(?=\.)""")
"""A part of a key between two dots."""
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Problem:
    """What a problem file says.

    Attributes
    ----------
    title : str
    formula : Node
    wrt : str or list of str
    data : dict of str to array
    start : array, dict or None
    options : dict
        What :func:`symgd.minimize` takes.
    path : Path
    """

    title: str
    formula: symgd.Node
    wrt: str | list[str]
    data: dict[str, Array]
    start: Array | dict[str, Array] | None
    options: dict[str, Any]
    path: Path


def read_problem(path: Path) -> Problem:
    """Read a problem file and its data.

    Raises
    ------
    DataError
        Naming file, table and key; ParseError for the formula.
    """
    name = shown_path(path.name, 60)
    table = _read_toml(path)
    _only(table, _TOP, name)
    for key in ("shapes", "facts", "data", "descent"):
        if not isinstance(table.get(key, {}), dict):
            raise DataError(f"{name}: [{key}] is a table, not {shown(table[key])}")
    text = table.get("formula")
    if not isinstance(text, str):
        raise DataError(f"{name}: a formula is missing", hint='formula = "mean((X @ w - y)**2)"')
    wrt = table.get("wrt")
    if not isinstance(wrt, str | list) or not wrt or not all(isinstance(one, str) for one in wrt):
        raise DataError(f"{name}: wrt names the variables", hint='wrt = "w", or wrt = ["w", "b"]')
    title = table.get("title", path.stem[:_LONGEST_TITLE])
    if not isinstance(title, str) or len(title) > _LONGEST_TITLE:
        raise DataError(f"{name}: title is a text of at most {_LONGEST_TITLE} characters, not {shown(title)}")
    formula = symgd.formula(text, shapes=table.get("shapes"), facts=table.get("facts"))
    start = _start(table["start"], name) if "start" in table else None
    options = _descent(table.get("descent", {}), name, has_start=start is not None)
    data = {key: read_array(source, path.parent, key) for key, source in table.get("data", {}).items()}
    check_names(formula, [wrt] if isinstance(wrt, str) else wrt)
    try:
        read_goal(formula, wrt, data, start)
    except SymgdError as error:
        error.cause = f"{name}: {error.cause}"
        raise
    return Problem(title, formula, wrt, data, start, options, path)


def _read_toml(path: Path) -> dict[str, Any]:
    text = read_text(path, MAX_BYTES)
    name = shown_path(path.name, 60)
    if _most_dots(text) > _DEEPEST:  # the time and the memory that tomllib takes grow with their square
        raise DataError(f"{name} is not a problem: a key has more than {_DEEPEST} dots", hint="formula, wrt, shapes.x are keys")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{name} is not TOML: {shown_path(error, 200)}") from None
    except RecursionError:
        raise DataError(f"{name} is not a problem: its lists or tables are nested too deeply") from None
    except ValueError:  # Python's own limit for integers
        raise DataError(f"{name} holds an integer of more than 4300 digits", hint="write it as a float") from None


def _most_dots(text: str) -> int:
    """Return about how many dots the longest dotted key has."""
    most = run = end = 0
    for part in _DOTTED.finditer(text):
        run = run + 1 if part.start() == end else 2
        most, end = max(most, run), part.end()
    return most


def _only(table: Mapping[str, object], known: set[str], place: str) -> None:
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key[:40], known, 1)
            raise DataError(
                f"{place}: there is no key {shown(key)}",
                hint=f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}",
            )


def _start(given: object, place: str) -> Array | dict[str, Array]:
    """Read the first values: of the only variable, or of each by its name."""
    if not isinstance(given, dict):
        return read_values(given, f"{place}: start")
    return {name: read_values(one, f"{place}, [start] {shown_path(name, 40)}") for name, one in given.items()}


def _descent(table: Mapping[str, object], file: str, *, has_start: bool) -> dict[str, Any]:
    """Read the options of the descent; one that would do nothing is refused."""
    place = f"{file}, [descent]"
    _only(table, _DESCENT, place)
    numbers = {key: _read_number(table, key, place) for key in _NUMBERS if key in table and (key, table[key]) != _SEARCHED}
    whole = {key: _read_whole_number(table, key, place) for key in _WHOLE_NUMBERS if key in table}
    named = table.get("direction", "gradient descent")
    name = named.lower() if isinstance(named, str) else named
    if not isinstance(name, str) or name not in _DIRECTIONS:
        raise DataError(f"{place}: there is no direction {shown(named)}", hint=f"known: {', '.join(_DIRECTIONS)}")
    make, own = _DIRECTIONS[name]
    others = {key for _, keys in _DIRECTIONS.values() for key in keys} - set(own)
    for key in sorted(others & numbers.keys()):
        raise DataError(f"{place}: {name} does not take {key}", hint=f"leave it out, or choose {_taker_of(key)}")
    if table.get("learning_rate", "backtracking") == "backtracking":
        if "decay" in numbers:
            raise DataError(f"{place}: decay does not apply to backtracking", hint="give a learning_rate, or leave it out")
        step_size: symgd.Backtracking | symgd.LearningRate = symgd.Backtracking()
    else:
        step_size = symgd.LearningRate(numbers["learning_rate"], numbers.get("decay", 0.0))
    if "seed" in whole and has_start and "batch_size" not in whole:
        raise DataError(
            f"{place}: seed does not apply: start is given, and without batch_size nothing is shuffled", hint="leave it out"
        )
    tolerances: dict[str, float] = {key: numbers[key] for key in ("gradient_tolerance", "value_tolerance") if key in numbers}
    direction = make(**{key: numbers[key] for key in own if key in numbers})
    return {"direction": direction, "step_size": step_size, **whole, **tolerances}


def _taker_of(key: str) -> str:
    return next(f'direction = "{name}"' for name, (_, keys) in _DIRECTIONS.items() if key in keys)


def _read_number(table: Mapping[str, object], key: str, place: str) -> float:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        other = ' or "backtracking"' if key == "learning_rate" else ""
        raise DataError(f"{place}: {key} is a number{other}, not {shown(value)}")
    try:
        return read_number(value, "a learning rate" if key == "learning_rate" else key, _NUMBERS[key])
    except SymgdError as error:
        raise DataError(f"{place}: {error.cause}") from None


def _read_whole_number(table: Mapping[str, object], key: str, place: str) -> int:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise DataError(f"{place}: {key} is an integer, not {shown(value)}")
    try:
        return read_whole_number(value, "a seed" if key == "seed" else key, _WHOLE_NUMBERS[key], 10**9)
    except SymgdError as error:
        raise DataError(f"{place}: {error.cause}") from None
