"""Points at which a formula is judged: random, inside its domain, honouring what is declared of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import mpmath
import numpy as np

from symgd.errors import DomainError, SymgdError
from symgd.graph.facts import Interval, Sign
from symgd.graph.infer import domain_of
from symgd.graph.node import Node, name_of, symbols_of
from symgd.graph.primitive import Requirement
from symgd.graph.shape import size_value
from symgd.graph.walk import toposort
from symgd.verify.high_precision import evaluate_precisely
from symgd.verify.inputs import check_work, choose_sizes, read_sizes, row_numbers

__all__ = ["Point", "points", "read_point"]

_TRIES = 60


class Point:
    """Values of the inputs, and the sizes they imply."""

    def __init__(self, values: dict[Node, Any], sizes: dict[str, int]) -> None:
        self.values = values
        self.sizes = sizes

    def __repr__(self) -> str:
        return ", ".join(
            f"{node.name} = {np.array2string(np.asarray(value), precision=6)}" for node, value in self.values.items()
        )


def read_point(inputs: Sequence[Node], at: Mapping[Any, Any]) -> Point:
    """Read the values a user gives.

    Raises
    ------
    SymgdError
        For a name that is not in the formula, a missing value, or a shape that does not fit.
    """
    if not isinstance(at, Mapping):
        raise SymgdError("a point names its values", hint="at={'x': 1.0, 'w': [1.0, 2.0]}")
    known = {node.name: node for node in inputs}
    values: dict[Node, Any] = {}
    for key, value in at.items():
        name = name_of(key)
        if name not in known:
            raise SymgdError(f"{name[:40]!a} is not in the formula", hint=f"its inputs are {', '.join(known)}")
        values[known[name]] = value if isinstance(value, mpmath.mpf) else _numbers(name, value)
    missing = [name for name, node in known.items() if node not in values]
    if missing:
        raise SymgdError(f"a value is missing for {', '.join(missing)}")
    return Point(values, read_sizes(values))


def _numbers(name: str, value: Any) -> Any:
    try:
        array = np.asarray(value)
        array.astype(float)
    except (TypeError, ValueError):
        raise SymgdError(f"the value of {name} is not an array of numbers") from None
    return array


def points(
    formula: Node, count: int, seed: int, sizes: Mapping[str, int] | None = None, others: Sequence[Node] = ()
) -> list[Point]:
    """Return random points inside the domain of a formula, with values for the inputs of others too.

    Raises
    ------
    DomainError
        Where none is found.
    """
    generator = np.random.default_rng(seed)
    choices = [choose_sizes((formula, *others), sizes, turn) for turn in (0, 1)]
    check_work((formula, *others), choices[0])
    symbols = symbols_of(formula, *others)
    required = domain_of(formula)
    rows = row_numbers(toposort((formula, *others)))
    found: list[Point] = []
    for attempt in range(_TRIES):
        chosen = choices[attempt * 2 // _TRIES]
        values = {
            node: generator.integers(size_value(rows[node], chosen), size=tuple(size_value(n, chosen) for n in node.shape))
            if node in rows
            else _draw(node, required.get(node, Sign.ANY), chosen, generator, attempt)
            for node in symbols
        }
        (value,) = evaluate_precisely([formula], values, chosen, digits=20)
        if all(map(mpmath.isfinite, value.flat)) and _settles(formula, value, values, chosen):
            found.append(Point(values, chosen))
            if len(found) == count or not symbols:
                return found
    if found:
        return found
    raise DomainError(
        "no point was found where the formula is defined", hint="give one with at={…}, or declare facts such as positive=True"
    )


def _settles(formula: Node, value: Any, values: Mapping[Node, Any], sizes: Mapping[str, int]) -> bool:
    """Whether more digits give the same value: what stands on a division by a rounded 0 changes with every digit."""
    (finer,) = evaluate_precisely([formula], values, sizes, digits=40)
    return all(
        isinstance(one, bool) or abs(one - other) <= max(1, abs(other)) * 1e-8
        for one, other in zip(value.flat, finer.flat, strict=True)
    )


def _draw(node: Node, required: Requirement, sizes: Mapping[str, int], generator: np.random.Generator, attempt: int) -> Any:
    shape = tuple(size_value(size, sizes) for size in node.shape)
    facts = node.facts
    if facts.is_one_hot:
        value = np.zeros(shape)
        for index in np.ndindex(*shape[:-1]):
            value[(*index, generator.integers(shape[-1]))] = 1.0
        return value
    if facts.sums_to is not None:
        weights = generator.integers(1, 100, shape).astype(float)
        weights[..., -1] = 512 - weights[..., :-1].sum(-1)
        return weights / 512 * float(facts.sums_to)
    if facts.is_symmetric:
        factor = generator.normal(size=shape)
        product = factor @ factor.T / shape[0] + 0.5 * np.eye(shape[0])
        product = (product + product.T) / 2
        return product if facts.is_positive_semidefinite else (factor + factor.T) / 2
    return _inside(facts.interval & Interval.of(required), shape, generator, attempt)


def _inside(interval: Interval, shape: Sequence[int], generator: np.random.Generator, attempt: int) -> Any:
    """Draw numbers inside an interval, from wider and narrower distributions in turn."""
    low, high = float(interval.low), float(interval.high)
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * generator.uniform(0.05, 0.95, shape)
    if np.isfinite(low):
        return low + generator.lognormal(0.0, 0.7, shape)
    if np.isfinite(high):
        return high - generator.lognormal(0.0, 0.7, shape)
    drawn = generator.normal(size=tuple(shape)) * (1.0, 1.0, 0.3, 2.0)[attempt % 4]
    return np.abs(drawn) + 0.1 if attempt % 3 == 1 else drawn
