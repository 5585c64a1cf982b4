"""The public functions for users who add functions, rewrite rules and array libraries of their own.

One declaration per function, as in symgd's own vocabulary::

    from symgd.extend import Curvature, Monotone, elementwise

    softsquare = elementwise(
        "softsquare",
        definition=lambda x: x**2 / (1 + abs(x)),
        derivative=lambda x, out: x * (2 + abs(x)) / (1 + abs(x)) ** 2,
        numpy="{x}**2 / (1 + abs({x}))",
        curvature=Curvature.CONVEX,
        because="the slope of x²/(1 + |x|) is x(2 + |x|)/(1 + |x|)²",
        source="an example",
    )

From then on ``softsquare`` may stand in text, in NumPy functions and in formulas built with operators; its derivatives, code,
proofs and explanations follow from the declaration. :func:`check_declaration` judges a declaration in 50-digit arithmetic.

A function of whole tensors is declared with :func:`primitive`: ``shape``, ``vjp``, ``evaluate``, ``code`` and ``layout``; see
:class:`Primitive` for the fields. A rewrite rule is two formulas and a reason, see :func:`rule`. A direction of descent is a
class with ``start`` and ``next``, a step size one with ``choose``, see :func:`direction` and :func:`step_size`.
Another array library for compiled code is a class, see :class:`Backend`.
"""

from __future__ import annotations

from collections.abc import Sequence

import symgd.rewrite.all_rules  # noqa: F401  (symgd's own rules come before those declared here)
from symgd.codegen.libraries import Backend
from symgd.descent.direction import Direction
from symgd.descent.method import Tuned, direction, step_size, within
from symgd.descent.step_size import StepSize
from symgd.errors import DeclarationError, SymgdError, shown
from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Primitive, elementwise, function, primitive
from symgd.rewrite.rule import rule

__all__ = [
    "Backend",
    "Curvature",
    "DeclarationError",
    "Direction",
    "Growth",
    "Interval",
    "Monotone",
    "Node",
    "Parity",
    "Primitive",
    "Sign",
    "StepSize",
    "Tuned",
    "as_node",
    "check_declaration",
    "constant",
    "direction",
    "elementwise",
    "function",
    "primitive",
    "rule",
    "step_size",
    "within",
]


def check_declaration(record: Primitive, *, at: Sequence[float] = (), examples: Sequence[Node] = (), seed: int = 0) -> None:
    """Judge the declaration of a function by the laws of all its fields, in 50-digit arithmetic.

    The derivative is the slope of the definition, the code gives its values, signs and ranges contain them, chords and second
    derivatives are those of the declared curvature, the slope jumps at the declared kinks and nowhere else, and so on.

    Parameters
    ----------
    record : Primitive
    at : sequence of float
        Further points for a function of one argument; points inside the domain are taken anyway.
    examples : sequence of Node
        Formulas in which a function of tensors stands: it is judged with the parameters and the shapes that it has there.
    seed : int
        Of the random points that are taken where few others lie in the domain.

    Raises
    ------
    DeclarationError
        Where a law is broken; ``error.field`` is the field of the declaration. It is a :class:`~symgd.GradientError`.
    SymgdError
        For a declaration that cannot be judged: a function of tensors without an example.

    Examples
    --------
    >>> from symgd.extend import check_declaration
    >>> from symgd.primitives.exponential import softplus
    >>> check_declaration(softplus)
    """
    from symgd.declarations.check import check  # the laws need SymPy

    if not isinstance(record, Primitive):
        raise SymgdError(f"{shown(record)} is no declaration", hint="pass what elementwise or primitive returned")

    if not record.is_elementwise and not examples:
        raise SymgdError(f"{record.name} acts on tensors, and is judged in formulas", hint="examples=[a formula that uses it]")
    if record.arity == 0:
        raise SymgdError(
            f"{record.name} has no arguments, so that there is nothing to judge",
            hint="a derivative is a function of the arguments and of the result: lambda x, out: …",
        )
    check(record, examples, at, seed)
