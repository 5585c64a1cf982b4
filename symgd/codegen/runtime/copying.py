"""The source of run-time functions, as it stands in compiled code.

What is copied is the text of a real function: its annotations are left out, because the names in them are not imported
there, and the alias of the array library is the backend's own.
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
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
        Whether it refers to the array library itself.
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
    text = inspect.getsource(module)
    lines = text.splitlines(keepends=True)
    helpers = {}
    for tree in ast.parse(text).body:
        if isinstance(tree, ast.FunctionDef) and tree.name.startswith("_"):
            source = "".join(lines[tree.lineno - 1 : tree.end_lineno])
            helpers[tree.name] = _helper(getattr(module, tree.name), tree, source, alias, written_for)
    return helpers


def _helper(function: Callable[..., Any], tree: ast.FunctionDef, text: str, alias: str, written_for: str) -> Helper:
    ast.increment_lineno(tree, 1 - tree.lineno)
    lines = _Lines(text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    cuts = _annotations(tree, lines)
    cuts += [(lines.start(node), lines.end(node), alias) for node in names if node.id == written_for != alias]
    callees = frozenset(
        node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    uses_library = any(node.id == written_for for node in names)
    return Helper(tree.name, function, _replaced(text, cuts), callees, uses_library)


class _Lines:
    """A text with the positions of its lines; the columns of the parser count bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self.starts = list(itertools.accumulate(map(len, self.lines), initial=0))

    def start(self, node: Any) -> int:
        """Return where a node begins."""
        return self._position(node.lineno, node.col_offset)

    def end(self, node: Any) -> int:
        """Return where a node ends."""
        return self._position(node.end_lineno, node.end_col_offset)

    def _position(self, line: int, column: int) -> int:
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())


def _annotations(tree: ast.FunctionDef, lines: _Lines) -> list[tuple[int, int, str]]:
    """Return where the annotations of a function stand, with what stands there instead."""
    arguments = [*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs]
    arguments += [argument for argument in (tree.args.vararg, tree.args.kwarg) if argument is not None]
    defaults = {
        id(argument)
        for argument, _ in zip(reversed([*tree.args.posonlyargs, *tree.args.args]), tree.args.defaults, strict=False)
    } | {
        id(argument)
        for argument, default in zip(tree.args.kwonlyargs, tree.args.kw_defaults, strict=True)
        if default is not None
    }
    cuts = []
    for argument in arguments:
        if argument.annotation is not None:
            start, end = lines.start(argument) + len(argument.arg), lines.end(argument)
            has_default = id(argument) in defaults  # ``axis: Any = None`` is ``axis=None`` without its annotation
            cuts.append((start, end + len(" = ") if has_default else end, "=" if has_default else ""))
    if tree.returns is not None:
        cuts.append((lines.text.rindex(" ->", 0, lines.start(tree.returns)), lines.end(tree.returns), ""))
    return cuts


def _replaced(text: str, cuts: Iterable[tuple[int, int, str]]) -> str:
    for start, end, instead in sorted(cuts, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def with_callees(used: Iterable[str], known: dict[str, Helper]) -> list[Helper]:
    """Return the functions of some names, and those that they call, in the order of their module."""
    names: set[str] = set()
    waiting = list(used)
    while waiting:
        name = waiting.pop()
        if name in known and name not in names:
            names.add(name)
            waiting += known[name].callees
    return [helper for name, helper in known.items() if name in names]
