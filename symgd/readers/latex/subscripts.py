r"""Entries and rows: x_i, A_{ij}, x_{i+1}, A_{:,2}, and rows x_i of a matrix X.

An index that runs becomes an axis of its letter, a number picks an entry, a colon keeps the axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from symgd.errors import AmbiguityError, ParseError, ShapeError
from symgd.graph.shape import Size
from symgd.primitives.index_items import FULL, Item
from symgd.primitives.indexing import index
from symgd.primitives.labelled import Labelled
from symgd.readers.latex.missing_shapes import missing_shapes, proposal
from symgd.readers.latex.scope import Run, Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.values import Axis, Kind, Value

__all__ = ["Place", "is_row_name", "numbered_name", "pick", "read_places"]

_KINDS: tuple[Kind, ...] = ("scalar", "column", "matrix")


class Place(NamedTuple):
    """Where an axis is looked at: a running index with a shift, a number, or ``":"`` for the whole axis."""

    label: str | None
    shift: int


def read_places(tokens: TokenStream, scope: Scope) -> list[Place]:
    """Read indices: numbers, running letters, letters with a shift."""
    start = tokens.position
    is_group = tokens.skip("{")
    places: list[Place] = []
    while True:
        text = tokens.current
        if text.isdigit():
            if not is_group and len(text) > 1:
                tokens.refuse_two_readings(tokens.position, f"_{text}", f"_{{{text}}}", f"_{{{text[0]}}} {text[1:]}")
            if len(text) > 1 and text[0] == "0":
                tokens.refuse_two_readings(tokens.position, f"_{{{text}}}", f"_{{{text[0]},{text[1:]}}}", f"_{{{int(text)}}}")
            tokens.position += 1
            places.append(Place(None, int(text)))
        elif text == ":" and is_group:
            tokens.position += 1
            places.append(Place(":", 0))
        elif len(text) == 1 and text.isalpha() and (text in scope.running or not places or is_group):
            tokens.position += 1
            if text not in scope.running:
                raise _does_not_run(tokens, scope, text, start)
            places.append(Place(text, _read_shift(tokens) if is_group else 0))
        elif text == "," and is_group:
            tokens.position += 1
        else:
            break
        if not is_group:
            break
    if is_group:
        tokens.expect("}")
    if not places:
        raise tokens.fail("a subscript is expected", "x_i, x_{ij} or x_{i+1}")
    return places


def _does_not_run(tokens: TokenStream, scope: Scope, letter: str, start: int) -> ParseError:
    """Return the error about an index that no sum opens: it may belong to a name, or to a word below it."""
    at = tokens.position - 1
    tokens.position = start
    texts = tokens.group()
    word = "".join(texts)
    if len(texts) > 2 and word.isalpha() and not set(texts) & set(scope.running):
        return tokens.fail(f"the index {letter} does not run", rf"write _{{\text{{{word}}}}} for a word", at=at)
    shapes = missing_shapes(tokens, scope)
    hint = (
        rf"write \sum_{{{letter}=1}}^n in front, or {proposal(shapes)}" if shapes else rf"write \sum_{{{letter}=1}}^n in front"
    )
    return tokens.fail(f"the index {letter} does not run", hint, at=at)


def _read_shift(tokens: TokenStream) -> int:
    if tokens.current not in ("+", "-") or not tokens.following(1)[0].isdigit():
        return 0
    sign = 1 if tokens.next() == "+" else -1
    return sign * int(tokens.next())


def pick(scope: Scope, name: str, places: Sequence[Place]) -> Value:
    """Return the entries of a declared input at given places, as a value in which their indices run.

    Raises
    ------
    ShapeError, AmbiguityError
    """
    node = scope.input(name)
    if len(places) > node.rank:
        raise ShapeError(f"{name} has {node.rank} axes and {len(places)} indices")
    if len(places) < node.rank and places[0].label is None and places[0].shift > 9:
        number = str(places[0].shift)
        raise AmbiguityError(
            f"{name}_{{{number}}}", f"the entry {name}_{{{number[0]},{number[1:]}}}", f"the row {name}_{{{number},:}}"
        )
    items: list[Item] = []
    labels: list[Axis] = []
    for axis, (place, length) in enumerate(zip(places, node.shape, strict=False)):
        items.append(_item(scope, name, place, length))
        if place.label is not None:
            labels.append(axis if place.label == ":" else place.label)
    labels += range(len(places), node.rank)
    items += [FULL] * (node.rank - len(places))
    picked = index.make((node,), (tuple(items),)) if any(item != FULL for item in items) else node
    running = tuple(dict.fromkeys(label for label in labels if isinstance(label, str)))
    axes = [label for label in labels if isinstance(label, int)]
    body = Labelled(picked, tuple(labels)).reordered((*running, *axes)).node
    if len(axes) > 2:
        raise ShapeError(f"{name} needs {node.rank - 2} indices at least")
    return Value(body, _KINDS[len(axes)], running)


def _item(scope: Scope, name: str, place: Place, length: Size) -> Item:
    """Return the part of an axis that is looked at."""
    if place.label == ":":
        return FULL
    if place.label is not None:
        return _stretch(scope, name, place.label, place.shift, length)
    position = place.shift - scope.origin
    if position < 0 or (isinstance(length, int) and position >= length):
        raise ShapeError(f"the index {place.shift} of {name} leaves the axis of size {length}")
    return position


def _stretch(scope: Scope, name: str, label: str, shift: int, length: Size) -> Item:
    """Return the part of an axis an index runs over."""
    run = scope.running[label]
    if run.size is None:
        scope.running[label] = run = Run(0, length)
    first, count = run.first + shift, run.size
    assert count is not None
    if first < 0:
        raise ShapeError(f"the index {label} starts before the axis of {name}")
    last_start = length - count
    if not isinstance(last_start, int) or last_start < first:
        raise ShapeError(f"the index {label} runs over {count} values, and {name} has {length} here")
    return FULL if first == 0 and count == length else (first or None, count + first, None)


def is_row_name(scope: Scope, name: str, places: Sequence[Place]) -> bool:
    """Whether x_i is a row of a matrix X."""
    capital = name.upper()
    return name not in scope.shapes and len(scope.shapes.get(capital, ())) == 2 and len(places) == 1


def numbered_name(scope: Scope, name: str, places: Sequence[Place]) -> str | None:
    """Return the name x_1 or A_1_2 where all indices are numbers; x1 where that is the name of an input."""
    if any(place.label is not None for place in places):
        return None
    numbers = [str(place.shift) for place in places]
    numbered = f"{name}_{'_'.join(numbers)}"
    joined = f"{name}{numbers[0]}"
    return joined if len(numbers) == 1 and scope.is_input(joined) and not scope.is_input(numbered) else numbered
