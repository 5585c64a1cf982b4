"""What is declared of an input: its name, where its entries lie, and its structure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symgd.arguments import read_flag
from symgd.errors import ShapeError, SymgdError, shown
from symgd.graph.assumptions import Bound, Interval, Sign
from symgd.graph.frozen import unchangeable
from symgd.graph.hooks import Hook
from symgd.graph.shape import Shape, show_shape

__all__ = ["SymbolFacts", "check_name", "read_facts"]

_as_node: Hook[[Any], Any] = Hook("symgd.graph.conversion", "as_node")


@unchangeable
@dataclass(frozen=True, slots=True)
class SymbolFacts:
    """What is declared of an input: where its entries lie, and its structure."""

    interval: Interval = Interval()
    is_nonzero: bool = False
    is_symmetric: bool = False
    is_positive_semidefinite: bool = False
    is_positive_definite: bool = False
    is_one_hot: bool = False
    sums_to: Fraction | None = None
    values: tuple[Fraction, ...] | None = None
    """The only values of the entries, ascending."""

    @property
    def sign(self) -> Sign:
        """The signs the entries can have."""
        return self.interval.sign & (Sign.NONZERO if self.is_nonzero else Sign.ANY)

    @property
    def of_entries(self) -> SymbolFacts:
        """What holds of every entry alone: where it lies, and which values it takes."""
        return SymbolFacts(self.interval, self.is_nonzero, values=self.values)


def check_name(name: Any) -> str:
    """Return `name` if it can name an input."""
    if not isinstance(name, str) or not name:
        raise SymgdError("a name is a non-empty text")
    letters = all(c == "_" or unicodedata.category(c)[0] == "L" or c.isdecimal() for c in name)
    if not letters or name[0].isdecimal() or len(name) > 64 or unicodedata.normalize("NFKC", name) != name:
        raise SymgdError(
            f"{name[:40]!a} cannot name an input",
            hint="use letters, digits and underscores, at most 64 of them, the first not a digit",
        )
    return name


_NUMBERS = ("lower", "upper", "sums_to", "values")
"""Facts that are numbers; the others hold or do not."""
MAX_VALUES = 100


def read_facts(name: str, shape: Shape, facts: Mapping[str, Any]) -> SymbolFacts:
    """Return what is declared of an input of a name and a shape.

    Raises
    ------
    SymgdError
        For what is no fact, or cannot be.
    """
    known = {
        "positive",
        "nonnegative",
        "nonzero",
        "negative",
        "nonpositive",
        "lower",
        "upper",
        "symmetric",
        "psd",
        "pd",
        "one_hot",
        "sums_to",
        "values",
    }
    for fact in facts:
        if fact not in known:
            raise SymgdError(f"{fact} is not a fact that can be declared of {name}", hint=f"known: {', '.join(sorted(known))}")
    declared = {
        fact: value
        for fact, value in facts.items()
        if value is not None and (fact in _NUMBERS or read_flag(value, f"{fact} of {name}"))
    }
    interval = Interval(
        _bound(facts.get("lower"), -math.inf, f"lower of {name}"), _bound(facts.get("upper"), math.inf, f"upper of {name}")
    )
    for fact, sign in (
        ("positive", Sign.POSITIVE),
        ("nonnegative", Sign.NONNEGATIVE),
        ("negative", Sign.NEGATIVE),
        ("nonpositive", Sign.NONPOSITIVE),
    ):
        if fact in declared:
            interval &= Interval.of_sign(sign)
    if "one_hot" in declared:
        interval &= Interval(0, 1)
    values = _values(declared["values"], name) if "values" in declared else None
    if values is not None:
        values = tuple(value for value in values if value in interval and not (value == 0 and "nonzero" in declared))
        interval &= Interval(values[0], values[-1]) if values else Interval(1, 0)
    if interval.is_empty:
        raise SymgdError(f"no number satisfies what is declared of {name}")
    matrix_facts = {"symmetric", "psd", "pd"} & set(declared)
    if matrix_facts and (len(shape) != 2 or shape[0] != shape[1]):
        raise ShapeError(f"{name} has shape {show_shape(shape)}: only a square matrix can be {min(matrix_facts)}")
    if {"one_hot", "sums_to"} & set(declared) and not shape:
        raise ShapeError(f"{name} is a scalar: only a tensor can be one_hot or sum to a number along its last axis")
    symbol_facts = SymbolFacts(
        interval=interval,
        is_nonzero="nonzero" in declared or (values is not None and 0 not in values),
        is_symmetric=bool(matrix_facts),
        is_positive_semidefinite="psd" in declared or "pd" in declared,
        is_positive_definite="pd" in declared,
        is_one_hot="one_hot" in declared,
        sums_to=Fraction(1) if "one_hot" in declared else _sum(declared["sums_to"], name) if "sums_to" in declared else None,
        values=values,
    )
    if _is_contradiction(symbol_facts):
        raise SymgdError(f"nothing satisfies all that is declared of {name}", hint="leave out what is not so")
    return symbol_facts


def _is_contradiction(facts: SymbolFacts) -> bool:
    """Whether no array has the facts, whatever its size: a positive definite matrix has a positive diagonal."""
    if not facts.sign or (facts.is_positive_definite and not facts.sign & Sign.POSITIVE):
        return True
    if facts.is_positive_semidefinite and not facts.sign & Sign.NONNEGATIVE:
        return True
    if facts.is_one_hot:
        return not (facts.sign & Sign.ZERO and facts.interval.high >= 1)
    if facts.sums_to:
        return not facts.sign & (Sign.POSITIVE if facts.sums_to > 0 else Sign.NEGATIVE)
    return False


def _values(given: Any, name: str) -> tuple[Fraction, ...]:
    """Return the values that entries take, ascending."""
    hint = "as in values=[-1, 1]"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise SymgdError(f"the values of {name} are a list of numbers, not {shown(given)}", hint=hint)
    numbers = [_bound(value, math.nan, f"values of {name}") for value in given]
    if not numbers or len(numbers) > MAX_VALUES or any(number != number or abs(number) == math.inf for number in numbers):
        raise SymgdError(f"the values of {name} are 1 to {MAX_VALUES} finite numbers", hint=hint)
    return tuple(sorted({Fraction(number) for number in numbers}))


def _sum(value: Any, name: str) -> Fraction:
    try:
        if isinstance(value, bool):
            raise TypeError
        return Fraction(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise SymgdError(f"the entries sum to a number, not to {shown(value)}: sums_to of {name}") from None


def _bound(value: Any, default: float, what: str) -> Bound:
    if value is None:
        return default
    try:
        number = None if isinstance(value, bool) else _as_node(value)
    except SymgdError:
        number = None
    if number is None or not number.is_constant or number.value != number.value:
        raise SymgdError(f"a bound is a number, not {shown(value)}: {what}", hint="leave a bound out that is not known")
    try:
        float(number.value)
    except OverflowError:
        raise SymgdError(
            f"a bound is a number that a float holds, not {shown(value)}: {what}", hint="leave a bound out that is not known"
        ) from None
    bound: Bound = number.value
    return bound
