r"""The shapes that a formula with indices needs and that are not declared: x_i has the size that i runs to.

\sum_{i=1}^n (x_i^\top w - y_i)^2  →  {"x": "n d", "w": "d", "y": "n"}

An index that no sum opens belongs to the name: (y_i - x_i^\top w)^2  →  {"y_i": "", "x_i": "n", "w": "n"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from symgd.errors import SymgdError
from symgd.graph.shape import Dim, Size
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream
from symgd.readers.latex.tokens import TRANSPOSITIONS

__all__ = ["missing_shapes", "proposal"]

_BIG = r"\\(?:sum|prod|max|min)\s*(?:\\limits)?\s*_\s*"
_BOUND = re.compile(_BIG + r"\{\s*([A-Za-z](?:\s*,\s*[A-Za-z])*)\s*=[^{}]*\}\s*\^\s*(?:\{([A-Za-z0-9_+-]+)\}|(\w))")
_CHAIN = re.compile(_BIG + r"\{[^{}=]*(?:\\leq?|<)\s*(\w+)\s*\}")
_OPENED = re.compile(_BIG + r"(?:\{((?:[^{}]|\{[^{}]*\})*)\}|([A-Za-z]))")
_SIZE = re.compile(r"([+-]?)(\d*)([A-Za-z](?:_[A-Za-z0-9]+)?)?")


class _Index(NamedTuple):
    """An index below a name, with a shift: i, i+1."""

    letter: str
    shift: int


def proposal(shapes: dict[str, str]) -> str:
    """Return shapes as they are declared."""
    pairs = (f'"{name}": "{shape}"' for name, shape in shapes.items())
    return f"shapes={{{', '.join(pairs)}}}"


def missing_shapes(tokens: TokenStream, scope: Scope) -> dict[str, str]:
    """Return a shape for every name with an index that is not declared."""
    start = tokens.position
    search = _Search(tokens, scope)
    for k in range(_first(tokens), len(tokens.tokens)):
        tokens.position = k
        search.look()
    tokens.position = start
    return {name: " ".join(map(_written, axes)) for name, axes in search.shapes.items()}


def _first(tokens: TokenStream) -> int:
    """Return the number of the token behind a left side."""
    depth = 0
    for k, (text, _) in enumerate(tokens.tokens):
        depth += (text in ("{", "(", "[")) - (text in ("}", ")", "]"))
        if text in ("=", r"\coloneqq") and depth == 0:
            return k + 1
    return 0


def _written(size: Size) -> str:
    return str(size).replace(" ", "")


class _Search:
    """The names that were met, with the sizes of their axes."""

    def __init__(self, tokens: TokenStream, scope: Scope) -> None:
        self.tokens = tokens
        self.scope = scope
        self.shapes: dict[str, list[Size]] = {}
        self.opened = _opened(tokens.text)
        self.moved = {letter for letter in re.findall(r"_\{\s*([a-z])\s*[+-]", tokens.text) if letter not in self.opened}
        self.sizes = dict(_sizes_of_bounds(tokens.text, scope))
        used = {*(text for text, _ in tokens.tokens), *map(str, self.sizes.values())}
        self.new: set[Size] = set()
        self.renamed: dict[Size, Size] = {}
        self.end_of_set = 0
        self.fresh = (Dim.named(letter) for letter in "ndmpqrsklabcefgh" if letter not in used)

    def size_of(self, index: str) -> Size:
        """Return how far an index runs; a new size where the formula does not say it."""
        if index not in self.sizes:
            self.sizes[index] = self.new_size()
        return self.sizes[index]

    def new_size(self) -> Size:
        """Return a size with a name of its own."""
        size = next(self.fresh, Dim.named("n"))
        self.new.add(size)
        return size

    def look(self) -> None:
        """Look at the name that stands here."""
        tokens, scope = self.tokens, self.scope
        if tokens.position < self.end_of_set:
            return
        if tokens.current == r"\in":
            self._look_at_set()
            return
        place = tokens.position
        name, indices = _indexed_name(tokens)
        if name is None or f"{name}_{''.join(index.letter for index in indices)}" in map(str, self.sizes.values()):
            return
        node_shape = scope.shapes.get(name)
        if node_shape is not None:  # what is declared says how far indices run
            for index, size in zip(indices, node_shape, strict=False):
                if index.shift == 0:
                    self._agree(self.sizes.setdefault(index.letter, size), size)
            return
        free = not any(index.letter in self.opened for index in indices)
        if free:
            name, axes = f"{name}_{''.join(index.letter for index in indices)}", []
            if scope.is_declared(name) or any(index.letter in self.moved for index in indices):
                return
        elif all(index.letter in self.opened for index in indices):
            axes = [self.size_of(index.letter) + index.shift for index in indices]
        else:
            return
        if (free or len(axes) == 1) and tokens.is_transposed:
            axes.append(self._inner_size())
        elif (free or len(axes) == 1) and (row := _transposed_before(tokens, place)) is not None:
            axes.append(self._size_of_factor(row, self.new_size()))
        known = self.shapes.setdefault(name, axes)
        for one, other in zip(known, axes, strict=False):
            self._agree(one, other)
        renamed = [self.renamed.get(size, size) for size in axes]
        self.shapes[name] = _larger(self.shapes[name], renamed)

    def _agree(self, one: Size, other: Size) -> None:
        """Let a size that is new be another one."""
        old, size = (one, other) if one in self.new else (other, one)
        if one == other or old not in self.new:
            return
        self.new.discard(old)
        self.renamed[old] = size
        self.sizes = {index: size if known == old else known for index, known in self.sizes.items()}
        self.shapes = {name: [size if axis == old else axis for axis in axes] for name, axes in self.shapes.items()}

    def _inner_size(self) -> Size:
        r"""Return the size of the rows x_i in front of ``^\top``, which is that of the factor behind it."""
        tokens, size = self.tokens, self.new_size()
        tokens.position += 1
        tokens.group()
        factor = tokens.read_name() if tokens.is_name else None
        return size if factor is None or tokens.current == "_" else self._size_of_factor(factor, size)

    def _size_of_factor(self, factor: str, size: Size) -> Size:
        """Return the size of the first axis of a factor: the given one where it is not declared."""
        if self.scope.shapes.get(factor):
            return self.scope.shapes[factor][0]
        return size if self.scope.is_declared(factor) else self.shapes.setdefault(factor, [size])[0]

    def _look_at_set(self) -> None:
        r"""Look at ``i \in S`` and ``i \in R_j``: the set is a vector or the rows of a matrix of 0 and 1."""
        tokens = self.tokens
        index = tokens.tokens[tokens.position - 1].text
        tokens.position += 1
        name = tokens.read_name() if tokens.is_name else None
        inside = _inside(tokens)
        self.end_of_set = tokens.position + len(inside)
        if name is None or self.scope.is_declared(name) or index not in self.opened:
            return
        owner = next((text for text in inside if text in self.opened and text != index), None)
        self.shapes[name] = [*([] if owner is None else [self.size_of(owner)]), self.size_of(index)]


def _transposed_before(tokens: TokenStream, place: int) -> str | None:
    r"""Return the name that stands transposed in front of a token: w in ``w^\top x_i``."""
    texts = [token.text for token in tokens.tokens[:place]]
    for mark in (mark for sign in TRANSPOSITIONS for mark in (["^", sign], ["^", "{", sign, "}"])):
        if len(texts) > len(mark) and texts[-len(mark) :] == mark:
            here, tokens.position = tokens.position, place - len(mark) - 1
            name = tokens.read_name() if tokens.is_name and texts[-len(mark) - 2 : -len(mark) - 1] != ["_"] else None
            tokens.position = here
            return name
    return None


def _inside(tokens: TokenStream) -> list[str]:
    """Return the tokens of the subscript or the bracket behind a name."""
    closing = {"_": "}", "(": ")"}.get(tokens.current)
    texts = [token.text for token in tokens.tokens[tokens.position + 1 :]]
    return texts[: texts.index(closing)] if closing in texts else []


def _opened(text: str) -> set[str]:
    """Return the letters that sums open, wherever they stand."""
    below = (group or letter for group, letter in _OPENED.findall(text))
    return {letter for part in below for letter in re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", part.split(r"\in")[0])}


def _sizes_of_bounds(text: str, scope: Scope) -> Iterator[tuple[str, Size]]:
    """Return how far the indices run whose sums have an upper bound that is a size."""
    chained = ((letters, "", upper) for upper, letters in _chains(text))
    for letters, group, letter in (*_BOUND.findall(text), *chained):
        size = _size(group or letter)
        if size is not None and not set(_OPENED.findall(text)) & {("", group or letter)}:
            for index in re.findall("[A-Za-z]", letters):
                yield index, size + 1 if scope.origin == 0 else size


def _chains(text: str) -> Iterator[tuple[str, str]]:
    r"""Return the upper bound and the letters of ``1 \le i < j \le n``."""
    for match in _CHAIN.finditer(text):
        inner = match[0][match[0].index("{") :]
        letters = re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", inner)
        if len(letters) > 1 and re.search(r"\{\s*[01]", inner):
            yield match[1], " ".join(letters[:-1])


def _size(text: str) -> Size | None:
    """Return a bound such as 2n+1 as a size; None for what is none."""
    total: Size = 0
    for sign, digits, name in _SIZE.findall(text)[:-1]:
        factor = (-1 if sign == "-" else 1) * int(digits or 1)
        total = total + (Dim.named(name) * factor if name else factor)
    return total if not isinstance(total, int) or total > 0 else None


def _larger(one: Sequence[Size], other: Sequence[Size]) -> list[Size]:
    """Return the larger size of each axis, where both are known to differ by a number."""
    if len(one) != len(other):
        return list(one if len(one) > len(other) else other)
    return [b if isinstance(difference := b - a, int) and difference > 0 else a for a, b in zip(one, other, strict=True)]


def _indexed_name(tokens: TokenStream) -> tuple[str | None, list[_Index]]:
    """Read a name with indices that are letters; None where none stands here."""
    if not tokens.is_name:
        return None, []
    try:
        name = tokens.read_name()
        if name is None or not tokens.skip("_"):
            return None, []
        indices = _indices(tokens.group())
    except SymgdError:
        return None, []
    return (name, indices) if indices else (None, [])


def _indices(texts: list[str]) -> list[_Index]:
    """Return the indices of a subscript; none where it is anything but letters with shifts and commas."""
    text = "".join(texts)
    if not re.fullmatch(r"(?:[a-z](?:[+-]\d+)?,?)+", text) or any(len(one) > 1 and one.isalpha() for one in texts):
        return []
    return [_Index(letter, int(shift or 0)) for letter, shift in re.findall(r"([a-z])([+-]\d+)?", text)]
