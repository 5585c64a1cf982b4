"""The points at which a formula is checked: random ones or the caller's, and those on boundaries between branches."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symgd.checking.black_box.numbers_in_code import numbers_in
from symgd.checking.formula.conditioning import Traced
from symgd.checking.formula.point_check import DIGITS
from symgd.checking.request import Question
from symgd.errors import DomainError, SymgdError
from symgd.evaluation.boundaries import points_on_boundaries
from symgd.evaluation.inputs import TooLargeError, check_work
from symgd.evaluation.sampling import Point, Sampler, read_point
from symgd.evaluation.sizes import size_sets
from symgd.evaluation.switches import rankings_of, squares_under_roots_of, switches_of, without_known
from symgd.graph.node import Node
from symgd.graph.shape import size_value
from symgd.graph.traversal import toposort

__all__ = ["SIZE_SETS", "in_floats_for_functions", "points_between_branches", "points_to_check"]

SIZE_SETS = 4
"""How many sets of sizes are checked: what is right for one may be wrong for another."""


def points_to_check(question: Question, at: Any, seed: int, count: int) -> list[Point]:
    """Return the points that are given, or random ones without them."""
    if at is None:
        chosen = _random_points(question, seed, count)
    else:
        chosen = [read_point(question.inputs, place) for place in (at if isinstance(at, list | tuple) else [at])]
        for point in chosen:
            _check_rows(question, point)
            check_work([question.output, *(question.own or ()), *question.formulas], point.sizes)
    return [in_floats_for_functions(question, point) for point in chosen]


def _random_points(question: Question, seed: int, count: int) -> list[Point]:
    """Return points of at least three sets of sizes, where sizes are symbolic; both sides of every switch are visited.

    Sizes at which the formula has no value, or that mean too much work, are left out.
    """
    switches = switches_of([question.output, *question.formulas])
    groups: list[list[Point]] = []
    refused: SymgdError | None = None
    sampler = Sampler(question.output, question.inputs)
    for sizes in size_sets(sampler.axes):
        share = max(1, count // SIZE_SETS) if groups else max(1, count - (SIZE_SETS - 1) * max(1, count // SIZE_SETS))
        if not sizes:
            share = count
        try:
            groups.append(sampler.points(share, seed, sizes, () if groups else switches, DIGITS))
        except (DomainError, TooLargeError) as error:
            refused = refused or error
        if len(groups) == SIZE_SETS:
            break
    if not groups and refused is not None:
        raise refused
    return [point for group in groups for point in group]


def points_between_branches(
    question: Question, chosen: Sequence[Point], traced: Traced | None, generator: np.random.Generator, *, of_claims_only: bool
) -> list[Point]:
    """Return points where a branch of the formula or of a claim begins or ends, and inside every branch.

    Where the caller gives a point, only those count that the formula does not have: elsewhere its code may mean something else.
    """
    formulas, numbers = [question.output, *question.formulas], set[Fraction]()
    for_floats = len(question.formulas) < len(question.claims)
    if for_floats:
        read = traced() if traced is not None else None
        if read is not None:
            formulas += read
        else:
            numbers = {number for claim in question.claims if not isinstance(claim, Node) for number in numbers_in(claim)}
    boundaries, rankings = switches_of(formulas), rankings_of(formulas)
    if of_claims_only:
        known = [*switches_of([question.output]), *rankings_of([question.output])]
        boundaries, rankings, numbers = without_known(boundaries, known), without_known(rankings, known), set()
        if not boundaries and not rankings:
            return []
    else:  # at a point that is given, the root of a square may be meant on one side only
        boundaries += [square for square in squares_under_roots_of(formulas) if square not in boundaries]
    alike = [point for point in chosen if point.sizes == chosen[0].sizes]
    has_equalities = bool(boundaries) and any(node.primitive.name in ("equal", "not_equal") for node in toposort(formulas))
    return points_on_boundaries(
        alike,
        boundaries,
        numbers,
        generator,
        rankings=rankings,
        variables=question.wrt,
        for_floats=for_floats,
        has_equalities=has_equalities,
    )


def _check_rows(question: Question, point: Point) -> None:
    """Refuse rows that are not there."""
    for node, size in question.rows.items():
        rows, count = np.asarray(point.values[node], dtype=float), size_value(size, point.sizes)
        if ((rows != np.floor(rows)) | (rows < 0) | (rows >= count)).any():
            raise SymgdError(f"the value of {node.name} looks up rows: whole numbers from 0 to {count - 1}")


def in_floats_for_functions(question: Question, point: Point) -> Point:
    """Return a point in float64 where functions are evaluated in floats, so that the formula is evaluated at the same point."""
    if len(question.formulas) == len(question.claims):
        return point
    return Point({node: np.asarray(value, dtype=float) for node, value in point.values.items()}, point.sizes)
