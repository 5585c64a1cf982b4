"""Functions of SymPy with lists of arguments: the hypergeometric ones, pFq, and Meijer's G."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import sympy as sp

from symgd.errors import UnsupportedError, shown
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.exact import SYMPY_FUNCTIONS
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, made_once
from symgd.graph.shape import broadcast
from symgd.graph.text_printer import ATOM, Printer, Written
from symgd.readers.sympy.foreign_functions import evaluated, slope_of

__all__ = ["entries_in", "function_of_lists", "structure_of"]

Structure: TypeAlias = "tuple[int | Structure, ...]"
"""Which arguments are lists: 0 for a formula, a tuple for a list, as in ((0, 0), (0,), 0) of 2F1."""

_HYPERGEOMETRIC: dict[Structure, str] = {((0, 0), (0,), 0): "hyp2f1", ((0,), (0,), 0): "hyp1f1", ((), (0,), 0): "hyp0f1"}
"""The hypergeometric functions that SciPy has."""


def _hypergeometric(node: Node, names: Sequence[str], function: str | None) -> str:
    if function is None:
        raise UnsupportedError(
            f"{shown(node)} has no code: SciPy has the hypergeometric functions 2F1, 1F1 and 0F1 alone",
            hint="it can be derived and checked, but not compiled",
        )
    return f"{function}({', '.join(names)})"


def structure_of(expression: sp.Function) -> Structure:
    """Return which arguments of a hypergeometric function are lists."""
    return tuple(structure_of(arg) if isinstance(arg, sp.Tuple) else 0 for arg in expression.args)


def entries_in(expression: sp.Function) -> list[sp.Expr]:
    """Return the arguments of a hypergeometric function, those in lists one by one."""
    return [entry for arg in expression.args for entry in (entries_in(arg) if isinstance(arg, sp.Tuple) else [arg])]


@made_once
def function_of_lists(kind: type, structure: Structure) -> Primitive:
    """Return a record for SymPy's hyper or meijerg, which know the derivative in their last argument.

    Parameters
    ----------
    kind : type
    structure : tuple
    """
    title = f"{kind.__name__}{structure}"
    variables = [sp.Symbol(f"argument_{k}", real=True) for k in range(_count(structure))]

    def make(*entries: sp.Expr) -> sp.Expr:
        return kind(*_nested(structure, iter(entries)))

    def precise(mp: mpmath.ctx_mp.MPContext, *numbers: mpmath.mpf) -> mpmath.mpf:
        return evaluated(make, numbers)

    def layout(node: Node, printer: Printer) -> Written:
        parts = _nested(structure, iter([printer.written[arg].text for arg in node.args]))
        return Written(f"{kind.__name__}({', '.join(map(_bracketed, parts))})", ATOM)

    SYMPY_FUNCTIONS[title] = make
    function = _HYPERGEOMETRIC.get(structure) if kind is sp.hyper else None
    example = make(*variables)
    slope = slope_of(example, variables, len(structure) - 1) if isinstance(example, kind) else None
    return Primitive(
        name=kind.__name__,
        is_elementwise=True,
        arity=len(variables),
        shape=lambda shapes, params: broadcast(shapes, kind.__name__),
        derivative=(*(None for _ in variables[1:]), slope),
        precise=precise,
        sympy=title,
        layout=layout,
        code=lambda node, names, printer: _hypergeometric(node, names, function),
        imports=(f"scipy.special:{function}", f"cupyx.scipy.special:{function}") if function else (),
        accuracy=1e-10,
        because=f"SymPy knows the slope of {kind.__name__}",
        source=f"SymPy: {kind.__name__}.fdiff",
        made_by=(function_of_lists, (kind, structure)),
    )


def _count(structure: Structure) -> int:
    return sum(_count(part) if isinstance(part, tuple) else 1 for part in structure)


def _nested(structure: Structure, entries: Iterator[object]) -> list[object]:
    return [_nested(part, entries) if isinstance(part, tuple) else next(entries) for part in structure]


def _bracketed(part: object) -> str:
    return str(part) if not isinstance(part, list) else f"[{', '.join(map(_bracketed, part))}]"
