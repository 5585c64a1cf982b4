"""The last stages before code: they keep what a formula means and change how it is computed.

Every compiled formula passes them, also one that other stages compile to measure its digits; so they stand apart from
:mod:`symgd.codegen.pipeline`, whose list ends with them.
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.stages import Request, Stage, passed
from symgd.codegen.stages.conditions import with_counted_conditions
from symgd.codegen.stages.constants import with_float_constants
from symgd.codegen.stages.definitions import by_definitions
from symgd.codegen.stages.guards import with_guarded_branches
from symgd.codegen.stages.scalar_entries import written_out
from symgd.codegen.stages.scalars import within_range
from symgd.codegen.stages.slopes_of_powers import with_slopes_of_powers
from symgd.evaluation.subgradients import with_slopes_of_norms
from symgd.graph.node import Node
from symgd.primitives.pairwise import pairwise

__all__ = ["ARITHMETIC", "DEFINITIONS", "with_arithmetic"]

DEFINITIONS = Stage(
    "write definitions out",
    lambda formulas, request: by_definitions(formulas),
    "a function that is declared by its definition alone has no code of its own",
)
"""The first stage of a user's formulas, so that what defines a function gets a stable form, and of all others."""

ARITHMETIC: tuple[Stage, ...] = (
    DEFINITIONS,
    Stage(
        "count conditions",
        lambda formulas, request: with_counted_conditions(formulas),
        "a library computes functions of True in half precision or not at all, and adds True and True to True",
    ),
    Stage(
        "write entries out",
        lambda formulas, request: written_out(formulas),
        "a function of scalars takes arrays of one common shape, so its tensors are stacks of scalars",
        lambda request: request.has_batch,
    ),
    Stage(
        "keep scalars within range",
        lambda formulas, request: within_range(formulas),
        "a square may leave the range of a float64 where the quotient does not",
    ),
    Stage(
        "give norms a slope at 0",
        lambda formulas, request: with_slopes_of_norms(formulas),
        "a vector divided by its norm is 0 where both are: one of the norm's subgradients",
        lambda request: request.fills_holes,
    ),
    Stage(
        "guard slopes of powers",
        lambda formulas, request: with_slopes_of_powers(formulas),
        "k*x**(k - 1) is 0 for k = 0, also at x = 0",
        lambda request: request.fills_holes,
    ),
    Stage(
        "guard branches",
        lambda formulas, request: with_guarded_branches(formulas),
        "arrays are computed on both sides of a condition, and the side not taken may have no value",
    ),
    Stage(
        "compute constants",
        lambda formulas, request: with_float_constants(formulas),
        "a number such as √π is computed once, and as a Python float does not widen float32",
    ),
    Stage(
        "multiply in pairs",
        lambda formulas, request: pairwise(formulas),
        "a contraction of many factors is cheapest as products of two, in the cheaper order",
    ),
)
"""In their order."""


def with_arithmetic(formulas: Sequence[Node], request: Request) -> list[Node]:
    """Return formulas as they are written as code."""
    return passed(formulas, request, ARITHMETIC)
