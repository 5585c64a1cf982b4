"""Prove that two formulas are equal: modulo a prime where algebra suffices, else in many digits.

Axes get small sizes, and inputs random values inside the domain. What is equal modulo a prime, with every function an oracle,
is an identity but for odds of about 1 in 10¹³. What algebra does not settle is compared in 100 digits, and in 400 where
cancellation leaves a doubt.

Equal values are not enough: both formulas must have values at the same points, checked in :mod:`symgd.equality.domains` on the
boundaries of what their parts require and beyond. Where they were derived from a formula, only points count where that has a
value, and single points may gain one: x·log x has the derivative log x + 1, for x > 0. Without such a formula a single point
that gains a value leaves the result unproven, unless holes may be filled, as compiled code does. A value that is lost, or
gained on an open set, makes formulas different.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum
from weakref import WeakKeyDictionary

import numpy as np

from symgd.equality.domains import Change, domain_changes
from symgd.errors import SimplificationError, SymgdError, SymgdWarning
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Array
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.inputs import smaller, work_of
from symgd.evaluation.modular import contraction_work, evaluate_modulo
from symgd.evaluation.sampling import Point, points
from symgd.evaluation.sizes import Axes
from symgd.evaluation.subgradients import with_slopes_of_norms
from symgd.graph.assumptions import Sign
from symgd.graph.inference import domain_of
from symgd.graph.node import SIZE, Node, constant
from symgd.graph.primitive import FUNCTIONS, lookup
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import toposort

__all__ = ["Equality", "compare_formulas", "proven"]

MAX_MODULAR_WORK = 10_000_000
_SEED = 0
_DIGITS = (100, 400)
_POINTS = 2
_MANY_POINTS = 8
"""Points where inputs have only a few values."""
_AGREEMENT = mpmath.mpf("1e-60")
_VANISHING = mpmath.mpf("1e-100")
_NOTHING = mpmath.mpf("1e-360")
"""What 400 digits leave of numbers about 1: the difference of two zeros."""
_ROUNDED = mpmath.mpf("1e-6")
"""How near formulas with floats must be: what was folded into one float was rounded."""
_SLOW = 200
"""How much longer an entry takes where it is no machine integer."""


class Equality(Enum):
    """What is known of two formulas."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDECIDED = "undecided"

    def __str__(self) -> str:
        return self.value


def compare_formulas(
    before: Sequence[Node], after: Sequence[Node], source: Node | None, fills_holes: bool = False
) -> list[tuple[Equality, str]]:
    """Check whether formulas are equal and defined at the same points, pair by pair, wherever `source` is defined.

    Large fixed axes are made small first, and left as they are where that settles nothing.

    Parameters
    ----------
    before, after : sequence of Node
    source : Node or None
        The formula they were derived from; each is its own without it.
    fills_holes : bool
        Whether values may be gained at single points without a source, too.

    Returns
    -------
    list of (Equality, str)
        With the point where they differ, or why nothing is known.
    """
    everything, count = [*before, *after, *([] if source is None else [source])], len(before)
    for turn in (0, 1):  # what is equal for one small size may be so by chance, as sum(x) and x[0] + x[1]
        few = smaller(everything, turn)
        if few is None:
            break
        verdicts: list[tuple[Equality, str]] = []
        with suppress(ValueError, IndexError):  # where a size was written out, the smaller formula has no meaning
            verdicts = _verdicts(few[:count], few[count : 2 * count], None if source is None else few[-1], fills_holes)
        if not verdicts or any(verdict is not Equality.EQUAL for verdict, _ in verdicts):
            break
    else:
        return verdicts
    return _verdicts(before, after, source, fills_holes)


def _verdicts(
    before: Sequence[Node], after: Sequence[Node], source: Node | None, fills_holes: bool
) -> list[tuple[Equality, str]]:
    verdicts = [(Equality.EQUAL, "")] * len(before)
    doubtful = [k for k, (earlier, later) in enumerate(zip(before, after, strict=True)) if earlier is not later]
    doubtful = _unsettled_by_algebra(before, after, doubtful)
    if source is None and len(doubtful) > 2:  # at points where all have a value; what that leaves open is tried alone
        doubtful = _compare(before, after, doubtful, _sum_of_all([before[k] for k in doubtful]), verdicts)
    if source is not None:
        _compare(before, after, doubtful, source, verdicts)
    else:
        for k in doubtful:
            _compare(before, after, [k], before[k], verdicts)
    _compare_domains(before, after, source, fills_holes, verdicts)
    return verdicts


