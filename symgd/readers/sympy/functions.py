"""Functions of SymPy by their names: of the vocabulary, written with others, or known to SymPy alone."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable

import sympy as sp
from sympy.core.function import AppliedUndef

from symgd.errors import UnsupportedError
from symgd.evaluation.partial_derivatives import partial_derivative
from symgd.graph.node import Node, constant
from symgd.graph.primitive import FUNCTIONS, REGISTRY, Primitive
from symgd.primitives.piecewise import maximum, minimum
from symgd.primitives.trigonometric import cos, pi, sin, tan
from symgd.readers.sympy.foreign_functions import function_of_sympy
from symgd.readers.sympy.scalars import GOLDEN
from symgd.readers.sympy.undefined_functions import apply_undefined
from symgd.readers.sympy.values import Builders, Nodes

__all__ = ["FUNCTIONS_BY_TYPE", "function_node"]

_HINT = "rewrite it with the functions listed in the documentation"


def function_node(expression: sp.Basic, args: Nodes) -> Node:
    """Return a function that is known by its name.

    Raises
    ------
    UnsupportedError
    """
    kind: type = type(expression)
    name = kind.__name__
    if isinstance(expression, AppliedUndef):
        return apply_undefined(expression, args)
    if kind.__module__.startswith("sympy.codegen"):
        return _of_code_generation(name, args)
    record = _functions().get(name)
    rewritten = _REWRITTEN.get(name)
    if record is not None:
        if record.arity is None or record.arity - len(record.defaults) <= len(args) <= record.arity:
            missing = 0 if record.arity is None else record.arity - len(args)
            return record.make((*args, *(constant(default) for default in record.defaults[len(record.defaults) - missing :])))
    elif rewritten is not None:
        if len(inspect.signature(rewritten).parameters) != len(args):
            raise UnsupportedError(f"{name} with {len(args)} arguments is not supported")
        return rewritten(*args)
    foreign = function_of_sympy(kind, len(args))
    if foreign is not None:
        return foreign.make(tuple(args))
    if record is not None:
        raise UnsupportedError(f"{name} with {len(args)} arguments is not supported")
    raise UnsupportedError(f"symgd does not know SymPy's {name[:60]!a}", hint=_HINT)


_CODE_FUNCTIONS: dict[str, Callable[..., Node]] = {
    "Sqrt": lambda x: FUNCTIONS["sqrt"](x),
    "Cbrt": lambda x: FUNCTIONS["cbrt"](x),
    "fma": lambda x, y, z: x * y + z,
    "cosm1": lambda x: cos(x) - 1,
    "powm1": lambda x, y: x**y - 1,
    "logaddexp2": lambda x, y: FUNCTIONS["log2"](2**x + 2**y),
    "minimum": lambda *numbers: functools.reduce(minimum, numbers),
    "maximum": lambda *numbers: functools.reduce(maximum, numbers),
    "amin": lambda x: FUNCTIONS["min"](x),
    "amax": lambda x: FUNCTIONS["max"](x),
}


def _of_code_generation(name: str, args: Nodes) -> Node:
    """Return a function of ``sympy.codegen``: log1p, expm1, hypot and their like are functions of the language too."""
    build = _CODE_FUNCTIONS.get(name) or FUNCTIONS.get(name)
    if build is None:
        raise UnsupportedError(f"symgd does not know SymPy's {name[:60]!a}", hint=_HINT)
    return build(*args)


@functools.cache
def _functions() -> dict[str, Primitive]:
    return {record.sympy: record for record in list(REGISTRY.values()) if record.sympy and record.is_elementwise}


_REWRITTEN: dict[str, Callable[..., Node]] = {
    "cot": lambda x: 1 / tan(x),
    "sec": lambda x: 1 / cos(x),
    "csc": lambda x: 1 / sin(x),
    "acot": lambda x: FUNCTIONS["atan"](1 / x),
    "asec": lambda x: FUNCTIONS["acos"](1 / x),
    "acsc": lambda x: FUNCTIONS["asin"](1 / x),
    "sinc": lambda x: FUNCTIONS["sinc"](x / pi),
    "coth": lambda x: 1 / FUNCTIONS["tanh"](x),
    "csch": lambda x: 1 / FUNCTIONS["sinh"](x),
    "acoth": lambda x: FUNCTIONS["atanh"](1 / x),
    "factorial": lambda x: FUNCTIONS["gamma"](x + 1),
    "binomial": lambda n, k: FUNCTIONS["gamma"](n + 1) / (FUNCTIONS["gamma"](k + 1) * FUNCTIONS["gamma"](n - k + 1)),
    "trigamma": lambda x: FUNCTIONS["polygamma"](1, x),
    "re": lambda x: x,
    "im": lambda x: constant(0),
    "conjugate": lambda x: x,
    "Mod": lambda x, y: FUNCTIONS["mod"](x, y),
    "frac": lambda x: x - FUNCTIONS["floor"](x),
    "RisingFactorial": lambda x, k: FUNCTIONS["gamma"](x + k) / FUNCTIONS["gamma"](x),
    "FallingFactorial": lambda x, k: FUNCTIONS["gamma"](x + 1) / FUNCTIONS["gamma"](x - k + 1),
    "factorial2": lambda x: 2 ** (x / 2) * FUNCTIONS["gamma"](x / 2 + 1) * (2 / pi) ** ((1 - cos(pi * x)) / 4),
    "fibonacci": lambda x: (GOLDEN**x - cos(pi * x) * GOLDEN**-x) / FUNCTIONS["sqrt"](5),
    "lucas": lambda x: GOLDEN**x + cos(pi * x) * GOLDEN**-x,
    "dirichlet_eta": lambda s: (1 - 2 ** (1 - s)) * FUNCTIONS["zeta"](s),
    "riemann_xi": lambda s: s * (s - 1) / 2 * pi ** (-s / 2) * FUNCTIONS["gamma"](s / 2) * FUNCTIONS["zeta"](s),
}


def _zeta(s: Node, *a: Node) -> Node:
    """The zeta function; at a number left of 1 the value of its analytic continuation."""
    if s.is_exact and s.value < 1:
        return partial_derivative("zeta", (0, 0)).make((s, *(a or (constant(1),))))
    return FUNCTIONS["zeta"](s, *a)


def _stieltjes(n: Node, *a: Node) -> Node:
    """The constants γ_n(a) of the zeta function at 1; that of order 0 is −ψ(a)."""
    if n.equals_number(0):
        return -FUNCTIONS["digamma"](*(a or (constant(1),)))
    record = function_of_sympy(sp.stieltjes, 1 + len(a))
    assert record is not None
    return record.make((n, *a))


FUNCTIONS_BY_TYPE: Builders = [
    (sp.zeta, lambda expression, args: _zeta(*args)),
    (sp.stieltjes, lambda expression, args: _stieltjes(*args)),
]
"""Functions that mean something else at some numbers."""
