"""The source of run-time functions, as it stands in compiled code.

What is copied is the text of a real function: its annotations are left out, because the names in them are not imported
there, and the alias of the array library is the backend's own.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

__all__ = ["Helper", "helpers_of", "with_callees"]


@dataclass(frozen=True)
class Helper:
    """A run-time function that compiled code may call.

    Attributes
    ----------
    name : str
    function : callable
        The function itself.
    source : str
        Its text, with the alias of the backend.
    callees : frozenset of str
        The functions that it calls by their bare names.
    uses_library : bool
        Whether it speaks of the array library itself.
    """

    name: str
    function: Callable[..., Any]
    source: str
    callees: frozenset[str]
    uses_library: bool


@functools.lru_cache(maxsize=32)
def helpers_of(module: ModuleType, alias: str, written_for: str = "np") -> dict[str, Helper]:
    """Return the functions that a module defines for compiled code, by name and in its order: those that begin with ``_``.

    Parameters
    ----------
    module : module
    alias : str
        What the backend calls the array library.
    written_for : str
        What the module calls it.
    """
    functions = [
        value
        for name, value in vars(module).items()
        if name.startswith("_") and inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    return {function.__name__: _helper(function, alias, written_for) for function in functions}


def _helper(function: Callable[..., Any], alias: str, written_for: str) -> Helper:
    text = inspect.getsource(function)
    (tree,) = ast.parse(text).body
    assert isinstance(tree, ast.FunctionDef)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    cuts = _annotations(tree, text)
    cuts += [(_place(text, node), _end(text, node), alias) for node in names if node.id == written_for != alias]
    callees = frozenset(
        node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    uses_library = any(node.id == written_for for node in names)
    return Helper(function.__name__, function, _replaced(text, cuts), callees, uses_library)


def _annotations(tree: ast.FunctionDef, text: str) -> list[tuple[int, int, str]]:
    """Return where the annotations of a function stand, with what stands there instead."""
    arguments = [*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs]
    arguments += [one for one in (tree.args.vararg, tree.args.kwarg) if one is not None]
    defaults = {
        id(argument)
        for argument, _ in zip(reversed([*tree.args.posonlyargs, *tree.args.args]), tree.args.defaults, strict=False)
    } | {id(one) for one, default in zip(tree.args.kwonlyargs, tree.args.kw_defaults, strict=True) if default is not None}
    cuts = []
    for argument in arguments:
        if argument.annotation is not None:
            start, end = _place(text, argument) + len(argument.arg), _end(text, argument)
            has_default = id(argument) in defaults  # ``axis: Any = None`` is ``axis=None`` without its annotation
            cuts.append((start, end + len(" = ") if has_default else end, "=" if has_default else ""))
    if tree.returns is not None:
        end = _end(text, tree.returns)
        cuts.append((text.rindex(" ->", 0, _place(text, tree.returns)), end, ""))
    return cuts


def _place(text: str, node: Any) -> int:
    """Return the position at which a node begins; the columns of the parser count bytes."""
    return _position(text, node.lineno, node.col_offset)


def _end(text: str, node: Any) -> int:
    return _position(text, node.end_lineno, node.end_col_offset)


def _position(text: str, line: int, column: int) -> int:
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def _replaced(text: str, cuts: Iterable[tuple[int, int, str]]) -> str:
    for start, end, instead in sorted(cuts, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def with_callees(used: Iterable[str], known: dict[str, Helper]) -> list[Helper]:
    """Return the functions of some names, and those that they call, in the order of their module."""
    found: set[str] = set()
    waiting = list(used)
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += known[name].callees
    return [helper for name, helper in known.items() if name in found]
