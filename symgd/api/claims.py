"""Claims about derivatives: read, and checked against symgd's own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeGuard, cast

from symgd.api.binding import GradientOf, bind
from symgd.api.compilation import lambdify
from symgd.api.inputs import read, read_beside, refuse_namesakes
from symgd.api.simplification import finish, recognise
from symgd.arguments import Function, read_count, read_function, read_seed
from symgd.derive import jacobian as derivatives
from symgd.errors import ShapeError, SymgdError, UnsupportedError, shown
from symgd.graph.conversion import is_sympy
from symgd.graph.node import Node
from symgd.graph.shape import Shape, show_shape
from symgd.graph.traversal import symbols_of
from symgd.readers.numpy.tracer import from_numpy

if TYPE_CHECKING:
    from symgd.checking.verdict import GradientCheck
    from symgd.codegen.lambdify import Compiled
    from symgd.typing import Claim, Point, Values


def refuse(formula: Node) -> list[Node]:
    """Raise an error: there is nothing to be checked.

    Raises
    ------
    UnsupportedError
    """
    raise UnsupportedError(f"{shown(formula)} has no derivative that symgd knows", hint="give the claim to be judged")


class Own(NamedTuple):
    """symgd's derivatives as they are simplified to be read, and as they came out."""

    finished: tuple[Node, ...] | None
    raw: tuple[Node, ...] = ()


def own_gradients(loss: Node, nodes: Sequence[Node]) -> Own:
    """Return symgd's gradients; where it has none, a claim can be checked all the same."""
    return _own(loss, nodes, lambda core: derivatives.gradients(core, nodes))


def own_jacobians(output: Node, nodes: Sequence[Node], source: Node | None = None) -> Own:
    """Return symgd's Jacobians of a formula, or of what was derived from `source`."""
    return _own(output, nodes, lambda core: [derivatives.jacobian(core, node) for node in nodes], source)


def _own(output: Node, nodes: Sequence[Node], derive: Callable[[Node], Sequence[Node]], source: Node | None = None) -> Own:
    try:
        raw = derive(recognise(output, nodes))
        return Own(tuple(finish(output if source is None else source, *raw)), tuple(raw))
    except UnsupportedError:
        return Own(None)


def read_claims(
    output: Node,
    target: Node | list[Node],
    claim: Claim,
    leading: Shape,
    arguments: Sequence[str] | None = None,
    inputs: Sequence[Node] | None = None,
) -> list[Node | Function]:
    """Return a claim for one variable, or for a list of scalars, as one claim for each variable.

    A function takes the values of `inputs`, those of the output without them; see :mod:`symgd.api.binding`.
    """
    if isinstance(claim, str):
        claim = read_beside(claim, output)
    if is_code(claim):
        claim = read_function(claim, "a claim that is code")
        if isinstance(target, Node):
            from symgd.checking.black_box.array_libraries import Asked

            names = [node.name for node in (symbols_of(output) if inputs is None else inputs)]
            bound = bind(claim, names, arguments)
            return [Asked(bound if target is output else GradientOf(bound, len(leading) + target.rank))]
        raise SymgdError("a gradient function is judged in one variable", hint="give a formula, or one variable at a time")
    if isinstance(claim, list | tuple):
        count = 1 if isinstance(target, Node) else len(target)
        if len(claim) != count:
            raise SymgdError(f"{len(claim)} derivatives are claimed for {count} variable{'s' if count != 1 else ''}")
        return [
            read(derivative) if not isinstance(derivative, str) else read_beside(derivative, output) for derivative in claim
        ]
    claim = read(claim)
    if isinstance(target, Node):
        return [claim]
    if claim.shape != (*leading, len(target)):
        wanted = show_shape((*leading, len(target)))
        raise ShapeError(f"the claimed derivative has shape {show_shape(claim.shape)}, not {wanted}")
    return [claim[..., k] for k in range(len(target))]


def check_claims(
    output: Node,
    nodes: Sequence[Node],
    derived: Own,
    claims: Sequence[Node | Function],
    at: Point | None,
    seed: int,
    points: int,
    what: str,
    source: Node | None = None,
) -> GradientCheck:
    """Check claims about a formula, whose inputs are those of `source`.

    See :func:`symgd.checking.formula.check.check_formula`.
    """
    from symgd.checking.black_box.array_libraries import in_double_precision
    from symgd.checking.formula.check import check_formula
    from symgd.checking.request import Question
    from symgd.evaluation.subgradients import with_slopes_of_norms

    arguments = symbols_of(output if source is None else source)
    refuse_namesakes(arguments)
    known = {node.name for node in arguments}
    if isinstance(at, list | tuple) and not at:
        raise SymgdError("the list of points is empty", hint="at=[{'x': 1.0}], or leave it out")
    for claim in claims:
        strange = [node.name for node in symbols_of(claim) if node.name not in known] if isinstance(claim, Node) else []
        if strange:
            raise SymgdError(
                f"the claim has the inputs {', '.join(strange)}, which the formula does not have",
                hint=f"its inputs are {', '.join(known)}",
            )
    finished = None if derived.finished is None else tuple(with_slopes_of_norms(derived.finished))
    claims = [with_slopes_of_norms([claim])[0] if isinstance(claim, Node) else claim for claim in claims]
    question = Question(output, tuple(nodes), finished, tuple(claims), tuple(arguments), what, raw=derived.raw)
    formulas = [claim for claim in claims if isinstance(claim, Node)]
    with in_double_precision() if len(formulas) < len(claims) else contextlib.nullcontext():
        return check_formula(
            question,
            at=cast("Values | Sequence[Values] | None", at),
            seed=read_seed(seed),
            count=read_count(points),
            compiled=(lambda: _compiled_if_possible(arguments, formulas)) if len(formulas) == len(claims) else None,
            traced=lambda: read_claims_as_formulas(claims, arguments),
        )


def _compiled_if_possible(arguments: Sequence[Node], claims: Sequence[Node]) -> Compiled | None:
    """Return the compiled claims, or None where a function has no code: a formula can be checked without."""
    try:
        return lambdify(list(arguments), list(claims))
    except UnsupportedError:
        return None


def read_claims_as_formulas(claims: Sequence[Node | Function], arguments: Sequence[Node]) -> list[Node] | None:
    """Return claims as formulas, or None where one is code that cannot be read as one."""
    formulas: list[Node] = []
    for claim in claims:
        node = claim if isinstance(claim, Node) else read_as_formula(getattr(claim, "__wrapped__", claim), arguments)
        if node is None:
            return None
        formulas.append(node)
    return formulas


def is_code(value: object) -> TypeGuard[Function]:
    """Whether a value is a user's function, and not a formula."""
    return callable(value) and not isinstance(value, Node) and not is_sympy(value)


def read_as_formula(function: Function, arguments: Sequence[Node]) -> Node | None:
    """Read a user's function as a formula, where that can be done; what asks for numbers is left to its values."""
    try:
        return from_numpy(function, arguments, with_branches=False)
    except Exception:  # it may fail in any way, and is then checked by its values
        return None
