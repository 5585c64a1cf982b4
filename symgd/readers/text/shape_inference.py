"""Shapes of names that are not declared: unification, with an error where two readings remain.

A formula is first read with scalars for all such names. Where that cannot be, ranks 0, 1 and 2 are tried for them, with a new
size for every axis; where two sizes would have to agree, a new size takes the place of the other and the formula is read again.
Names stay scalars wherever they can. Of operands of different rank no size is inferred: ``(m, k) - (m,)`` does not make k = m.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from symgd.errors import ShapeError, SymgdError
from symgd.graph.node import Node
from symgd.graph.shape import Dim, Shape, Size, show_shape
from symgd.readers.text.functions import is_function
from symgd.readers.text.tokens import Token

__all__ = ["infer", "unified"]

MAX_NAMES = 5
MAX_TOKENS = 600
_LETTERS = "nmkpqrstuvw"

Reading = dict[str, Shape]
Read = Callable[[Mapping[str, Shape]], Node]


def infer(text: str, tokens: Sequence[Token], read: Read, known: Collection[str]) -> Node:
    """Read a formula, with shapes inferred for names that are not declared.

    Parameters
    ----------
    text : str
    tokens : sequence of Token
    read : callable
        ``read(shapes) -> (formula, …)``, with shapes for names that are not declared.
    known : collection of str
        Names that are declared, sizes, or constants.

    Raises
    ------
    ShapeError
        Where no shapes fit (the error of the reading with scalars), or where two readings remain (naming both).
    """
    try:
        return read({})
    except ShapeError as error:
        first = error
    names = _undeclared(tokens, known)
    if not names or len(names) > MAX_NAMES or len(tokens) > MAX_TOKENS:
        raise first
    used_names = {*known, *(token.text for token in tokens)}
    readings: list[tuple[Reading, Node]] = []
    for ranks in sorted(itertools.product(range(3), repeat=len(names)), key=lambda ranks: (sum(r > 0 for r in ranks), ranks)):
        tensors = {name for name, rank in zip(names, ranks, strict=True) if rank}
        if any({name for name, shape in reading.items() if shape} < tensors for reading, _ in readings) or not tensors:
            continue
        reading = unified(dict(zip(names, ranks, strict=True)), used_names, read)
        if reading is not None:
            readings.append(reading)
    if not readings:
        raise first
    if len(readings) > 1:
        raise _ambiguous(text, tokens, readings)
    return readings[0][1]


def _undeclared(tokens: Sequence[Token], known: Collection[str]) -> list[str]:
    """Return the names that stand for inputs and are not declared; none where the formula has definitions of its own."""
    names: dict[str, None] = {}
    for token, following in itertools.pairwise(tokens):
        if token.kind == "name" and token.text == "where" and following.text != "(":
            return []
        if (
            token.kind == "name"
            and following.text not in ("(", "=")
            and token.text not in known
            and not is_function(token.text)
        ):
            names[token.text] = None
    return list(names)


def unified(
    ranks: Mapping[str, int], used_names: set[str], read: Read, are_square: bool = False
) -> tuple[Reading, Node] | None:
    """Read with new sizes, and let sizes that must agree agree; None where it cannot be.

    Parameters
    ----------
    ranks : mapping of str to int
        Of the names that are not declared.
    used_names : set of str
        Which no new size is called.
    read : callable
        ``read(shapes) -> formula``.
    are_square : bool
        Whether both axes of each matrix have one size from the beginning.

    Returns
    -------
    (dict, Node), or None
        Their shapes, and the formula.
    """
    fresh = (Dim.named(name) for name in _fresh_names(used_names))
    reading: Reading = {
        name: (next(fresh),) * 2 if are_square and rank == 2 else tuple(next(fresh) for _ in range(rank))
        for name, rank in ranks.items()
    }
    new_sizes = {size for shape in reading.values() for size in shape}
    for _ in range(2 * sum(ranks.values()) + 1):
        try:
            return reading, read(reading)
        except ShapeError as error:
            if error.clash is None:
                return None
            left, right = error.clash
            old, new = (left, right) if left in new_sizes else (right, left)
            if old not in new_sizes or old == new:
                return None
            new_sizes.discard(old)
            reading = {name: tuple(_replaced(size, old, new) for size in shape) for name, shape in reading.items()}
        except SymgdError:
            return None
    return None


def _replaced(size: Size, old: object, new: object) -> Size:
    return new if size == old and isinstance(new, int | Dim) else size


def _fresh_names(used_names: set[str]) -> Iterator[str]:
    for letter in _LETTERS:
        if letter not in used_names:
            yield letter
    for k in itertools.count(1):
        yield f"n_{k}"


def _proposal(reading: Reading) -> str:
    """Return the declaration of all shapes of a reading that are not those of scalars."""
    shapes = {name: " ".join(str(size).replace(" ", "") for size in shape) for name, shape in reading.items() if shape}
    return ", ".join(f'"{name}": "{shape}"' for name, shape in shapes.items())


def _ambiguous(text: str, tokens: Sequence[Token], readings: Sequence[tuple[Reading, Node]]) -> ShapeError:
    """Name two readings, and the first name in which they differ."""
    (first, _), (second, _) = readings[:2]
    name = next(name for name in first if first[name] != second[name])
    position = next(token.position for token in tokens if token.text == name)
    options = " or ".join(
        ", ".join(f"{key}: {show_shape(shape)}" for key, shape in reading.items() if shape) for reading in (first, second)
    )
    return ShapeError(
        f"the shape of {name} is left open: {options}",
        formula=text,
        position=position,
        hint=f"declare what is meant, such as shapes={{{_proposal(first)}}}",
    )