def _compare_domains(
    before: Sequence[Node], after: Sequence[Node], source: Node | None, fills_holes: bool, verdicts: list[tuple[Equality, str]]
) -> None:
    """Enter the verdicts on pairs whose values are equal where both have some, and whose domains are not."""
    equal = [k for k, (verdict, _) in enumerate(verdicts) if verdict is Equality.EQUAL and before[k] is not after[k]]
    changes = domain_changes([before[k] for k in equal], [after[k] for k in equal], source)
    for k, change in zip(equal, changes, strict=True):
        if change is None:
            continue
        if change.kind is not Change.FILLED:
            verdicts[k] = Equality.DIFFERENT, change.place
        elif source is None and not fills_holes:
            verdicts[k] = Equality.UNDECIDED, f"it {change.kind.value}: {change.place}"


def _compare(
    before: Sequence[Node], after: Sequence[Node], group: list[int], source: Node, verdicts: list[tuple[Equality, str]]
) -> list[int]:
    """Enter the verdicts on a group of pairs; return those that are not equal."""
    if not group:
        return []
    answers = _compare_in_digits([before[k] for k in group], [after[k] for k in group], source)
    for k, verdict in zip(group, answers, strict=True):
        verdicts[k] = verdict
    return [k for k in group if verdicts[k][0] is not Equality.EQUAL]


def _sum_of_all(formulas: Sequence[Node]) -> Node:
    """Return a scalar that has a value where all formulas have."""
    return lookup("add").make(
        tuple(FUNCTIONS["sum"](formula) for formula in formulas if not formula.is_boolean) or (constant(0),)
    )


_PROVEN: WeakKeyDictionary[Node, set[tuple[int, int | None, bool]]] = WeakKeyDictionary()
"""For each formula the serial numbers of what it was proven equal to and of the source, and whether holes may be filled."""


def proven(before: Sequence[Node], after: Sequence[Node], source: Node | None, fills_holes: bool = False) -> list[Node]:
    """Return simplified formulas that are proven equal to what they came from.

    One for which nothing can be proven, because it has no value where it was tried or is too large to be tried, is left as it
    was before, with a warning. Proofs are remembered.

    Parameters
    ----------
    before, after : sequence of Node
    source : Node or None
        The formula they were derived from; each is its own without it.
    fills_holes : bool
        Whether values may be gained at single points without a source, too.

    Raises
    ------
    SimplificationError
        Where a formula has changed its value.
    """
    changed = [(earlier, later) for earlier, later in zip(before, after, strict=True) if earlier is not later]
    terms = (None if source is None else source.serial, fills_holes)
    new = [(earlier, later) for earlier, later in changed if (later.serial, *terms) not in _PROVEN.get(earlier, ())]
    unproven: dict[tuple[Node, Node], str] = {}
    verdicts = compare_formulas([earlier for earlier, _ in new], [later for _, later in new], source, fills_holes)
    for pair, (verdict, place) in zip(new, verdicts, strict=True):
        if verdict is Equality.DIFFERENT:
            raise SimplificationError(*pair, place)
        if verdict is Equality.UNDECIDED:
            unproven[pair] = place
        else:
            _PROVEN.setdefault(pair[0], set()).add((pair[1].serial, *terms))
    for reason in set(unproven.values()):
        warnings.warn(f"a result is not simplified, because that could not be proven: {reason}", SymgdWarning, stacklevel=4)
    return [earlier if (earlier, later) in unproven else later for earlier, later in zip(before, after, strict=True)]


def _unsettled_by_algebra(before: Sequence[Node], after: Sequence[Node], doubtful: list[int]) -> list[int]:
    """Return the pairs that are not equal modulo a prime."""
    pairs = [(k, earlier, later) for k in doubtful for earlier, later in _parts(before[k], after[k])]
    roots = [formula for _, *pair in pairs for formula in pair]
    axes = Axes(roots)
    # what counts entries may be equal by chance for one size
    has_sizes = any(node.primitive is SIZE or node.primitive.name == "broadcast" for node in axes.nodes)
    unsettled: set[int] = set()
    settled = False
    for turn in (0, 1):
        sizes = axes.choose(turn=turn)
        if sizes and _modular_work(axes.nodes, sizes) > MAX_MODULAR_WORK:
            break
        try:
            for values in map(iter, evaluate_modulo(roots, sizes)):
                for (k, _, _), first, second in zip(pairs, values, values, strict=True):
                    if not (first == second if isinstance(first, int) else np.array_equal(first, second)):
                        unsettled.add(k)
        except SymgdError:  # a division by 0: other sizes may help
            continue
        settled = True
        if not has_sizes:
            break
    return sorted(unsettled) if settled else doubtful


def _parts(before: Node, after: Node) -> list[tuple[Node, Node]]:
    """Return the entries that differ, where both formulas are written out entry by entry; else the formulas."""
    if before.primitive is after.primitive and before.primitive.name == "array" and before.params == after.params:
        return [pair for pair in zip(before.args, after.args, strict=True) if pair[0] is not pair[1]]
    return [(before, after)]


