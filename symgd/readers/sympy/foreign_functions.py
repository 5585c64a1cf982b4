"""Functions of SymPy that no declaration of symgd describes, and that know their own derivative.

A function with an ``fdiff`` becomes a record made on the spot: its derivative is SymPy's, its values are mpmath's, its code is
what SymPy's printer writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import sympy as sp
from sympy.core.function import AppliedUndef, ArgumentIndexError
from sympy.utilities.lambdify import MPMATH_TRANSLATIONS

from symgd.errors import AmbiguityError, UnsupportedError
from symgd.evaluation import multiprecision as mpmath
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, made_once
from symgd.graph.shape import broadcast
from symgd.graph.traversal import substitute

__all__ = ["evaluated", "function_called", "function_of_sympy", "refuse_matrix", "slope_of"]

_IN_SCIPY = {
    ("erfi", 1): "erfi({x})",
    ("Ei", 1): "expi({x})",
    ("Si", 1): "sici({x})[0]",
    ("Ci", 1): "sici({x})[1]",
    ("Shi", 1): "shichi({x})[0]",
    ("Chi", 1): "shichi({x})[1]",
    ("elliptic_k", 1): "ellipk({x})",
    ("elliptic_e", 1): "ellipe({x})",
    ("legendre", 2): "eval_legendre({x}, {y})",
    ("chebyshevt", 2): "eval_chebyt({x}, {y})",
    ("chebyshevu", 2): "eval_chebyu({x}, {y})",
    ("laguerre", 2): "eval_laguerre({x}, {y})",
}
"""Functions that SciPy defines as SymPy does, and that SymPy's printer does not know."""

_BRANCH_POINTS: dict[tuple[str, int], int] = {("polylog", 2): 1, ("lerchphi", 3): 0}
"""Functions Σ zᵏ/(a + k)ˢ, with the argument z: they are real up to z = 1, and have no derivatives there."""

_WITHOUT_SLOPE = (sp.stieltjes,)
"""Functions that are read for their values: the coefficients of expansions have them."""

_OF_WHOLE_ORDER = {"expint": "expn", "hermite": "eval_hermite"}
"""Functions that SciPy has for orders 0, 1, 2, … only."""


def _associated_legendre(node: Node, names: Sequence[str]) -> str:
    degree, order, x = names
    m = node.args[1]
    if not m.is_exact or not isinstance(m.value, int):
        raise UnsupportedError(
            "assoc_legendre has code for whole orders only", hint="it can be derived and checked, but not compiled"
        )
    return f"lpmv({order}, {degree}, {x})"


def _of_whole_order(node: Node, names: Sequence[str], function: str) -> str:
    order = node.args[0]
    if not order.is_exact or not isinstance(order.value, int) or order.value < 0:
        raise UnsupportedError(
            f"{node.primitive.name} has code for whole orders only", hint="it can be derived and checked, but not compiled"
        )
    return f"{function}({names[0]}, {names[1]})"


def _code_of(name: str, called: str | None) -> Callable[[Node, Sequence[str], object], str] | None:
    if name == "assoc_legendre":
        return lambda node, names, printer: _associated_legendre(node, names)
    return None if called is None else lambda node, names, printer: _of_whole_order(node, names, called)


@mpmath.one_at_a_time
def evaluated(make: Callable[..., sp.Expr], numbers: Sequence[mpmath.AnyReal]) -> mpmath.AnyReal:
    """Return the value of a SymPy function in the current precision."""
    digits, bits = mpmath.mp.dps, mpmath.mp.prec
    exact = make(*(sp.Float(number, digits + 5) for number in numbers))
    return mpmath.convert(sp.N(exact, digits)._to_mpmath(bits))


