"""Laws of derivatives: slopes, adjoints, the points without a slope, definition and reference.

Slopes are differences in many digits. Kinks are looked for between the points of a grid: an interval over which the function or
its slope changes is halved until the change has gone, or stays as a jump. A kink that changes the slope by less than a 100th of
what it changes over the interval anyway is not seen, nor one beyond 100, unless a point there is given.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.checking.black_box.differences import precise_slope
from symgd.codegen.lambdify import compile_formulas
from symgd.declarations.law import broken, law
from symgd.declarations.subject import Example, Place, Subject, zero_one
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, tensor
from symgd.graph.primitive import Primitive
from symgd.graph.shape import show_shape

__all__ = ["slopes_of"]


# -- derivatives ----------------------------------------------------------------------------------------------


def slopes_of(example: Example) -> dict[int, Node]:
    """Return the declared derivatives of a function of numbers, by the position of the argument."""
    record = example.record
    found: dict[int, Node] = {}
    if not record.derivative and record.vjp is None and record.definition is not None:  # it is derived from the definition
        with contextlib.suppress(SymgdError):
            nodes = [node for _, node in example.real]
            found = dict(zip((k for k, _ in example.real), gradients(example.node, nodes), strict=True))
    for k, _ in example.real:
        rule = record.derivative[k] if k < len(record.derivative) else None
        if rule is not None and (record.arity is not None or _takes(rule, len(example.args) + 1)):
            found[k] = as_node(rule(*example.args, example.node))
    return found


def _takes(rule: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(rule).bind(*range(count))
    except TypeError:
        return False
    return True


def _is_at_kink(example: Example, place: Place) -> bool:
    kinks = example.record.kinks
    return kinks is not None and any(example.number(place, kink) == 0 for kink in map(as_node, kinks(*example.args)))


@law("derivative")
def law_derivative(subject: Subject) -> None:
    """Every declared derivative is the slope of the function."""
    for example in subject.examples:
        if not example.is_scalar or example.node.is_boolean:
            continue
        for k, slope in slopes_of(example).items():
            _compare(subject.record, example, example.node, slope, k, example.places, "derivative")


@law("derivative")
def law_second_derivative(subject: Subject) -> None:
    """The derivative of the derivative is the slope of the slope."""
    for example in subject.examples:
        if not example.is_scalar or example.node.is_boolean:
            continue
        for k, slope in slopes_of(example).items():
            (node,) = (one for j, one in example.real if j == k)
            try:
                (second,) = gradients(slope, [node])
            except SymgdError:
                continue
            _compare(subject.record, example, slope, second, k, example.places[::2], "derivative")


def _compare(
    record: Primitive, example: Example, formula: Node, slope: Node, k: int, places: Sequence[Place], field: str
) -> None:
    (node,) = (one for j, one in example.real if j == k)
    for place in places:
        if _is_at_kink(example, place):
            continue
        start = mpmath.mpf(_exact(place.values[node]).numerator) / _exact(place.values[node]).denominator
        at = example.along(place, node, formula)
        true = precise_slope(lambda step, at=at, start=start: at(start + step))  # type: ignore[misc]
        if not true.is_sure or true.is_kink:
            continue
        got = example.number(place, slope, digits=60)
        if not abs(got - true.value) <= mpmath.mpf("1e-9") * abs(true.value) + 10 * true.error:
            is_own = formula is example.node
            what = f"the derivative in {node}" if is_own else f"the second derivative in {node}"
            broken(record, field, f"{what} is {_short(true.value)} at {place}, and not {_short(got)}")


def _exact(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(float(value))


_STEP = mpmath.mpf("1e-18")


@law("vjp")
def law_vjp(subject: Subject) -> None:
    """What is sent to an argument, times a direction, is the adjoint times the slope along it, with leading axes too."""
    record = subject.record
    if record.vjp is None:
        if not record.is_elementwise and any(example.real for example in subject.examples):
            broken(record, "vjp", "a function of tensors says what its adjoint sends to its arguments")
        return
    for example in subject.examples:
        if example.node.is_boolean:
            continue
        adjoint = tensor("adjoint", (2, *example.node.shape))
        for k, node in example.real:
            try:
                sent = as_node(record.vjp(example.node, adjoint, k))
            except SymgdError as error:
                broken(
                    record, "vjp", f"{example.text} cannot send an adjoint of shape {show_shape(adjoint.shape)}: {error.cause}"
                )
            for place in _without_kinks(example)[:3]:
                _compare_adjoint(record, example, adjoint, sent, node, place)


def _without_kinks(example: Example) -> list[Place]:
    return [one for one in example.places if not (example.is_scalar and _is_at_kink(example, one))]


def _compare_adjoint(record: Primitive, example: Example, adjoint: Node, sent: Node, node: Node, place: Place) -> None:
    generator = np.random.default_rng(7)
    shape = np.shape(place.values[node])
    direction = generator.normal(size=shape)
    if node.facts.is_symmetric:
        direction = direction + direction.T
    exact = np.vectorize(Fraction, otypes=[object])
    step = Fraction(1, 10**18)
    ends = []
    for sign in (1, -1):
        moved = np.asarray(exact(place.values[node]) + sign * step * exact(direction), dtype=object)[()]
        ends.append(example.value(place.moved(node, moved), digits=60))
    values = generator.normal(size=(2, *np.shape(ends[0])))
    exactly = np.vectorize(mpmath.mpf, otypes=[object])
    forward = [
        np.sum(exactly(one) * (np.vectorize(zero_one, otypes=[object])(ends[0]) - ends[1])) / (2 * _STEP) for one in values
    ]
    got = example.value(Place({**place.values, adjoint: values}, place.sizes), sent, digits=60)
    try:
        got = np.broadcast_to(_summed(got, shape), (2, *shape))
    except ValueError:
        broken(record, "vjp", f"to {node} of shape {shape}, an adjoint with an axis of 2 before sends shape {got.shape}")
    for one, expected in zip(got, forward, strict=True):
        total = np.sum(one * exactly(direction))
        if not abs(total - expected) <= mpmath.mpf("1e-12") * max(1, abs(expected)):
            broken(
                record,
                "vjp",
                f"{example.text}: along a direction of {node} it gives {_short(total)}, and the slope is {_short(expected)}",
            )


def _summed(sent: Any, shape: tuple[int, ...]) -> Any:
    """Return what is sent, added up along the axes along which the argument was stretched, as the sweep does."""
    extra = sent.ndim - 1 - len(shape)
    if extra > 0:
        sent = sent.sum(axis=tuple(range(1, extra + 1)))
    stretched = tuple(k + 1 for k, size in enumerate(shape) if size == 1 and sent.ndim > k + 1 and sent.shape[k + 1] > 1)
    return sent.sum(axis=stretched, keepdims=True) if stretched else sent


# -- definition and reference ---------------------------------------------------------------------------------


@law("definition")
def law_definition(subject: Subject) -> None:
    """The definition is the function: its value in 2,000 digits is the reference, or what the code gives."""
    record = subject.record
    if record.definition is None or record.conditional:
        return
    is_judged = record.reference is not None or record.precise is not None
    for example in subject.examples:
        body = as_node(record.definition(*example.args))
        code = None if is_judged else compile_formulas(example.inputs, [example.node], as_list=False)
        far = example.extreme if is_judged else []
        for place in [*example.places, *far]:
            defined = zero_one(example.number(place, body, digits=2000 if place in far else 200))
            if code is None:
                true, allowed = example.number(place), mpmath.mpf("1e-40")
            else:
                true, allowed = mpmath.mpf(float(_called(code, example, place))), mpmath.mpf(max(1e-9, 100 * record.accuracy))
            if not mpmath.isfinite(true):
                continue
            least = mpmath.mpf("1e-15") if code is not None else mpmath.mpf(10) ** (-400 if place in far else -100)
            if not abs(defined - true) <= allowed * max(abs(true), least):
                broken(record, "definition", f"it gives {_short(defined)} at {place}, and the function is {_short(true)}")


@law("reference", "precise")
def law_reference(subject: Subject) -> None:
    """The reference of many digits is what the definition gives, and without one what the code gives."""
    record = subject.record
    field = "precise" if record.precise is not None else "reference"
    if (record.precise is None and record.reference is None) or record.conditional:
        return
    for example in subject.examples:
        body = as_node(record.definition(*example.args)) if record.definition is not None else None
        try:
            code = None if body is not None else compile_formulas(example.inputs, [example.node], as_list=False)
        except SymgdError:  # a function that has code at numbers only
            continue
        if not example.places:
            broken(record, field, "it has no value at any point that was tried")
        for place in example.places:
            reference = example.number(place)
            if body is not None:
                true, allowed = zero_one(example.number(place, body, digits=200)), mpmath.mpf("1e-40")
            else:
                true, allowed = mpmath.mpf(float(_called(code, example, place))), mpmath.mpf(max(1e-9, 100 * record.accuracy))
            if mpmath.isfinite(true) and not abs(zero_one(reference) - true) <= allowed * max(abs(true), mpmath.mpf("1e-10")):
                what = "the definition" if body is not None else "the code"
                broken(record, field, f"it gives {_short(reference)} at {place}, and {what} {_short(true)}")


def _called(code: Any, example: Example, place: Place) -> Any:
    with np.errstate(all="ignore"):
        return code(*(float(place.values[node]) for node in example.inputs))


@law("evaluate", "code")
def law_evaluate(subject: Subject) -> None:
    """The evaluation in any arithmetic gives what the compiled code gives."""
    record = subject.record
    if record.evaluate is None:
        if not record.is_elementwise and subject.examples:
            broken(record, "evaluate", "a function of tensors says how it is evaluated")
        return
    for example in subject.examples:
        if not example.inputs:
            continue
        try:
            code = compile_formulas(example.inputs, [example.node], as_list=False)
        except SymgdError:  # the size of an axis is in no argument
            continue
        for place in example.places[:2]:
            true = np.asarray(code(*(place.values[node] for node in example.inputs)))
            got = example.value(place)
            if got.shape != true.shape or not _agree(got.astype(float), true):
                broken(record, "evaluate", f"{example.text} does not evaluate to what its code gives at {place}")


def _agree(got: Any, true: Any) -> bool:
    """Whether numbers agree; unit vectors in the columns of a matrix need to agree up to their signs only."""
    if got.ndim == 2 and np.allclose((true**2).sum(axis=0), 1) and not np.allclose(got, true, rtol=1e-9, atol=1e-11):
        got = got * np.sign((got * true).sum(axis=0))
    return bool(np.allclose(got, true, rtol=1e-9, atol=1e-11))


# -- kinks ----------------------------------------------------------------------------------------------------

_GRID = tuple(Fraction(k, 4) + Fraction(1, 97) for k in range(-18, 19))
_FAR = tuple(sign * (Fraction(k) + Fraction(1, 97)) for k in (5, 6, 8, 11, 15, 20, 28, 40, 60, 100) for sign in (-1, 1))
_HALVINGS = 80
_SEARCH_DIGITS = 32
_AHEAD = mpmath.mpf(2) ** -90
_EARLY, _SHRUNK = 10, mpmath.mpf("1e-2")
_ROOT = mpmath.mpf("0.6")
_JUMPS = mpmath.mpf("1e-6")
_POLE = mpmath.mpf("1e8")


@dataclass(frozen=True)
class Break:
    """A place where a function of one argument jumps, or its slope does."""

    where: Fraction
    is_exact: bool
    what: str


def _lines(example: Example, node: Node) -> list[Place]:
    """Return places that say where the other arguments are held."""
    others = [one for one in example.inputs if one is not node]
    if not others:
        return [Place({}, {})]
    held = (Fraction(0), Fraction(2))
    choices = [(one,) * len(others) for one in held]
    return [Place(dict(zip(others, choice, strict=True)), {}) for choice in choices]


def _differences(along: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the slope of a function ahead of a point, by a difference whose step is smaller than what the search resolves."""

    def at(number: Any) -> Any:
        with mpmath.workdps(60):
            return (along(number + _AHEAD) - along(number)) / _AHEAD

    return at


