"""The function that returns a derivation step by step."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from symgd.api.compilation import lambdify
from symgd.api.coordinates import coordinate
from symgd.api.inputs import read, read_variables, the_variable
from symgd.api.restatement import Restated, restated
from symgd.api.simplification import finish, settle, simplify_and_prove, slope_of
from symgd.arguments import read_choice, read_flag
from symgd.checking.judgement import Verdict
from symgd.derive import jacobian as derivatives
from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.node import Node
from symgd.graph.trace import DerivationTrace
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from symgd.arrays import Array
    from symgd.checking.verdict import GradientCheck
    from symgd.explain.derivation import Derivation
    from symgd.typing import FormulaLike, SupportsSymPy, Variable

What = Literal["gradient", "jacobian", "hessian"]

_GRAVEST_FIRST = (Verdict.WRONG, Verdict.UNSURE, Verdict.KINK, Verdict.RIGHT)


@overload
def derivation(
    loss: FormulaLike,
    wrt: Node | str | SupportsSymPy | None = None,
    what: What = "gradient",
    *,
    check: bool = False,
    code: bool = False,
    seed: int = 0,
    prove: bool = True,
) -> Derivation[Node]: ...


@overload
def derivation(
    loss: FormulaLike,
    wrt: Variable | Sequence[Variable] | None = None,
    what: What = "gradient",
    *,
    check: bool = False,
    code: bool = False,
    seed: int = 0,
    prove: bool = True,
) -> Derivation: ...


def derivation(
    loss: FormulaLike,
    wrt: Variable | Sequence[Variable] | None = None,
    what: What = "gradient",
    *,
    check: bool = False,
    code: bool = False,
    seed: int = 0,
    prove: bool = True,
) -> Derivation:
    """Derive, and return every step: the named values, the adjoints from t = 1 backwards, the simplifications, the result.

    Parameters
    ----------
    loss : Node, text or SymPy expression
    wrt : Node, SymPy symbol, name, or list of them, optional
        The only input where it is left out. Also SymPy's q(t).
        Several variables give several gradients from one sweep, and besides their Hessians the mixed second derivatives.
    what : {"gradient", "jacobian", "hessian"}
    check : bool
        Also check in 50-digit arithmetic what is derived; of several variables the gravest verdict counts.
    code : bool
        Also show the compiled code.
    seed : int
        Of the check's points.
    prove : bool
        Prove that the result equals what was derived, before it is returned.

    Returns
    -------
    Derivation
        With ``result``, ``steps``, ``text()``, ``latex()``, ``html()`` and ``adjoints(at=…)``.

    Raises
    ------
    ShapeError
        Where a gradient or a Hessian is asked for and the formula is not a scalar.
    SymgdError
        Where a variable is not an input of the formula, and for a `what` that does not exist.
    UnsupportedError
        For an entry, or a function of an input, in the place of a variable.

    References
    ----------
    Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, 1986.

    Examples
    --------
    >>> import symgd as sg
    >>> print(sg.derivation("(x + y)**2", "x").text())
    L(x) = (x + y)²
    <BLANKLINE>
    Forward
      z = x + y
      L = z²
    <BLANKLINE>
    Backward
      t_L = 1         the output's adjoint with respect to itself
      t_z = 2·t_L·z   the slope of a square is twice its root
      t_x = t_z       a sum passes its adjoint on to every term
    <BLANKLINE>
    ∂L/∂x = 2·(x + y)
    """
    from symgd.derive.backward_trace import backward_lines
    from symgd.explain.derivation import Derivation

    read_choice(what, ("gradient", "jacobian", "hessian"), "derivation")
    check, code = read_flag(check, "check"), read_flag(code, "code")
    source = read(loss)
    wrt = the_variable(source, wrt)
    view = _in_functions(source, wrt)
    if view is not None:
        source = view.formula
    nodes = read_variables(source, wrt) if view is None else view.variables
    recognised = simplify_and_prove(source, [source], prove, "recognise")
    core = settle(recognised.roots[0], nodes)
    if what == "gradient":
        raw = derivatives.gradients(core, nodes)
    elif what == "jacobian":
        raw = [derivatives.jacobian(core, node) for node in nodes]
    else:
        slopes = [slope_of(source, gradient, nodes, prove) for gradient in derivatives.gradients(core, nodes)]
        raw = [derivatives.jacobian(slope, node) for slope, node in zip(slopes, nodes, strict=True)]
    pairs = list(itertools.combinations(range(len(nodes)), 2)) if what == "hessian" else []
    mixed = [derivatives.jacobian(slopes[j], nodes[k]) for j, k in pairs]
    finished = simplify_and_prove(source, [*raw, *mixed], prove)
    lines = backward_lines(core, nodes, lambda formulas: finish(source, *formulas, prove=prove)) if not source.shape else []
    trace = DerivationTrace(
        source,
        core,
        tuple(nodes),
        what,
        tuple(lines),
        tuple(recognised.steps),
        tuple(finished.steps),
        tuple(raw),
        tuple(finished.roots[: len(raw)] if view is None else map(view.restored, finished.roots[: len(raw)])),
        {(nodes[j].name, nodes[k].name): block for (j, k), block in zip(pairs, finished.roots[len(raw) :], strict=True)},
    )
    verdict = _judge(source, wrt if view is None else nodes, nodes, what, seed) if check else None
    text = lambdify(list(symbols_of(source)), [source, *finished.roots], name=what).source if code else ""

    is_gradient = what == "gradient" and not source.shape
    return Derivation(trace, _numbers, verdict, text, functools.partial(_by_layers, trace, prove) if is_gradient else None)


def _in_functions(source: Node, wrt: object) -> Restated | None:
    """Return a formula restated in SymPy's functions, where `wrt` names some; None for inputs.

    Raises
    ------
    UnsupportedError
        For entries, and for functions of an input.
    """
    if coordinate(source, wrt) is None:
        return None
    try:
        view = restated(source, wrt)
    except SymgdError:
        view = None
    if view is None or view.has_entries:
        raise UnsupportedError(
            "a derivation is in whole inputs, or in functions q(t) of SymPy",
            hint="derive in the input; gradient takes entries, and functions of an input",
        )
    return view


def _by_layers(trace: DerivationTrace, prove: bool) -> tuple[dict[str, Node], dict[str, Node]]:
    """Return the gradients of a derivation in terms of the layers of its formula."""
    from symgd.derive.layers import layers
    from symgd.explain.named_parts import Named

    definitions, gradients = layers(
        trace.formula, list(trace.wrt), lambda formula, adjoint: finish(formula, adjoint, prove=prove)[0]
    )
    if prove:
        from symgd.equality.proof import proven

        proven(list(trace.result), list(Named(definitions, gradients).expanded().values()), trace.formula)
    return definitions, gradients


def _judge(source: Node, wrt: Variable, nodes: Sequence[Node], what: What, seed: int) -> GradientCheck:
    """Check what is derived, in every variable."""
    from symgd.api.checking import check_gradient, check_hessian, check_jacobian

    if what == "gradient":
        return check_gradient(source, wrt, seed=seed)
    judged = check_jacobian if what == "jacobian" else check_hessian
    checks = [judged(source, node, seed=seed) for node in nodes]
    if what == "hessian":  # mixed second derivatives: the gradient in one variable, differentiated in another
        slopes = derivatives.gradients(source, nodes)
        checks += [
            check_jacobian(slopes[j], nodes[k], seed=seed)
            for j, k in itertools.combinations(range(len(nodes)), 2)
            if nodes[k] in slopes[j].symbols
        ]
    return min(checks, key=lambda check: _GRAVEST_FIRST.index(check.verdict))


def _numbers(formulas: Sequence[Node], point: Mapping[Any, Any]) -> list[Array]:
    """Evaluate formulas at a point, in float64."""
    import numpy as np

    from symgd.evaluation.sampling import read_point

    symbols = symbols_of(*formulas)

    values = read_point(list(symbols), point).values
    compiled = lambdify(list(symbols), list(formulas))
    with np.errstate(all="ignore"):  # log(x) at 0 is shown as -inf
        return list(compiled(*(values[node] for node in symbols)))
