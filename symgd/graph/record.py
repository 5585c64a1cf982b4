"""The fields of a declaration, in groups: definition, calculus, values, code, notation, facts, provenance.

:class:`symgd.graph.node.Primitive` is made of all of them. The groups are generic in the type `N` of nodes: a node
has a record, and a record makes nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.shape import Shape, Size

__all__ = ["GROUPS", "Calculus", "Code", "Definition", "Facts", "Notation", "Params", "Provenance", "Requirement", "Values"]

Params = tuple[Any, ...]
"""Constants of an operation, such as axes."""

Requirement = Interval | Sign
"""The set that a domain demands of an argument."""

N = TypeVar("N")


@dataclass(frozen=True, eq=False, kw_only=True)
class Definition(Generic[N]):
    """What a function is: its name, its arguments, its shape, and its formula in terms of other functions.

    Attributes
    ----------
    name : str
        The field's word for it.
    aliases : tuple of str
        Other names it is called by.
    arity : int or None
        Number of arguments, None for any number.
    arguments : tuple of str
        The names of the arguments in messages.
    defaults : tuple
        Values of the last arguments, where a call leaves them out.
    shape : callable
        ``shape(shapes, params) -> Shape``; raises ShapeError.
    least_sizes : callable
        ``least_sizes(node) -> [(size, number), …]``: how long symbolic axes must be, where that is more than 1.
    is_elementwise : bool
        Whether it acts entry by entry, with broadcasting.
    is_boolean : bool
        Whether its value is a condition.
    domain
        For each argument the set where the function is defined, or a callable ``(node) -> [(argument, set), …]``.
    whole : callable
        ``whole(node) -> [(argument, size), …]``: which arguments hold whole numbers from 0 to below a size.
    fold : callable
        ``fold(args, params) -> Node | None``, applied when a node is built: exact constants and neutral elements.
    largest_exact : float
        The largest number at which exact values are written out: the factorial of a billion is not.
    definition : callable
        The function in terms of others, in its naive spelling: the 50-digit reference, the spelling to recognise,
        the formula in the docs.
    recognise : {"always", "code", "never"}
        Whether the naive spelling is replaced by this function: in printed formulas too, in compiled code only, or not at all.
    """

    name: str
    aliases: tuple[str, ...] = ()
    arity: int | None = None
    arguments: tuple[str, ...] = ()
    defaults: tuple[Any, ...] = ()
    shape: Callable[[Sequence[Shape], Params], Shape]
    least_sizes: Callable[[N], Iterable[tuple[Size, int]]] | None = None
    is_elementwise: bool = False
    is_boolean: bool = False
    domain: Requirement | tuple[Requirement, ...] | Callable[[N], Iterable[tuple[N, Requirement]]] = Sign.ANY
    whole: Callable[[N], Iterable[tuple[N, Size]]] | None = None
    fold: Callable[[tuple[N, ...], Params], N | None] | None = None
    largest_exact: float = float("inf")
    definition: Callable[..., N] | None = None
    recognise: Literal["always", "code", "never"] = "never"


@dataclass(frozen=True, eq=False, kw_only=True)
class Calculus(Generic[N]):
    """How a function is differentiated, and how its derivative is explained.

    Attributes
    ----------
    derivative : tuple of callable
        For each argument, ``derivative(*args, out) -> Node``; None where no closed form is known.
    vjp : callable
        ``vjp(node, adjoint, index) -> Node``: what the adjoint of `node` sends to argument `index`. The adjoint may carry
        extra leading axes.
    kinks : callable
        Expressions whose zeros are the points where the derivative jumps: all of them, and no others.
    at_kink : str
        The convention there, as it is shown to users, in a form that a law can check: ``f'(0) = 1``, "the slope at 0 is 1",
        "the slope from below", "no slope", "it jumps", "passes the whole adjoint to its second argument".
    because : str or callable
        The sentence that explains the derivative; a callable takes the node and the positions of the arguments that move.
    """

    derivative: tuple[Callable[..., N] | None, ...] = ()
    vjp: Callable[[N, N, int], N] | None = None
    kinks: Callable[..., N] | None = None
    at_kink: str = ""
    because: str | Callable[[N, Sequence[int]], str] = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Values(Generic[N]):
    """How a function is computed in exact and in many-digit arithmetic.

    Attributes
    ----------
    reference : str or callable
        The name of the mpmath function that is the 50-digit reference, or a formula without cancellation; where there is
        neither, the definition serves.
    precise : callable
        ``precise(mp, *numbers) -> number`` in mpmath's arithmetic, where neither a name nor a formula can express it.
    evaluate : callable
        ``evaluate(node, context, arrays) -> array`` on object arrays over any algebra, ``context.algebra``, for tensor
        primitives.
    sympy : str
        Name of SymPy's class for it.
    """

    reference: str | Callable[..., N] | None = None
    precise: Callable[..., Any] | None = None
    evaluate: Callable[[N, Any, Sequence[Any]], Any] | None = None
    sympy: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Code(Generic[N]):
    """How a function is computed by compiled code.

    Attributes
    ----------
    numpy : str
        Template of the NumPy code, already in its numerically stable form, with ``{x}``, ``{y}``, ``{z}`` for the
        arguments. Empty where SymPy's printer supports the function.
    code : callable
        ``code(node, names, printer) -> str`` where a template cannot express it; ``dtype`` is the common type of the inputs.
    imports : tuple of str
        The modules of the names in `numpy`, as ``"scipy.special:expit"``; NumPy's own need no mention.
    accuracy : float
        The relative error that the library's code may have.
    is_view : bool
        Whether its compiled value may share memory with its argument.
    conditional : tuple of int
        Arguments that are looked at only where a condition holds (the branches of ``where``).
    work : callable
        ``work(node) -> size``: the number of multiplications, where it is not the number of entries; a law compares it with a
        count, within a factor of 100.
    """

    numpy: str = ""
    code: Callable[[N, Sequence[str], Any], str] | None = None
    imports: tuple[str, ...] = ()
    accuracy: float = 2e-14
    is_view: bool = False
    conditional: tuple[int, ...] = ()
    work: Callable[[N], Size] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Notation(Generic[N]):
    """How a function is printed.

    Attributes
    ----------
    latex, layout
        How it is written: a template, or ``layout(node, printer) -> Written``.
    """

    latex: str = ""
    layout: Callable[[N, Any], Any] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts(Generic[N]):
    """What is known of a function without computing it: proofs rest on these.

    Attributes
    ----------
    sign, range
        A fact, or a callable ``(node, *facts of the arguments)``.
    monotone, curvature
        A fact, or a callable ``(node, *intervals of the arguments)``; monotone is a tuple for several arguments.
    log_curvature : Curvature
        Of its logarithm, where it is positive.
    strict : bool
        Whether it has no straight piece where it is convex or concave in one argument, the others held fixed.
    linear_in : tuple of int, or "each"
        Arguments in which the function is linear, the others held fixed. "Each" without weights means linear in all together.
    is_weighted : bool
        Whether it is a sum of products, so that the other arguments are the weights of each one.
    parity : Parity
        Whether it is even or odd: an even function of ``abs(x)`` has no kink.
    growth : Growth
        How large it is far out: what overflows is not computed for a branch that is not taken, and what grows slowly has a
        value in many digits at numbers of any size.
    is_meromorphic : bool
        Whether it is analytic in the complex plane but for poles: no branch cut that a step into the plane could cross.
    is_stretching : bool
        Whether it repeats its argument along axes or gives it axes of size 1, as broadcasting does, and nothing else.
    vanishes_with : tuple of int, "each", or callable
        Arguments with which the function is 0: a product that is not 0 has no factor that is. Where it depends on the other
        arguments, ``vanishes_with(node)`` returns the positions.
    unit_sum_axes : callable
        ``unit_sum_axes(node) -> (axis, …)``: axes, counted from the end, along which the entries together add up to 1.
    """

    sign: Sign | Callable[..., Sign] = Sign.ANY
    range: Interval | Callable[..., Interval] = Interval()
    monotone: Monotone | tuple[Monotone, ...] | Callable[..., tuple[Monotone, ...]] = Monotone.UNKNOWN
    curvature: Curvature | Callable[..., Curvature] = Curvature.UNKNOWN
    log_curvature: Curvature = Curvature.UNKNOWN
    strict: bool = False
    linear_in: tuple[int, ...] | Literal["each"] = ()
    is_weighted: bool = False
    parity: Parity = Parity.UNKNOWN
    growth: Growth = Growth.UNKNOWN
    is_meromorphic: bool = False
    is_stretching: bool = False
    vanishes_with: tuple[int, ...] | Literal["each"] | Callable[[N], Iterable[int]] = ()
    unit_sum_axes: Callable[[N], tuple[int, ...]] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Provenance(Generic[N]):
    """Where a declaration comes from.

    Attributes
    ----------
    source : str
        Where the rule comes from.
    made_by : (callable, tuple), optional
        What makes the record, and from what, where it is not found by its name.
    """

    source: str = ""
    made_by: tuple[Callable[..., Any], tuple[Any, ...]] | None = None


GROUPS = (Definition, Calculus, Values, Code, Notation, Facts, Provenance)
"""All groups, in the order in which documents show them."""
