"""A problem file: formula, shapes, data and descent in one TOML file, validated before anything is computed."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import symgd
from symgd.api.goals import read_goal
from symgd.arguments import proposing_shapes, read_number, read_whole_number
from symgd.descent.method import RESERVED_KEYS, Kind, methods
from symgd.descent.step_size import SAFE
from symgd.errors import DataError, SymgdError, shown
from symgd.files import read_text, shown_path
from symgd.tools.data_files import Array, read_array, read_values
from symgd.tools.options import check_names

__all__ = ["Problem", "read_problem"]

_TOP = {"title", "formula", "wrt", "shapes", "facts", "data", "descent", "start"}
_TOLERANCES = ("gradient_tolerance", "value_tolerance")
_WHOLE_NUMBERS = {"batch_size": 1, "epochs": 0, "seed": 0}
"""The whole numbers of ``[descent]``, and the least of each."""

MAX_BYTES = 1_000_000
_DEEPEST = 30
_SEARCHED = "backtracking"
"""What ``learning_rate`` may be beside a number."""
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


def read_problem(path: Path, descent: Mapping[str, Any] | None = None) -> Problem:
    """Read a problem file and its data.

    Parameters
    ----------
    path : Path
    descent : mapping, optional
        What is to stand in ``[descent]`` instead of what the file says.

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
    if not isinstance(wrt, str | list) or not wrt or not all(isinstance(variable, str) for variable in wrt):
        raise DataError(f"{name}: wrt names the variables", hint='wrt = "w", or wrt = ["w", "b"]')
    title = table.get("title", path.stem[:_LONGEST_TITLE])
    if not isinstance(title, str) or len(title) > _LONGEST_TITLE:
        raise DataError(f"{name}: title is a text of at most {_LONGEST_TITLE} characters, not {shown(title)}")
    with proposing_shapes(lambda missing: _written_shapes({**table.get("shapes", {}), **missing})):
        formula = symgd.formula(text, shapes=table.get("shapes"), facts=table.get("facts"))
    start = _start(table["start"], name) if "start" in table else None
    options = _descent(_changed(table.get("descent", {}), descent or {}), name, has_start=start is not None)
    data = {key: read_array(source, path.parent, key) for key, source in table.get("data", {}).items()}
    check_names(formula, [wrt] if isinstance(wrt, str) else wrt)
    try:
        read_goal(formula, wrt, data, start)
    except SymgdError as error:
        error.cause = f"{name}: {error.cause}"
        raise
    return Problem(title, formula, wrt, data, start, options, path)


def _written_shapes(shapes: dict[str, object]) -> str:
    """Return shapes as they stand in a problem file."""
    return f"shapes = {{{', '.join(f'{name} = {json.dumps(shape)}' for name, shape in shapes.items())}}}"


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


def _start(values: object, place: str) -> Array | dict[str, Array]:
    """Read the first values: of the only variable, or of each by its name."""
    if not isinstance(values, dict):
        return read_values(values, f"{place}: start")
    return {name: read_values(value, f"{place}, [start] {shown_path(name, 40)}") for name, value in values.items()}


