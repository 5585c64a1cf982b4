"""A factor that is missing in a claimed derivative, or stands there once too often: a number, a size, an input."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from symgd.checking.diagnosis.mismatch import Mismatch, spread
from symgd.checking.diagnosis.words import factor_words, guess, show
from symgd.graph.node import Node
from symgd.graph.traversal import symbols_of, toposort

__all__ = ["constant_factor", "named_factor"]


def constant_factor(mismatch: Mismatch) -> str | None:
    """Name a factor that is the same for all entries."""
    ratios = _ratios(mismatch)
    if ratios is None:
        return None
    ratio = ratios[0]
    is_constant = all(abs(other - ratio) <= 1e-8 * abs(ratio) for other in ratios)
    if is_constant and abs(ratio - 1) <= 1e-8:
        return None
    if ratio == 0 and is_constant:
        return "everything is missing: 0 is claimed"
    have_several_sizes = len({tuple(sorted(point.sizes.items())) for point in mismatch.points}) > 1
    by_size = None if is_constant and have_several_sizes else _size_factor(mismatch, ratios) or _wrong_size(mismatch, ratios)
    if by_size is not None or not is_constant:
        return by_size
    return f"{factor_words(ratio)}: every wrong entry is off by the same factor {ratio:.10g}{guess(ratio)}"


def _ratios(mismatch: Mismatch) -> list[float] | None:
    """Return the factor between claim and truth at each point, where there is one."""
    ratios = []
    for got, true in zip(mismatch.got, mismatch.true, strict=True):
        size = float(np.vdot(true, true))
        if not size:
            if np.any(got):
                return None
            continue
        ratio = float(np.vdot(got, true)) / size
        if not mismatch.is_close(got, ratio * true) or (ratio and not mismatch.is_close(got / ratio, true)):
            return None
        ratios.append(ratio)
    return ratios or None


def _size_factor(mismatch: Mismatch, ratios: Sequence[float]) -> str | None:
    """Name a factor that is a size, or a product of two, perhaps with a 2, a ½ or a sign."""
    if len(ratios) != len(mismatch.points):
        return None
    names = mismatch.size_names()
    for several in [*((name,) for name in names), *itertools.combinations(names, 2)]:
        sizes = [math.prod(point.sizes.get(name, 0) for name in several) for point in mismatch.points]
        if min(sizes) < 2 or (len(several) > 1 and len(set(sizes)) < 2):
            continue
        name = "*".join(several)
        within = name if len(several) == 1 else f"({name})"
        for number, above, below in (
            (1, name, f"1/{within}"),
            (2, f"2*{name}", f"2/{within}"),
            (0.5, f"{name}/2", f"1/(2*{name})"),
        ):
            for sign, mark in ((1, ""), (-1, "-")):
                factors = [sign * number * size for size in sizes]
                if all(abs(ratio * factor - 1) <= 1e-8 for ratio, factor in zip(ratios, factors, strict=True)):
                    return f"missing factor {mark}{above}"
                inverses = [sign * number / size for size in sizes]
                if all(abs(ratio * factor - 1) <= 1e-8 for ratio, factor in zip(ratios, inverses, strict=True)):
                    return f"missing factor {mark}{below}"
    return None


def _wrong_size(mismatch: Mismatch, ratios: Sequence[float]) -> str | None:
    """Name a size in the place of which a number, or another size, stands; one that the derivative has, where there is one."""
    if len(ratios) != len(mismatch.points):
        return None
    standing = {str(node.params[0]) for node in toposort(mismatch.spellings) if node.primitive.name == "size"}
    for name in sorted(mismatch.size_names(), key=lambda name: name not in standing):
        sizes = [point.sizes.get(name, 0) for point in mismatch.points]
        if len(set(sizes)) < 2 or min(sizes) < 1:
            continue
        for power in (1, -1):
            shown = [size * ratio**-power for size, ratio in zip(sizes, ratios, strict=True)]
            number = round(shown[0])
            if number and all(abs(claimed_size - number) <= 1e-8 * abs(number) for claimed_size in shown):
                return f"the size {name} is written as the number {number}"
            for other, offset in itertools.product(mismatch.size_names(), (0, 1, -1, 2, -2)):
                wanted = [point.sizes.get(other, 0) + offset for point in mismatch.points]
                if all(
                    abs(claimed_size - size) <= 1e-8 * abs(claimed_size)
                    for claimed_size, size in zip(shown, wanted, strict=True)
                ):
                    text = other if not offset else f"{other} {'+' if offset > 0 else '-'} {abs(offset)}"
                    return f"{text} stands in the place of the size {name}"
    return None


def named_factor(mismatch: Mismatch) -> str | None:
    """Name an input or a part of the derivative that is missing as a factor, or stands there once too often."""
    for node in _factors(mismatch):
        values = mismatch.values(node)
        if values is None or all(mismatch.is_close(value, np.ones_like(value)) for value in values):
            continue
        with np.errstate(all="ignore"):
            shaped = [spread(value, true.shape) for value, true in zip(values, mismatch.true, strict=True)]
            if any(value is None for value in shaped):
                continue
            for sign, mark in ((1, ""), (-1, "-")):
                if all(
                    mismatch.is_close(got * value * sign, true)
                    for got, value, true in zip(mismatch.got, shaped, mismatch.true, strict=True)
                ):
                    return f"missing factor {mark}{show(node)}"
                if all(
                    mismatch.is_close(got, true * value * sign)
                    for got, value, true in zip(mismatch.got, shaped, mismatch.true, strict=True)
                ):
                    return f"factor {mark}{show(node)} too many"
    return None


def _factors(mismatch: Mismatch) -> list[Node]:
    nodes = [node for node in toposort(mismatch.spellings) if not node.is_constant and node not in mismatch.spellings]
    inputs = list(symbols_of(mismatch.output)) if mismatch.output is not None else []
    rank = mismatch.true[0].ndim
    candidates = dict.fromkeys([*inputs, *reversed(nodes)])
    return [node for node in candidates if node.rank <= rank and not node.is_boolean][:40]
