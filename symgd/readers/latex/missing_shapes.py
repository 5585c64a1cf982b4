r"""The shapes that a formula with indices needs and that are not declared: x_i has the size that i runs to.

\sum_{i=1}^n (x_i^\top w - y_i)^2  →  {"x": "n d", "w": "d", "y": "n"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symgd.errors import ParseError
from symgd.readers.latex.scope import Scope
from symgd.readers.latex.stream import TokenStream

__all__ = ["missing_shapes"]

_BOUND = re.compile(r"_\s*\{\s*([A-Za-z])\s*=\s*([01])\s*\}\s*\^\s*(?:\{([A-Za-z0-9_+-]+)\}|(\w))")


def missing_shapes(tokens: TokenStream, scope: Scope) -> dict[str, str]:
    """Return a shape for every name with an index that is not declared."""
    sizes = {
        index: f"{group or letter}{'+1' if first == '0' else ''}" for index, first, group, letter in _BOUND.findall(tokens.text)
    }
    fresh = (letter for letter in "nmdpqrsklabcefgh" if letter not in tokens.text and letter not in sizes.values())
    shapes: dict[str, str] = {}
    start = tokens.position
    for k in range(len(tokens.tokens)):
        tokens.position = k
        name, indices = _indexed_name(tokens)
        is_size = f"{name}_{''.join(indices)}" in sizes.values()
        if name is None or is_size or scope.is_declared(name) or name in shapes:
            continue
        axes = [sizes.setdefault(index, next(fresh, "n")) if index not in sizes else sizes[index] for index in indices]
        if len(axes) == 1 and tokens.is_transposed:
            axes.append(next(fresh, "d"))
            tokens.position += 1
            tokens.group()
            factor = tokens.read_name() if tokens.is_name else None
            if factor is not None and tokens.current != "_" and not scope.is_declared(factor):
                shapes[factor] = axes[1]
        shapes[name] = " ".join(axes)
    tokens.position = start
    return shapes


def _indexed_name(tokens: TokenStream) -> tuple[str | None, list[str]]:
    """Read a name with indices that are letters; None where none stands here."""
    if not tokens.is_name:
        return None, []
    try:
        name = tokens.read_name()
        if name is None or not tokens.skip("_"):
            return None, []
        indices = list(_letters(tokens.group()))
    except ParseError:
        return None, []
    return (name, indices) if indices else (None, [])


def _letters(texts: list[str]) -> Iterator[str]:
    """Return the indices of a subscript; none where it is anything but letters with commas."""
    texts = [text for text in texts if text != ","]
    return iter(texts if all(len(text) == 1 and text.isalpha() and text.islower() for text in texts) else [])