def _modular_work(nodes: Sequence[Node], sizes: Mapping[str, int]) -> int:
    return sum(_work_at(node, sizes) for node in nodes if node.args)


def _work_at(node: Node, sizes: Mapping[str, int]) -> int:
    if node.primitive.name == "einsum":
        return contraction_work(node, sizes)
    is_fast = node.primitive.evaluate is None or node.primitive.name == "broadcast"
    return work_of(node, sizes) * (1 if is_fast else _SLOW)


def _compare_in_digits(before: Sequence[Node], after: Sequence[Node], source: Node) -> list[tuple[Equality, str]]:
    verdicts = _verdicts_in_digits(before, after, source)
    if any(verdict is Equality.UNDECIDED for verdict, _ in verdicts):  # x/‖x‖, where x is 0 whatever the inputs are
        formulas = [source, *before, *after]
        settled = with_slopes_of_norms(formulas)
        if settled != formulas:
            count = len(before) + 1
            answers = _verdicts_in_digits(settled[1:count], settled[count:], settled[0])
            return [new if new[0] is Equality.EQUAL else old for old, new in zip(verdicts, answers, strict=True)]
    return verdicts


def _verdicts_in_digits(before: Sequence[Node], after: Sequence[Node], source: Node) -> list[tuple[Equality, str]]:
    try:
        has_values = any(symbol.facts.values is not None for symbol in source.symbols)
        places = points(source, _MANY_POINTS if has_values else _POINTS, seed=_SEED, others=[*before, *after])
        places += _mirrored(places[0], source)
        agreements = [_agreements(place, before, after) for place in places]
    except SymgdError as error:
        return [(Equality.UNDECIDED, error.cause)] * len(before)
    verdicts = []
    for answers in zip(*agreements, strict=True):
        if False in answers:
            verdicts.append((Equality.DIFFERENT, repr(places[answers.index(False)])))
        elif True in answers:
            verdicts.append((Equality.EQUAL, ""))
        else:
            verdicts.append((Equality.UNDECIDED, "the formula has no value at the points that were tried"))
    return verdicts


def _mirrored(place: Point, source: Node) -> list[Point]:
    """Return the point with the other sign of all inputs that may have it, if the formula is defined there."""
    bound = domain_of(source)

    def has_both_signs(node: Node, value: Array) -> bool:
        required = bound.get(node, Sign.ANY)
        sign = required if isinstance(required, Sign) else required.sign
        return (
            node.facts == SymbolFacts() and value.dtype == float and bool(sign & Sign.NEGATIVE) and bool(sign & Sign.POSITIVE)
        )

    values = {node: -value if has_both_signs(node, value) else value for node, value in place.values.items()}
    (result,) = evaluate_precisely([source], values, place.sizes)
    return [Point(values, place.sizes)] if all(map(mpmath.isfinite, result.flat)) else []


def _agreements(place: Point, before: Sequence[Node], after: Sequence[Node]) -> list[bool | None]:
    """Return for each pair whether its formulas agree at a point; None where neither has a value."""
    has_floats = any(node.is_constant and isinstance(node.value, float) for node in toposort([*before, *after]))

    def differences(digits: int) -> list[tuple[Array, Array]]:
        values = evaluate_precisely([*before, *after], place.values, place.sizes, digits)
        return list(zip(values[: len(before)], values[len(before) :], strict=True))

    coarse = differences(_DIGITS[0])
    answers = [_agree(*pair, has_floats) for pair in coarse]
    if False in answers and not has_floats:
        finer = differences(_DIGITS[1])
        answers = [
            _meet(rough, fine) if answer is False else answer
            for answer, rough, fine in zip(answers, coarse, finer, strict=True)
        ]
    return answers


def _agree(before: Array, after: Array, has_floats: bool) -> bool | None:
    answer = None
    scale = max((abs(entry) for entry in before.flat if mpmath.isfinite(entry)), default=0)
    for first, second in zip(before.flat, after.flat, strict=True):
        if mpmath.isfinite(first):
            allowed = _ROUNDED * scale if has_floats else _AGREEMENT * max(abs(first), abs(second))
            if not mpmath.isfinite(second) or abs(first - second) > allowed:
                return False
            answer = True
    return answer


def _meet(coarse: tuple[Array, Array], finer: tuple[Array, Array]) -> bool | None:
    """Whether what differs in few digits meets in more, because digits were cancelled."""
    answer = _agree(*finer, has_floats=False)
    if answer is False:
        entries = zip(coarse[0].flat, coarse[1].flat, *(part.flat for part in finer), strict=True)
        answer = all(
            not mpmath.isfinite(a) or (mpmath.isfinite(d) and abs(c - d) <= max(abs(a - b) * _VANISHING, _NOTHING))
            for a, b, c, d in entries
        )
    return answer
