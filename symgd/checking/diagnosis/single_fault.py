"""Say what is wrong with a claimed derivative: the simplest single fault that turns the right one into the claim.

The mismatch is fitted, over all points, in this order: the shape, a transposition, a factor (a number, a size, an input), the
terms of symgd's own derivative (the mismatch is a multiple of one of them, or of a few), the entries and branches where it
occurs, and at last every single edit of the derivative's graph: a sign, a factor, a function, an exponent, a transposition,
an index. What fits nothing is left unexplained.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symgd.checking.diagnosis.edits import Trial, is_close
from symgd.checking.diagnosis.terms import expanded
from symgd.checking.diagnosis.words import compared, factor_words, guess, show, term_words
from symgd.checking.request import Suspect
from symgd.checking.verdict import WorstEntry
from symgd.evaluation.effort import Effort
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.evaluation.switches import switches_of
from symgd.graph.node import Node, symbols_of
from symgd.graph.traversal import toposort

__all__ = ["cause_of_shapes", "causes_of", "has_room"]

_UNITS = 4_000_000
"""The work that the search among single edits is worth."""

_OTHERWISE = {">": "<", "<": ">", ">=": "<", "<=": ">"}

Arrays = list[Any]


def cause_of_shapes(got: Sequence[Any], wanted: Sequence[Any]) -> list[str]:
    """Say why a claim has one shape and the derivative another."""
    got, wanted = tuple(got), tuple(wanted)
    if len(got) == len(wanted) and sorted(map(str, got)) == sorted(map(str, wanted)):
        return ["transposed: the axes stand in another order"]
    for extra in range(1, len(got) - len(wanted) + 1):
        for axes in itertools.combinations(range(len(got)), extra):
            if tuple(size for k, size in enumerate(got) if k not in axes) == wanted:
                word = f"axis {axes[0]} is" if extra == 1 else f"axes {', '.join(map(str, axes))} are"
                return [f"the broadcast axis is not summed: {word} too many"]
    if len(got) == len(wanted) and all(a == b or b == 1 for a, b in zip(got, wanted, strict=True)):
        axis = next(k for k, (a, b) in enumerate(zip(got, wanted, strict=True)) if a != b)
        return [f"the broadcast axis is not summed: axis {axis} has size 1 in the variable"]
    if len(got) < len(wanted):
        return ["an axis is missing: summed over too many axes, or an outer product is missing"]
    return []


def causes_of(
    output: Node | None,
    wrt: Sequence[str],
    spellings: Sequence[Sequence[Node]],
    suspects: Sequence[Suspect],
    wrong: Sequence[WorstEntry],
    tolerance: float = 1e-10,
) -> list[str]:
    """Say what is wrong with claims, one sentence for each variable that has an explanation.

    Parameters
    ----------
    output : Node or None
        The formula, where it is known.
    wrt : sequence of str
    spellings : sequence of sequence of Node
        symgd's derivative in each variable, where it is known, as it is written for people and as it came out.
    suspects : sequence of Suspect
    wrong : sequence of WorstEntry
    tolerance : float
        The relative error of what is taken for right.
    """
    found: list[str] = []
    for k, name in enumerate(wrt):
        if not any(entry.wrt == name for entry in wrong):
            continue
        pairs = [(one.answers[k], one.own[k]) for one in suspects if one.own is not None]
        points = [one.point for one in suspects if one.own is not None]
        if any(has_room(point) for point in points):  # an axis of one entry fits too many causes
            pairs, points = zip(*[both for both in zip(pairs, points, strict=True) if has_room(both[1])], strict=True)
        floats = [(as_floats(got), as_floats(true)) for got, true in pairs]
        usable = [i for i, (got, true) in enumerate(floats) if np.isfinite(got).all() and np.isfinite(true).all()]
        case = _Case(
            output,
            [spelling[k] for spelling in spellings if spelling],
            [points[i] for i in usable],
            [floats[i][0] for i in usable],
            [floats[i][1] for i in usable],
            tolerance,
        )
        cause = case.cause() if usable else None
        kinks = [entry for entry in wrong if entry.wrt == name and entry.is_kink]
        if cause is None and kinks and len(kinks) == sum(entry.wrt == name for entry in wrong):
            cause = "wrong at the kink: what is claimed there is no subgradient"
        if cause is not None:
            found.append(f"{cause} (in {name})" if len(wrt) > 1 else cause)
    return found


def has_room(point: Point) -> bool:
    """Whether no symbolic axis has one entry only."""
    return all(size > 1 for size in point.sizes.values())


@dataclass
class _Case:
    """One variable: claims and truths at some points."""

    output: Node | None
    spellings: list[Node]
    points: list[Point]
    got: Arrays
    true: Arrays
    tolerance: float

    def _close(self, got: Any, wanted: Any) -> bool:
        return is_close(got, wanted, self.tolerance)

    def cause(self) -> str | None:
        """Return the first explanation that fits at every point."""
        if not any(mask.any() for mask in self._masks()):
            return None
        ways: list[Callable[[], str | None]] = [
            self._transposed, self._constant_factor, self._kink, self._one_term, self._branch, self._named_factor,
            self._single_entries, self._shifted, self._edit, self._region, self._several_terms,
        ]  # fmt: skip
        for way in ways:
            cause = way()
            if cause is not None:
                return cause
        return None

    # -- the array as a whole ---------------------------------------------------------------------------------

    def _transposed(self) -> str | None:
        if any(true.ndim != 2 or true.shape[0] != true.shape[1] for true in self.true):
            return None
        fits = all(self._close(got, true.T) for got, true in zip(self.got, self.true, strict=True))
        return "transposed" if fits else None

    def _ratios(self) -> list[float] | None:
        """Return the factor between claim and truth at each point, where there is one."""
        ratios = []
        for got, true in zip(self.got, self.true, strict=True):
            size = float(np.vdot(true, true))
            if not size:
                if np.any(got):
                    return None
                continue
            ratio = float(np.vdot(got, true)) / size
            if not self._close(got, ratio * true) or (ratio and not self._close(got / ratio, true)):
                return None
            ratios.append(ratio)
        return ratios or None

    def _constant_factor(self) -> str | None:
        ratios = self._ratios()
        if ratios is None:
            return None
        ratio = ratios[0]
        is_constant = all(abs(one - ratio) <= 1e-8 * abs(ratio) for one in ratios)
        if is_constant and abs(ratio - 1) <= 1e-8:
            return None
        if ratio == 0 and is_constant:
            return "everything is missing: 0 is claimed"
        have_several_sizes = len({tuple(sorted(point.sizes.items())) for point in self.points}) > 1
        by_size = None if is_constant and have_several_sizes else self._size_factor(ratios) or self._wrong_size(ratios)
        if by_size is not None or not is_constant:
            return by_size
        return f"{factor_words(ratio)}: every wrong entry is off by the same factor {ratio:.10g}{guess(ratio)}"

    def _size_factor(self, ratios: Sequence[float]) -> str | None:
        """Name a factor that is a size, perhaps with a 2, a ½ or a sign."""
        if len(ratios) != len(self.points):
            return None
        for name in self._size_names():
            sizes = [point.sizes.get(name, 0) for point in self.points]
            if min(sizes) < 2:
                continue
            for number, above, below in (
                (1, name, f"1/{name}"),
                (2, f"2*{name}", f"2/{name}"),
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

    def _wrong_size(self, ratios: Sequence[float]) -> str | None:
        """Name a size in the place of which a number, or another size, stands."""
        if len(ratios) != len(self.points):
            return None
        for name in self._size_names():
            sizes = [point.sizes.get(name, 0) for point in self.points]
            if len(set(sizes)) < 2 or min(sizes) < 1:
                continue
            for power in (1, -1):
                shown = [size * ratio**-power for size, ratio in zip(sizes, ratios, strict=True)]
                number = round(shown[0])
                if number and all(abs(one - number) <= 1e-8 * abs(number) for one in shown):
                    return f"the size {name} is written as the number {number}"
                for other, offset in itertools.product(self._size_names(), (0, 1, -1, 2, -2)):
                    wanted = [point.sizes.get(other, 0) + offset for point in self.points]
                    if all(abs(one - size) <= 1e-8 * abs(one) for one, size in zip(shown, wanted, strict=True)):
                        text = other if not offset else f"{other} {'+' if offset > 0 else '-'} {abs(offset)}"
                        return f"{text} stands in the place of the size {name}"
        return None

    def _size_names(self) -> list[str]:
        return sorted({name for point in self.points for name in point.sizes})

    def _named_factor(self) -> str | None:
        """Name an input or a part of the derivative that is missing as a factor, or stands there once too often."""
        for node in self._factors():
            values = self._values(node)
            if values is None or all(self._close(value, np.ones_like(value)) for value in values):
                continue
            with np.errstate(all="ignore"):
                shaped = [_spread(value, true.shape) for value, true in zip(values, self.true, strict=True)]
                if any(value is None for value in shaped):
                    continue
                for sign, mark in ((1, ""), (-1, "-")):
                    if all(
                        self._close(got * value * sign, true)
                        for got, value, true in zip(self.got, shaped, self.true, strict=True)
                    ):
                        return f"missing factor {mark}{show(node)}"
                    if all(
                        self._close(got, true * value * sign)
                        for got, value, true in zip(self.got, shaped, self.true, strict=True)
                    ):
                        return f"factor {mark}{show(node)} too many"
        return None

    def _factors(self) -> list[Node]:
        nodes = [node for node in toposort(self.spellings) if not node.is_constant and node not in self.spellings]
        inputs = list(symbols_of(self.output)) if self.output is not None else []
        rank = self.true[0].ndim
        candidates = dict.fromkeys([*inputs, *reversed(nodes)])
        return [node for node in candidates if node.rank <= rank and not node.is_boolean][:40]

    def _values(self, node: Node) -> Arrays | None:
        found = []
        for point in self.points:
            value = as_floats(evaluate_precisely([node], point.values, point.sizes, digits=30)[0])
            if not np.isfinite(value).all():
                return None
            found.append(value)
        return found

    # -- its terms --------------------------------------------------------------------------------------------

    def _terms(self) -> list[tuple[Node, Arrays]]:
        terms = expanded(self.spellings[0]) if self.spellings else []
        if len(terms) < 2:
            return []
        valued = [(term, self._values(term)) for term in terms]
        return [(term, values) for term, values in valued if values is not None]

    def _one_term(self) -> str | None:
        mismatch = [got - true for got, true in zip(self.got, self.true, strict=True)]
        for k, (term, values) in enumerate(self._terms(), 1):
            size = sum(float(np.vdot(value, value)) for value in values)
            if not size:
                continue
            share = sum(float(np.vdot(gap, value)) for gap, value in zip(mismatch, values, strict=True)) / size
            if not share or not all(self._close(gap / share, value) for gap, value in zip(mismatch, values, strict=True)):
                continue
            return term_words(1 + share, k, term)
        return None

    def _several_terms(self) -> str | None:
        terms = self._terms()
        rows = sum(true.size for true in self.true)
        if not terms or rows <= len(terms):
            return None
        matrix = np.stack(
            [
                np.concatenate([np.ravel(np.broadcast_to(v, t.shape)) for v, t in zip(values, self.true, strict=True)])
                for _, values in terms
            ],
            axis=1,
        )
        claim = np.concatenate([np.ravel(got) for got in self.got])
        weights, _, rank, _ = np.linalg.lstsq(matrix, claim, rcond=1e-10)
        if rank < len(terms) or not np.allclose(
            matrix @ weights, claim, rtol=1e-8, atol=1e-9 * np.max(np.abs(claim), initial=0)
        ):
            return None
        off = [(k, weight) for k, weight in enumerate(weights) if abs(weight - 1) > 1e-7]
        return "; ".join(term_words(weight, k + 1, terms[k][0]) for k, weight in off) if off else None

    # -- where it is wrong ------------------------------------------------------------------------------------

    def _masks(self) -> Arrays:
        return [np.abs(got - true) > 10 * self.tolerance * np.abs(true) for got, true in zip(self.got, self.true, strict=True)]

    def _kink(self) -> str | None:
        return self._by_switch((("=", lambda u: u == 0),))

    def _branch(self) -> str | None:
        return self._by_switch(
            ((">", lambda u: u > 0), ("<", lambda u: u < 0), (">=", lambda u: u >= 0), ("<=", lambda u: u <= 0))
        )

    def _by_switch(self, sides: Sequence[tuple[str, Callable[[Any], Any]]]) -> str | None:
        """Look for a condition that tells the wrong entries from the right ones."""
        masks = self._masks()
        if self.output is None or not any((~mask).any() for mask in masks):
            return None
        for switch in switches_of([self.output, *self.spellings]):
            values = self._values(switch)
            if values is None:
                continue
            shaped = [_spread(value, mask.shape) for value, mask in zip(values, masks, strict=True)]
            if any(value is None for value in shaped):
                continue
            for side, holds in sides:
                where = [holds(value) for value in shaped]
                if not all(np.all(~mask | there) for mask, there in zip(masks, where, strict=True)):
                    continue
                right = [~mask & there & (true != 0) for mask, there, true in zip(masks, where, self.true, strict=True)]
                if any(one.any() for one in right) and side != "=":
                    continue
                if side == "=":
                    return f"right away from {compared(switch, '=')}, wrong branch at the kink"
                return f"wrong branch: wrong where {compared(switch, side)}, right where {compared(switch, _OTHERWISE[side])}"
        return None

    def _places(self) -> list[set[tuple[int, ...]]]:
        """Return the indices that are wrong at each point, unless everything is."""
        masks = self._masks()
        if any(mask.all() or mask.size == 1 for mask in masks):
            return []
        places = [{tuple(map(int, index)) for index in np.argwhere(mask)} for mask in masks]
        return [place for place in places if place]

    def _single_entries(self) -> str | None:
        """Name a few entries that are wrong, where they are the same at every point."""
        known = self._places()
        if not known or not all(place == known[0] for place in known) or len(known[0]) > 3:
            return None
        names = ", ".join(f"({', '.join(map(str, index))})" for index in sorted(known[0]))
        return f"{'entry' if len(known[0]) == 1 else 'entries'} {names} only{self._within(self._masks())}"

    def _region(self) -> str | None:
        """Name the row, the column or the diagonal that is wrong."""
        known, masks = self._places(), self._masks()
        if not known:
            return None
        for axis in range(masks[0].ndim):
            numbers = {index[axis] for place in known for index in place}
            if len(numbers) == 1:
                word = {(0, 2): "row", (1, 2): "column"}.get((axis, masks[0].ndim), f"axis {axis}, index")
                return f"{word} {numbers.pop()} only{self._within(masks)}"
        if masks[0].ndim == 2:
            if all(index[0] == index[1] for place in known for index in place):
                return f"the diagonal only{self._within(masks)}"
            if all(index[0] != index[1] for place in known for index in place):
                return f"off the diagonal only{self._within(masks)}"
        return None

    def _within(self, masks: Arrays) -> str:
        """Name the factor by which the wrong entries are off, where there is one."""
        got = np.concatenate([one[mask] for one, mask in zip(self.got, masks, strict=True)])
        true = np.concatenate([one[mask] for one, mask in zip(self.true, masks, strict=True)])
        if not np.all(true):
            return ""
        ratios = got / true
        words = factor_words(float(ratios[0])) if np.allclose(ratios, ratios[0], rtol=1e-9, atol=0) else ""
        return f": {words}" if words and "." not in words else ""

    def _shifted(self) -> str | None:
        if any(true.ndim == 0 for true in self.true):
            return None
        for axis in range(self.true[0].ndim):
            for step, word in ((1, "before"), (-1, "after")):
                fits = all(
                    true.shape[axis] > 1 and self._close(got, np.roll(true, step, axis))
                    for got, true in zip(self.got, self.true, strict=True)
                )
                if fits:
                    return f"the index is off by one: every entry holds what belongs to the one {word} it (axis {axis})"
        return None

    # -- single edits -----------------------------------------------------------------------------------------

    def _edit(self) -> str | None:
        """Try every single edit of the derivative's graph."""
        effort = Effort(_UNITS)
        masks = self._masks()
        order = sorted(
            range(len(self.points)), key=lambda i: (not masks[i].any(), -float(np.max(np.abs(self.true[i]), initial=0)))
        )
        for own in self.spellings:
            first, *others = [Trial(own, self.points[i], self.got[i]) for i in order[:4]]
            for node, word, change in first.edits():
                effort.spend(first.cost)
                if first.fits(node, change) and all(trial.fits(node, change) for trial in others):
                    return word
                if effort.is_used_up:
                    return None
        return None


def _spread(value: Any, shape: tuple[int, ...]) -> Any:
    """Return an array stretched to a shape (from the front or from the back), or None."""
    for candidate in (
        value,
        value.reshape(value.shape + (1,) * (len(shape) - value.ndim)) if value.ndim <= len(shape) else value,
    ):
        try:
            return np.broadcast_to(candidate, shape)
        except ValueError:
            continue
    return None
