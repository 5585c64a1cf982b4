"""A problem file: formula, shapes, data and descent in one TOML file, validated before anything is computed."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import symgd
from symgd.errors import DataError
from symgd.tools.data_files import read_array

__all__ = ["Problem", "read_problem"]

_TOP = {"title", "formula", "wrt", "shapes", "facts", "data", "descent", "start"}
_DESCENT = {
    "direction",
    "learning_rate",
    "decay",
    "beta",
    "beta1",
    "beta2",
    "epsilon",
    "batch_size",
    "epochs",
    "seed",
    "gradient_tolerance",
    "value_tolerance",
}
_DIRECTIONS = {
    "gradient descent": symgd.GradientDescent,
    "momentum": symgd.Momentum,
    "adam": symgd.Adam,
    "newton": symgd.Newton,
}


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
    formula: Any
    wrt: Any
    data: dict[str, Any]
    start: Any
    options: dict[str, Any]
    path: Path


def read_problem(path: Path) -> Problem:
    """Read a problem file and its data.

    Raises
    ------
    DataError
        Naming file, table and key; ParseError for the formula.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path.name} is not TOML: {error}") from None
    _only(table, _TOP, path.name)
    for key, kind in (("shapes", dict), ("facts", dict), ("data", dict), ("descent", dict)):
        if not isinstance(table.get(key, {}), kind):
            raise DataError(f"{path.name}: [{key}] is a table")
    text = table.get("formula")
    if not isinstance(text, str):
        raise DataError(f"{path.name}: a formula is missing", hint='formula = "mean((X @ w - y)**2)"')
    wrt = table.get("wrt")
    if not isinstance(wrt, str | list) or not wrt or not all(isinstance(name, str) for name in wrt):
        raise DataError(f"{path.name}: wrt names the variables", hint='wrt = "w", or wrt = ["w", "b"]')
    formula = symgd.formula(text, shapes=table.get("shapes"), facts=table.get("facts"))
    data = {name: read_array(source, path.parent, name) for name, source in table.get("data", {}).items()}
    title = table.get("title", path.stem)
    return Problem(str(title), formula, wrt, data, table.get("start"), _descent(table.get("descent", {}), path.name), path)


def _only(table: Mapping[str, Any], known: set[str], place: str) -> None:
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            raise DataError(
                f"{place}: there is no key {key[:40]!r}",
                hint=f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}",
            )


def _descent(table: Mapping[str, Any], place: str) -> dict[str, Any]:
    _only(table, _DESCENT, f"{place}, [descent]")
    options: dict[str, Any] = {}
    for key, kind in (
        ("epochs", int),
        ("batch_size", int),
        ("seed", int),
        ("gradient_tolerance", float),
        ("value_tolerance", float),
    ):
        if key in table:
            options[key] = _read_number(table, key, kind, place)
    name = str(table.get("direction", "gradient descent")).lower()
    if name not in _DIRECTIONS:
        raise DataError(f"{place}, [descent]: there is no direction {name[:40]!r}", hint=f"known: {', '.join(_DIRECTIONS)}")
    own = {
        key: _read_number(table, key, float, place) for key in ("beta", "beta1", "beta2", "epsilon", "damping") if key in table
    }
    try:
        options["direction"] = _DIRECTIONS[name](**own)
    except TypeError:
        raise DataError(f"{place}, [descent]: {name} does not take {', '.join(own)}") from None
    rate = table.get("learning_rate", "backtracking")
    if rate == "backtracking":
        options["step_size"] = symgd.Backtracking()
    else:
        decay = _read_number(table, "decay", float, place) if "decay" in table else 0.0
        options["step_size"] = symgd.LearningRate(_read_number(table, "learning_rate", float, place), decay)
    return options


def _read_number(table: Mapping[str, Any], key: str, kind: type, place: str) -> Any:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or (kind is int and not isinstance(value, int)):
        word = "an integer" if kind is int else "a number"
        raise DataError(f"{place}, [descent]: {key} is {word}, not {value!r}")
    return kind(value)
