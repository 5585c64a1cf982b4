"""Pieces of array code as functions declare them, with places for arguments: ``{x} * expit({x})``.

A declaration is read once, by Python's own parser: where the arguments stand and whether they need brackets there, which
functions it calls by their bare names, whether it asks for the common type, and how tightly the whole binds. What is filled
in is not looked at.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from symgd.errors import SymgdError, shown
from symgd.graph.text_printer import ATOM, PRODUCT, Written

__all__ = ["LETTERS", "Template", "Words", "operand_name", "read_template"]

LETTERS = "xyzw"
"""What the places of the first arguments are called in a declaration."""

_LOOSE = PRODUCT - 15
_ROOTS = frozenset({"numpy", "scipy", "math", "cupy", "cupyx"})
"""Packages whose names stand in full in what SymPy's printers write."""


class Operand(NamedTuple):
    """The place of an argument; between commas and brackets it needs no brackets of its own."""

    position: int
    stands_alone: bool


class Function(NamedTuple):
    """The beginning of a call of a function by its bare name, with the bracket."""

    name: str


class Qualified(NamedTuple):
    """A name with its package in front, as SymPy's printers write it."""

    name: str


class Word(NamedTuple):
    """A name that stands for something of the call: the common type, or an imported module."""

    name: str


Piece = str | Operand | Function | Qualified | Word


class Words(Protocol):
    """Translates the names in a template to those of a library, and keeps a record of them."""

    def call(self, name: str) -> str:
        """Return the beginning of a call of a function, up to its first argument."""

    def qualified(self, name: str) -> str:
        """Return the text of a name with its package in front."""

    def word(self, name: str) -> str:
        """Return the text of another name."""

    def argument(self, piece: Written) -> str:
        """Return the text of what a function is called with."""

    def group(self, piece: Written, binds: int) -> str:
        """Return a text, in brackets where it binds less than `binds`."""


@dataclass(frozen=True)
class Template:
    """A piece of code in parts, and how tightly it binds."""

    pieces: tuple[Piece, ...]
    binds: int

    def filled(self, operands: list[Written], words: Words) -> Written:
        """Return the code with arguments in their places."""
        return Written("".join([_text(piece, operands, words) for piece in self.pieces]), self.binds)


def _text(piece: Piece, operands: list[Written], words: Words) -> str:
    match piece:
        case str():
            return piece
        case Operand(position, stands_alone):
            operand = operands[position]
            return words.argument(operand) if stands_alone else words.group(operand, ATOM)
        case Function(name):
            return words.call(name)
        case Qualified(name):
            return words.qualified(name)
    return words.word(piece.name)


def operand_name(position: int) -> str:
    """Return a name that stands for an argument until the code is filled; no identifier in compiled code begins with ``_``."""
    return f"_argument_{position}"


@functools.lru_cache(maxsize=2048)
def read_template(text: str) -> Template:
    """Read a piece of code, in which arguments are ``{x}``, ``{y}``, … or :func:`operand_name`.

    Raises
    ------
    SymgdError
        For what is no expression of Python.
    """
    for position, letter in enumerate(LETTERS):
        text = text.replace(f"{{{letter}}}", operand_name(position))
    try:
        root = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise SymgdError(f"the code {shown(text)} is no expression of Python") from None
    marks = sorted(_marks(root, text), key=lambda mark: mark[0])
    pieces: list[Piece] = []
    previous_end = 0
    for start, end, piece in marks:
        if text[previous_end:start]:
            pieces.append(text[previous_end:start])
        pieces.append(piece)
        previous_end = end
    if text[previous_end:]:
        pieces.append(text[previous_end:])
    is_closed = isinstance(root, ast.Call | ast.Subscript | ast.Attribute | ast.Name) or root.col_offset > 0
    return Template(tuple(pieces), ATOM if is_closed else _LOOSE)


def _marks(root: ast.expr, text: str) -> list[tuple[int, int, Piece]]:
    """Return the places of arguments and names in a text."""
    data = text.encode()
    alone = _standing_alone(root)
    called = {id(node.func) for node in ast.walk(root) if isinstance(node, ast.Call)}
    marks: list[tuple[int, int, Piece]] = []
    nested: set[int] = set()
    for node in ast.walk(root):  # what is outside comes first
        if not isinstance(node, ast.Name | ast.Attribute) or id(node) in nested:
            continue
        start, end = (len(data[:offset].decode()) for offset in (node.col_offset, node.end_col_offset or 0))
        if isinstance(node, ast.Attribute):
            name = text[start:end]
            if name.partition(".")[0] in _ROOTS and name.replace(".", "").isidentifier():
                marks.append((start, end, Qualified(name)))
                nested.update(map(id, ast.walk(node)))
        elif node.id.startswith("_argument_"):
            in_brackets = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
            marks.append((start, end, Operand(int(node.id.removeprefix("_argument_")), id(node) in alone or in_brackets)))
        elif id(node) in called:
            marks.append((start, text.index("(", end) + 1, Function(node.id)))
        else:
            marks.append((start, end, Word(node.id)))
    return marks


def _standing_alone(root: ast.expr) -> set[int]:
    """Return the nodes that commas and brackets keep apart: arguments of calls, entries of lists, indices."""
    alone: set[int] = set()
    for node in ast.walk(root):
        if isinstance(node, ast.Call):
            alone.update(map(id, [*node.args, *(argument.value for argument in node.keywords)]))
        elif isinstance(node, ast.Tuple | ast.List):
            alone.update(map(id, node.elts))
        elif isinstance(node, ast.Subscript):
            alone.add(id(node.slice))
    return alone
