"""The stages that formulas pass before they are code, in one list.

Each stage is a function of graphs: formulas in, formulas out, with a :class:`~symgd.codegen.stages.Request` that defines what
code is wanted. :data:`STAGES` names them with their reasons, and :func:`stages_of` shows formulas after each.

Stages that rewrite are rules of :mod:`symgd.rewrite`, whose results are proven equal before they are used; so this folder
imports that one. Passing those stages in from a layer above would leave no complete list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from symgd.codegen.removable_points.limits import with_limits
from symgd.codegen.removable_points.logarithms import with_logarithms_beside_powers
from symgd.codegen.removable_points.near_zero import with_series_near_zero
from symgd.codegen.removable_points.several_inputs import with_limits_of_several
from symgd.codegen.stages import Request, Stage, passed
from symgd.codegen.stages.arithmetic import ARITHMETIC, DEFINITIONS
from symgd.equality.proof import proven
from symgd.graph.node import Node
from symgd.rewrite.driver import naming_rules, simplify
from symgd.rewrite.large_arguments import with_forms_far_out
from symgd.rewrite.radial import with_radial_factors
from symgd.rewrite.rule import Purpose

__all__ = ["STAGES", "After", "rewritten", "stages_of"]

Change = Callable[[Sequence[Node], Request], Sequence[Node]]


def _simplified(purpose: Purpose) -> Change:
    """Return the stage that simplifies for a purpose."""
    fills_holes = purpose in ("code", "limit")

    def change(formulas: Sequence[Node], request: Request) -> Sequence[Node]:
        run = simplify(formulas, None, purpose)
        with naming_rules(run.steps):
            return _proven(formulas, run.roots, request, fills_holes)

    return change


def _proven(before: Sequence[Node], after: Sequence[Node], request: Request, fills_holes: bool) -> Sequence[Node]:
    """Return what a stage made of formulas, where it is proven equal."""
    is_same = all(old is new for old, new in zip(before, after, strict=True))
    return after if is_same or not request.prove else proven(before, after, None, fills_holes)


def _fills_holes(request: Request) -> bool:
    return request.fills_holes


REWRITING: tuple[Stage, ...] = (
    DEFINITIONS,
    Stage(
        "recognise functions",
        _simplified("recognise"),
        "sinh(x)/cosh(x) is tanh(x), which must be seen before 1/cosh(x) is spelled without overflow",
    ),
    Stage(
        "cancel removable points",
        _simplified("limit"),
        "(x**2 - 1)/(x - 1) has no value at 1, and x + 1 has the limit",
        _fills_holes,
    ),
    Stage(
        "choose stable forms",
        _simplified("code"),
        "log(1 + exp(x)) overflows, and softplus(x) does not",
    ),
    Stage(
        "join functions of a norm",
        lambda formulas, request: _proven(formulas, with_radial_factors(formulas), request, fills_holes=True),
        "derivatives of f(‖x‖) are many terms that cancel near 0; joined, one function stands before each array",
        _fills_holes,
    ),
    Stage(
        "write large arguments",
        lambda formulas, request: with_forms_far_out(formulas),
        "x**50*exp(-x) overflows in a factor where the product is small",
    ),
    Stage(
        "expand near 0",
        lambda formulas, request: with_series_near_zero(formulas, fills_holes=request.fills_holes),
        "x - sin(x) keeps no digit near 0, and its power series keeps all",
    ),
    Stage(
        "put in limits",
        lambda formulas, request: with_limits(formulas),
        "sin(x)/x is 1 at 0",
        _fills_holes,
    ),
    Stage(
        "leave out logarithms beside powers",
        lambda formulas, request: with_logarithms_beside_powers(formulas),
        "x**k*log(x) is 0 at 0 for k > 0",
        _fills_holes,
    ),
    Stage(
        "put in limits of several inputs",
        lambda formulas, request: with_limits_of_several(formulas),
        "sin(x - y)/(x - y) is 1 wherever x is y",
        _fills_holes,
    ),
)
"""The stages that act on the formulas of a user; the others act on every formula that is compiled."""

STAGES: tuple[Stage, ...] = (*REWRITING, *(stage for stage in ARITHMETIC if stage is not DEFINITIONS))
"""All stages, in their order."""


class After(NamedTuple):
    """Formulas after a stage."""

    stage: Stage
    formulas: list[Node]


def rewritten(formulas: Sequence[Node], request: Request) -> list[Node]:
    """Return a user's formulas as :func:`symgd.codegen.lambdify.compile_formulas` takes them."""
    return passed(formulas, request, REWRITING)


def stages_of(formulas: Sequence[Node], request: Request | None = None) -> list[After]:
    """Return formulas as they are after each stage.

    Parameters
    ----------
    formulas : sequence of Node
    request : Request, optional
        What code is wanted; of tensors, with limits and proofs, by default.

    Examples
    --------
    >>> import symgd as sg
    >>> from symgd.codegen.pipeline import stages_of
    >>> before = loss = sg.formula("log(1 + exp(x))*exp(sqrt(2))")
    >>> for stage, (formula,) in stages_of([loss]):
    ...     if formula is not before:
    ...         print(f"{stage.name}: {formula}")
    ...     before = formula
    recognise functions: softplus(x)*exp(sqrt(2))
    compute constants: softplus(x)*4.1132503787829275
    """
    request = request or Request()
    steps: list[After] = []
    for stage in STAGES:
        if stage.applies(request):
            formulas = passed(formulas, request, (stage,))
            steps.append(After(stage, list(formulas)))
    return steps