def _rounded(along: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function in the digits that the search for breaks needs."""

    def at(number: Any) -> Any:
        with mpmath.workdps(_SEARCH_DIGITS):
            return along(number)

    return at


def _breaks(example: Example, node: Node, held: Place, formula: Node | None, what: str) -> Iterator[Break]:
    """Yield where a formula jumps along an argument; without a formula, where differences of the function do."""
    at = _rounded(example.along(held, node, formula)) if formula is not None else _differences(example.along(held, node))

    def number(x: Fraction) -> Any:
        return at(mpmath.mpf(x.numerator) / x.denominator)

    fixed = (*_GRID, *_FAR) if len(example.inputs) == 1 else _GRID[::2]
    grid = sorted({*fixed, *(Fraction(one) + Fraction(k, 31) for one in example.at for k in (-1, 1))})
    values = {x: number(x) for x in grid if _is_good(example, held.moved(node, x))}
    for a, b in itertools.pairwise(grid):
        if a not in values or b not in values:
            continue
        low, high, first = values[a], values[b], abs(values[b] - values[a])
        noise = mpmath.mpf("1e-24") * max(1, abs(low), abs(high))
        if not mpmath.isfinite(first) or first <= noise:
            continue
        for k in range(_HALVINGS):
            middle = (a + b) / 2
            value = number(middle)
            if not mpmath.isfinite(value):
                break
            if abs(value - low) >= abs(high - value):
                b, high = middle, value
            else:
                a, low = middle, value
            # over smaller parts a function with a slope changes as their length, one with an infinite slope as a root of it
            shrunk = mpmath.mpf(2) ** (-_ROOT * k) if what == "it" else _SHRUNK
            if k >= _EARLY and abs(high - low) <= first * shrunk:
                break
        else:
            simple = a.limit_denominator(1000)
            is_exact = abs(simple - a) < Fraction(1, 10**15)
            if is_exact or max(abs(low), abs(high)) < _POLE:
                yield Break(simple if is_exact else a, is_exact, what)


def _is_good(example: Example, place: Place) -> bool:
    return example.is_inside(place) and example.has_value(place)


def _is_declared(example: Example, place: Place, node: Node, at: Break) -> bool:
    """Whether a declared kink is 0 at a break, or next to it where it is known in so many digits only."""
    kinks = example.record.kinks
    if kinks is None:
        return False
    near = [at.where] if at.is_exact else [at.where + k * Fraction(1, 2**82) for k in (-1, 0, 1, 2)]
    return any(
        abs(zero_one(example.number(place.moved(node, x), as_node(kink), digits=60))) <= mpmath.mpf("1e-20")
        for kink in kinks(*example.args)
        for x in near
    )


def _zeros(example: Example, node: Node, held: Place) -> list[Fraction]:
    """Return where declared kinks are 0 along an argument, as far as simple numbers tell."""
    kinks = example.record.kinks
    assert kinks is not None
    numbers = sorted({Fraction(k, 2) for k in range(-8, 9)} | {Fraction(at) for at in example.at})
    expressions = [as_node(kink) for kink in kinks(*example.args)]
    found = [
        x for x in numbers if any(zero_one(example.number(held.moved(node, x), kink, digits=60)) == 0 for kink in expressions)
    ]
    if found:
        return found
    for kink in expressions:  # between numbers
        for a, b in itertools.pairwise(_GRID):
            low, high = (zero_one(example.number(held.moved(node, x), kink, digits=60)) for x in (a, b))
            if mpmath.isfinite(low) and mpmath.isfinite(high) and low * high < 0:
                for _ in range(120):
                    middle = (a + b) / 2
                    value = zero_one(example.number(held.moved(node, middle), kink, digits=60))
                    a, b = (a, middle) if value * low <= 0 else (middle, b)
                found.append(a)
    return found


@dataclass(frozen=True)
class Sides:
    """What a function does on both sides of a point: the slopes there, and by how much it jumps."""

    left: Any
    right: Any
    jump: Any

    @property
    def is_break(self) -> bool:
        """Whether the function or its slope jumps, or the slope is infinite."""
        if self.jump > _JUMPS:
            return True
        size = max(abs(self.left), abs(self.right))
        return bool(size > mpmath.mpf("1e9") or abs(self.left - self.right) > _JUMPS * max(1, size))


def _sides(example: Example, node: Node, held: Place, x: Fraction) -> Sides | None:
    """Return what a function does next to a point, or None where it has no value there."""
    at = example.along(held, node)
    centre = mpmath.mpf(x.numerator) / x.denominator
    h = mpmath.mpf("1e-20")
    values = [at(centre + k * h) for k in (-2, -1, 0, 1, 2)]
    if not all(mpmath.isfinite(value) for value in values):
        return None
    left, right = (values[1] - values[0]) / h, (values[4] - values[3]) / h
    is_steep = max(abs(left), abs(right)) > mpmath.mpf("1e9")
    jump = mpmath.mpf(0) if is_steep else max(abs(values[3] - values[1]), abs(values[2] - values[1]))
    return Sides(left, right, jump)


@law("kinks")
def law_kinks(subject: Subject) -> None:
    """The slope (or the function) jumps where a declared kink is 0, and nowhere else."""
    record = subject.record
    for example in subject.examples:
        if not example.is_scalar:
            _judge_kinks_of_tensors(subject)
            return
        if record.conditional or not example.inputs:
            continue
        at_zeros: list[bool] = []
        slopes = slopes_of(example)
        for k, node in example.real:
            if k < len(record.derivative) and record.derivative[k] is None:
                continue
            for held in _lines(example, node):
                formulas: list[tuple[Node | None, str]] = [(example.node, "it")]
                if not example.node.is_boolean:
                    formulas.append((slopes.get(k), "its slope"))
                for formula, what in formulas:
                    for one in _breaks(example, node, held, formula, what):
                        place = held.moved(node, one.where)
                        if _is_good(example, place) and not _is_declared(example, held, node, one):
                            broken(record, "kinks", f"{what} jumps at {place}, where no kink is declared")
                for zero in _zeros(example, node, held) if record.kinks is not None else ():
                    sides = _sides(example, node, held, zero)
                    if sides is not None:
                        at_zeros.append(sides.is_break)
        if record.kinks is not None and at_zeros and not any(at_zeros):
            broken(record, "kinks", f"{example.text} has no kink where one is declared: both sides have one slope")


def _judge_kinks_of_tensors(subject: Subject) -> None:
    """At ties, zeros and multiples of the identity the slopes of both sides differ for some direction, or for none."""
    record = subject.record
    seen: list[bool] = []
    for example in subject.examples:
        for k, node in example.real:
            for place in example.places[:1]:
                others = [one for one in example.real if one[0] != k]
                shape = np.shape(place.values[node])
                for special in _special(shape):
                    found = _has_two_slopes(example, place.moved(node, special), node)
                    if found is not None:
                        seen.append(found)
                        if found and record.kinks is None and not others:
                            broken(
                                record, "kinks", f"{example.text} has two slopes at {node} = {special}, and no kink is declared"
                            )
    if record.kinks is not None and seen and not any(seen):
        broken(record, "kinks", "no kink was found at ties, zeros and multiples of the identity")


def _special(shape: tuple[int, ...]) -> list[Any]:
    found = [np.zeros(shape), np.ones(shape)]
    if len(shape) == 2:
        found.append(np.eye(*shape))
    return found


def _has_two_slopes(example: Example, place: Place, node: Node) -> bool | None:
    """Whether a function has other slopes ahead than behind along a direction; None where it has no value."""
    generator = np.random.default_rng(11)
    direction = generator.normal(size=np.shape(place.values[node]))
    exact = np.vectorize(Fraction, otypes=[object])
    h = Fraction(1, 10**20)
    values = []
    for k in (-1, 0, 1):
        moved = np.asarray(exact(place.values[node]) + k * h * exact(direction), dtype=object)[()]
        try:
            value = example.value(place.moved(node, moved), digits=60).ravel()
        except SymgdError:
            return None
        if not all(mpmath.isfinite(zero_one(entry)) for entry in value):
            return None
        values.append(value)
    step = mpmath.mpf("1e-20")
    bends = [(c - 2 * b + a) / step for a, b, c in zip(*values, strict=True)]
    slopes = [max(abs(c - b), abs(b - a)) / step for a, b, c in zip(*values, strict=True)]
    if any(slope > mpmath.mpf("1e12") for slope in slopes):
        return True if all(slope < mpmath.mpf("1e22") for slope in slopes) else None
    return any(abs(bend) > mpmath.mpf("1e-9") * max(1, slope) for bend, slope in zip(bends, slopes, strict=True))


_STATED = re.compile(r"'\((-?[\d./]+)\) = (-?[\d./]+)$")


@law("at_kink")
def law_at_kink(subject: Subject) -> None:
    """Who has kinks says what the slope is there: the value of the derivative, between the slopes of both sides."""
    record = subject.record
    if record.is_boolean:
        return
    if record.kinks is not None and not record.at_kink:
        broken(record, "at_kink", "it has kinks, and nothing is said of the slope there")
    if record.kinks is None and record.at_kink:
        broken(record, "at_kink", f"it has no kinks, and {record.at_kink!r} is said of them")
    if record.kinks is None:
        return
    for example in subject.examples:
        if not example.is_scalar:
            continue
        for k, slope in slopes_of(example).items():
            (node,) = (one for j, one in example.real if j == k)
            for held in _lines(example, node):
                for zero in _zeros(example, node, held):
                    _judge_convention(record, example, slope, node, held, zero)
    stated = _STATED.search(record.at_kink)
    if stated is not None and len(subject.examples[0].inputs) == 1:
        example = subject.examples[0]
        slope = slopes_of(example)[0]
        value = example.number(Place({example.inputs[0]: Fraction(stated[1])}, {}), slope)
        if value != _number(Fraction(stated[2])):
            broken(record, "at_kink", f"{record.at_kink!r}, and the derivative is {_short(value)} there")


def _judge_convention(record: Primitive, example: Example, slope: Node, node: Node, held: Place, zero: Fraction) -> None:
    place = held.moved(node, zero)
    sides = _sides(example, node, held, zero)
    if sides is None or not sides.is_break:
        return
    value = zero_one(example.number(place, slope))
    if not mpmath.isfinite(value) or max(abs(sides.left), abs(sides.right)) > mpmath.mpf("1e9"):
        return
    low, high = min(sides.left, sides.right), max(sides.left, sides.right)
    noise = mpmath.mpf("1e-15") * max(1, abs(low), abs(high))
    if not low - noise <= value <= high + noise:
        broken(
            record,
            "at_kink",
            f"the derivative in {node} is {_short(value)} at {place}, and the slopes are {_short(low)} and {_short(high)}",
        )
    code = compile_formulas(example.inputs, [slope + 0 * example.inputs[0]], as_list=False)
    with np.errstate(all="ignore"):
        got = float(code(*(float(place.values[one]) for one in example.inputs)))
    if not abs(got - value) <= mpmath.mpf("1e-9") * max(1, abs(value)):
        broken(record, "at_kink", f"the code takes the slope {got} at {place}, and the derivative is {_short(value)}")


def _number(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


def _short(number: Any) -> str:
    return mpmath.nstr(zero_one(number), 8) if not isinstance(number, bool) else str(number)