@made_once
def function_of_sympy(kind: type, arity: int) -> Primitive | None:
    """Return a record for a SymPy function that knows its derivative, or None."""
    if not isinstance(kind, type) or not issubclass(kind, sp.Function) or issubclass(kind, AppliedUndef):
        return None
    variables = [sp.Symbol(f"argument_{k}", real=True) for k in range(arity)]
    try:
        example = kind(*variables)
    except Exception:  # SymPy raises many kinds
        return None
    if not isinstance(example, kind):
        return None
    rules = tuple(slope_of(example, variables, k) for k in range(arity))
    if all(rule is None for rule in rules) and kind not in _WITHOUT_SLOPE:
        return None
    name = kind.__name__
    called = _OF_WHOLE_ORDER.get(name)
    spelling = _IN_SCIPY.get((name, arity), "")
    function = "lpmv" if name == "assoc_legendre" else called or spelling.partition("(")[0]
    branch = _BRANCH_POINTS.get((name, arity))
    return Primitive(
        name=name,
        is_elementwise=True,
        arity=arity,
        shape=lambda shapes, params: broadcast(shapes, name),
        derivative=rules,
        precise=_precise(kind),
        sympy=name,
        domain=Sign.ANY if branch is None else lambda node: [(node.args[branch], Interval(high=1))],
        kinks=None if branch is None else lambda *args: cast("Node", (1 - args[branch],)),
        at_kink="" if branch is None else f"{name} has no slope at 1",
        numpy=spelling,
        code=_code_of(name, called),
        imports=(f"scipy.special:{function}", f"cupyx.scipy.special:{function}") if function else (),
        latex="",
        accuracy=1e-10,
        because=f"SymPy knows the slope of {name}",
        source=f"SymPy: {name}.fdiff",
        made_by=(function_of_sympy, (kind, arity)),
    )


def function_called(name: str) -> Primitive | None:
    """Return the record of the SymPy function of this name, or None."""
    kind = getattr(sp, name, None) if name.isidentifier() else None
    if not isinstance(kind, type) or not issubclass(kind, sp.Function):
        return None
    return next((record for arity in (1, 2, 3, 4) if (record := function_of_sympy(kind, arity)) is not None), None)


def slope_of(example: sp.Function, variables: Sequence[sp.Symbol], k: int) -> Callable[..., Node] | None:
    """Return the derivative in argument k as a rule, or None where SymPy does not know it in closed form."""
    try:
        slope = example.fdiff(k + 1)
    except (ArgumentIndexError, NotImplementedError, ValueError, TypeError, AttributeError):
        return None
    if slope is None or slope.has(sp.Derivative, sp.Subs, sp.Integral, sp.Sum, sp.zoo, sp.nan):
        return None

    def rule(*args: Node) -> Node:
        body: Node = as_node(slope)
        inputs = [as_node(variable) for variable in variables]
        (derivative,) = substitute([body], dict(zip(inputs, args, strict=False)))
        return derivative

    return rule


def _precise(kind: type) -> Callable[..., mpmath.mpf]:
    name = MPMATH_TRANSLATIONS.get(kind.__name__, kind.__name__)

    def precise(mp: mpmath.ctx_mp.MPContext, *numbers: mpmath.mpf) -> mpmath.mpf:
        function = getattr(mp, name, None)
        if function is not None:
            value = function(*numbers)
        else:
            value = evaluated(kind, numbers)
        if isinstance(value, mpmath.mpc) and abs(value.imag) <= abs(value.real) * mpmath.mpf(10) ** (5 - mpmath.mp.dps):
            return value.real
        return value

    return precise


def refuse_matrix(expression: sp.Function, args: Sequence[object]) -> None:
    """Refuse a scalar function of a matrix, which has two readings.

    Raises
    ------
    AmbiguityError
    """
    name = type(expression).__name__
    if any(isinstance(arg, Node) and arg.rank == 2 for arg in args):
        hint = f"write matrix.applyfunc({name}) for the first" + (", symgd.expm for the second" if name == "exp" else "")
        raise AmbiguityError(f"{name} of a matrix", "entry by entry", "the matrix function", hint)
