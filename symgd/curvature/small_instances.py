"""Small instances of a formula: short sizes for symbolic axes, and short numbers for what is held fixed.

A formula is convex where it is for every value of what is held fixed, so one instance that is not refutes it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.curvature.domain import Domain, both, read_domain
from symgd.errors import SymgdError
from symgd.evaluation.evaluator import entries_of
from symgd.graph.assumptions import Interval
from symgd.graph.conversion import as_node
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Requirement
from symgd.graph.shape import size_names
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import substitute, symbols_of, toposort

__all__ = ["Instance", "by_entries", "instances", "with_numbers"]

MAX_ENTRIES = 12
MAX_DATA = 400
_NUMBERS = tuple(Fraction(text) for text in ("1", "2", "-1", "1/2", "-2", "3", "-1/2", "1/3", "0", "5"))


@dataclass(frozen=True)
class Instance:
    """A formula of scalar variables alone."""

    formula: Node
    variables: list[Node]
    domain: Domain
    parameters: Mapping[str, Any]


def instances(formula: Node, wrt: Sequence[Node], domain: Domain, seed: int = 0) -> Iterator[Instance]:
    """Yield instances: the formula itself where nothing is open, otherwise a few with numbers for the rest."""
    inputs = symbols_of(formula)
    fixed = [node for node in inputs if node not in wrt]
    if any(node.facts.values is not None for node in wrt):
        return  # points between the values are none
    if any(array.size > MAX_DATA for array in domain.data.values()):
        return  # too many numbers to write out
    names = sorted(set(itertools.chain.from_iterable(size_names(node.shape) for node in toposort((formula,)))))
    is_scalar = not names and not any(node.shape for node in toposort((formula,)))
    if is_scalar and not fixed:
        yield Instance(formula, list(wrt), domain, {})
        return
    generator = np.random.default_rng(seed)
    for attempt in range(8):
        try:
            sizes = dict.fromkeys(names, (1 if attempt % 2 == 0 else 2) + attempt // 4) | _sizes_of(domain.data)
        except SymgdError:
            return
        instance = _instance(formula, wrt, domain, fixed, sizes, generator, attempt)
        if instance is not None:
            yield instance


def with_numbers(formula: Node, wrt: Sequence[Node], domain: Domain) -> Instance | None:
    """Write a formula out entry by entry, with its data as numbers; None where they do not say everything, or too much."""
    inputs = symbols_of(formula)
    fixed = [node for node in inputs if node not in wrt]
    names = set(itertools.chain.from_iterable(size_names(node.shape) for node in toposort((formula,))))
    if not all(node in domain.data for node in fixed) or sum(array.size for array in domain.data.values()) > MAX_DATA:
        return None
    try:
        sizes = _sizes_of(domain.data)
    except SymgdError:
        return None
    if names - sizes.keys():
        return None
    return _instance(formula, wrt, domain, fixed, sizes, np.random.default_rng(0), 0)


def by_entries(formula: Node, wrt: Sequence[Node], domain: Domain) -> Instance | None:
    """Write a formula of small tensors with sizes that are numbers out, entry by entry; what is held stays open.

    A symmetric matrix is known by its entries on and above the diagonal. None where that is no question about a box.
    """
    if any(size_names(node.shape) for node in toposort((formula,))) or domain.constraints:
        return None
    if any(_has_more_than_bounds(node) for node in symbols_of(formula)):
        return None
    try:
        outputs, entries = entries_of([formula])
    except (SymgdError, IndexError, ValueError):
        return None
    variables, replaced, intervals = list[Node](), dict[Node, Node](), dict[str, Interval]()
    for node in symbols_of(formula):
        for index, entry in np.ndenumerate(entries[node]):
            if node.facts.is_symmetric and index[0] > index[1]:
                replaced[entry] = entries[node].item(index[::-1])
            elif node in wrt:
                variables.append(entry)
                intervals[entry.name] = domain.intervals[node]
    (written,) = substitute([as_node(outputs[0][()])], replaced)
    if not 0 < len(variables) <= MAX_ENTRIES:
        return None
    try:
        return Instance(written, variables, read_domain(written, variables, intervals, []), {})
    except SymgdError:
        return None


def _has_more_than_bounds(node: Node) -> bool:
    facts = node.facts
    return facts.is_one_hot or facts.sums_to is not None or facts.is_positive_semidefinite


def _instance(
    formula: Node,
    wrt: Sequence[Node],
    domain: Domain,
    fixed: Sequence[Node],
    sizes: Mapping[str, int],
    generator: np.random.Generator,
    attempt: int,
) -> Instance | None:
    try:
        (outputs, entries) = entries_of([formula, *domain.natural], sizes)
    except (SymgdError, IndexError, ValueError):
        return None
    written: Node = as_node(outputs[0][()])
    needed = [as_node(entry) for output in outputs[1:] for entry in output.flat]
    wheres = [where for output, where in zip(outputs[1:], domain.natural.values(), strict=True) for _ in output.flat]
    values, parameters = _numbers_for(fixed, domain, entries, generator, attempt)
    parameters = {**sizes, **parameters}
    if any(_has_more_than_bounds(node) for node in fixed if node not in domain.data):
        return None
    try:
        written, *needed = substitute([written, *needed], values)
    except SymgdError:
        return None  # a parameter of 0 stands in a denominator
    variables: list[Node] = []
    replaced: dict[Node, Node] = {}
    intervals: dict[str, Interval] = {}
    for node in wrt:
        if node not in entries:
            continue
        if node.facts.is_one_hot or node.facts.sums_to is not None or node.facts.values is not None:
            return None
        for index, entry in np.ndenumerate(entries[node]):
            if node.facts.is_symmetric and index[0] > index[1]:
                replaced[entry] = entries[node].item(index[::-1])
                continue
            variables.append(entry)
            intervals[entry.name] = domain.intervals[node]
    written, *needed = substitute([written, *needed], replaced)
    if not 0 < len(variables) <= MAX_ENTRIES or not set(symbols_of(written)) <= set(variables):
        return None
    if any(node.facts.is_positive_semidefinite for node in wrt):
        return None  # a box of entries is no set of positive definite matrices
    constraints = substitute(domain.constraints, values) if not any(node.shape for node in wrt) else []
    if domain.constraints and any(node.shape for node in wrt):
        return None
    try:
        entry_domain = _with_needs(read_domain(written, variables, intervals, constraints), needed, wheres)
    except SymgdError:
        return None
    return None if entry_domain is None else Instance(written, variables, entry_domain, parameters)


def _with_needs(domain: Domain, needed: Sequence[Node], wheres: Sequence[Requirement]) -> Domain | None:
    """Return a domain with what the formula needed before it was simplified; None where that is nowhere so."""
    facts, natural = Facts(domain.assumptions()), dict(domain.natural)
    for node, where in zip(needed, wheres, strict=True):
        if facts.is_implied(node, where):
            continue
        if node.is_constant:
            return None
        natural[node] = both(natural[node], where) if node in natural else where
    return Domain(domain.intervals, domain.constraints, natural, domain.fixed, domain.data)


def _numbers_for(
    fixed: Sequence[Node], domain: Domain, entries: Mapping[Node, Any], generator: np.random.Generator, attempt: int
) -> tuple[dict[Node, Node], dict[str, Any]]:
    """Return numbers for the entries of what is held fixed, and the same by their names."""
    values: dict[Node, Node] = {}
    parameters: dict[str, Any] = {}
    for node in fixed:
        for index, entry in np.ndenumerate(entries[node]):
            if node.facts.is_symmetric and index[0] > index[1]:
                values[entry] = values[entries[node][index[::-1]]]
                parameters[f"{node.name}[{', '.join(map(str, index))}]"] = values[entry].value
                continue
            number = _given(domain.data, node, index)
            if number is None:
                number = _number_for(node.facts, generator, attempt)
            values[entry] = constant(number)
            parameters[f"{node.name}[{', '.join(map(str, index))}]" if index else node.name] = number
    return values, parameters


def _sizes_of(data: Mapping[Node, Any]) -> dict[str, int]:
    """Return the sizes that given arrays show, where an axis has a name alone."""
    sizes: dict[str, int] = {}
    for node, array in data.items():
        for size, length in zip(node.shape, array.shape, strict=True):
            names = size_names((size,))
            if len(names) == 1 and str(size) == names[0]:
                sizes[names[0]] = int(length)
    return sizes


def _given(data: Mapping[Node, Any], node: Node, index: tuple[int, ...]) -> Fraction | None:
    """Return an entry of the data as the decimal it prints as."""
    return Fraction(repr(float(data[node][index]))) if node in data else None


def _number_for(facts: SymbolFacts, generator: np.random.Generator, attempt: int) -> Fraction:
    """Return a short number that the facts allow."""
    if facts.values is not None:
        return facts.values[int(generator.integers(len(facts.values)))]
    interval, is_nonzero = facts.interval, facts.is_nonzero
    if attempt == 0 and 1 in interval:
        return Fraction(1)
    allowed = [number for number in _NUMBERS if number in interval and not (is_nonzero and number == 0)]
    if allowed:
        return allowed[int(generator.integers(len(allowed)))]
    low = interval.low if isinstance(interval.low, Fraction) else Fraction(interval.high) - 2
    high = interval.high if isinstance(interval.high, Fraction) else low + 2
    return (low + high) / 2