def _changed(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with other entries; parameters of a method that is changed by name go with it."""
    dropped: set[str] = set()
    if "direction" in changes:
        dropped |= _keys(Kind.DIRECTION)
    if "step_size" in changes or "learning_rate" in changes:
        dropped |= {"step_size"} | _keys(Kind.STEP_SIZE)
    return {**{key: value for key, value in table.items() if key not in dropped}, **changes}


def _keys(kind: Kind) -> set[str]:
    return {parameter.key for method in methods(kind).values() for parameter in method.parameters}


def _descent(table: Mapping[str, Any], file: str, *, has_start: bool) -> dict[str, Any]:
    """Read the options of the descent; one that would do nothing is refused."""
    place = f"{file}, [descent]"
    _only(table, {*RESERVED_KEYS, *_keys(Kind.DIRECTION), *_keys(Kind.STEP_SIZE)}, place)
    tolerances = {key: _read_tolerance(table, key, place) for key in _TOLERANCES if key in table}
    whole_numbers = {key: _read_whole_number(table, key, place) for key in _WHOLE_NUMBERS if key in table}
    direction = _read_method(table, table.get("direction", "gradient descent"), Kind.DIRECTION, place)
    step_size = _read_step_size(table, place)
    if "seed" in whole_numbers and has_start and "batch_size" not in whole_numbers:
        raise DataError(
            f"{place}: seed does not apply: start is given, and without batch_size nothing is shuffled", hint="leave it out"
        )
    return {"direction": direction, "step_size": step_size, **whole_numbers, **tolerances}


def _read_step_size(table: Mapping[str, Any], place: str) -> Any:
    """Read the step size: a number, ``"safe"``, or a registered one; without any, what a learning rate says."""
    chosen, learning_rate = table.get("step_size"), table.get("learning_rate")
    if chosen is not None and learning_rate == _SEARCHED:
        raise DataError(f'{place}: learning_rate is a number beside step_size, not "{_SEARCHED}"', hint="leave one of them out")
    is_number = isinstance(chosen, int | float) and not isinstance(chosen, bool)
    if is_number and learning_rate is not None:
        raise DataError(f"{place}: step_size and learning_rate are both numbers", hint="leave one of them out")
    if isinstance(chosen, str) and chosen.lower() == SAFE:
        beside = [key for key in sorted(_keys(Kind.STEP_SIZE)) if key in table]
        if beside:
            raise DataError(f"{place}: {beside[0]} does not apply to {SAFE}", hint="leave it out")
        return SAFE
    if chosen is None:
        chosen = _SEARCHED if learning_rate in (None, _SEARCHED) else "learning rate"
    if is_number:
        chosen, table = "learning rate", {**table, "learning_rate": chosen}
    return _read_method(table, chosen, Kind.STEP_SIZE, place)


def _read_method(table: Mapping[str, Any], named: Any, kind: Kind, place: str) -> Any:
    """Make the direction or the step size that is named, of the numbers that stand beside it."""
    known = methods(kind)
    method = known.get(named.lower()) if isinstance(named, str) else None
    if method is None:
        names = [*known, SAFE] if kind is Kind.STEP_SIZE else list(known)
        raise DataError(f"{place}: there is no {kind} {shown(named)}", hint=f"known: {', '.join(names)}")
    keys = {parameter.key for parameter in method.parameters}
    for key in sorted(_keys(kind) - keys):
        if key in table:
            refused = f"{method.key} does not take {key}" if kind is Kind.DIRECTION else f"{key} does not apply to {method.key}"
            raise DataError(f"{place}: {refused}", hint=f"leave it out, or choose {_taker_of(key, kind)}")
    arguments = {
        parameter.name: _read_float(table, parameter.key, place)
        for parameter in method.parameters
        if parameter.key in table and (parameter.key, table[parameter.key]) != ("learning_rate", _SEARCHED)
    }
    missing = [
        parameter.key for parameter in method.parameters if parameter.default is None and parameter.name not in arguments
    ]
    if missing:
        raise DataError(f"{place}: {missing[0]} is missing", hint=f"it is a number of {method.key}")
    try:
        return method.make(**arguments)
    except SymgdError as error:
        raise DataError(f"{place}: {error.cause}", hint=error.hint) from None


def _taker_of(key: str, kind: Kind) -> str:
    takers = (name for name, method in methods(kind).items() if key in {parameter.key for parameter in method.parameters})
    return f'{"direction" if kind is Kind.DIRECTION else "step_size"} = "{next(takers)}"'


def _read_float(table: Mapping[str, Any], key: str, place: str) -> float:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        other = f' or "{_SEARCHED}"' if key == "learning_rate" else ""
        raise DataError(f"{place}: {key} is a number{other}, not {shown(value)}")
    return value


def _read_tolerance(table: Mapping[str, Any], key: str, place: str) -> float:
    try:
        return read_number(_read_float(table, key, place), key, "[0, inf)")
    except DataError:
        raise
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
