"""The exponential family: exp, log and the functions made of them whose naive form overflows or cancels."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.node import Node, constant
from symgd.graph.primitive import Primitive, elementwise
from symgd.primitives.derived_arithmetic import sqrt
from symgd.primitives.piecewise import abs, maximum

__all__ = ["exp", "expm1", "log", "log1p", "log2", "log10", "logaddexp", "sigmoid", "softplus", "tanh"]

INF = float("inf")
UNIT = Interval(0, 1, open_low=True, open_high=True)
INCREASING = Monotone.INCREASING


def same_sign(node: Node, x: Sign) -> Sign:
    """The sign of an increasing function that vanishes at 0."""
    return x


def _concave_above_zero(node: Node, x: Interval) -> Curvature:
    """Convex below 0, concave above: tanh and its like."""
    return Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN


exp = elementwise(
    "exp",
    derivative=lambda x, out: out,
    reference="exp",
    sympy="exp",
    latex=r"e^{{{x}}}",
    fold=lambda args, params: constant(1) if args[0].equals_number(0) else None,
    sign=Sign.POSITIVE,
    range=lambda node, x: Interval(max(0, 1 + x.low), 1 if x.high <= 0 else INF, open_low=x.low <= -1),  # eˣ ≥ 1 + x
    monotone=INCREASING,
    curvature=Curvature.CONVEX,
    strict=True,
    growth=Growth.EXPONENTIAL,
    is_meromorphic=True,
    because="the exponential is its own slope",
    source="Abramowitz & Stegun 4.2.49",
)

log = elementwise(
    "log",
    derivative=lambda x, out: x**-1,
    reference="log",
    sympy="log",
    latex=r"\log {x}",
    domain=Sign.POSITIVE,
    range=lambda node, x: Interval(1 - 1 / x.low if x.low > 0 else -INF, x.high - 1 if x.high > 0 else INF),  # log x ≤ x − 1
    fold=lambda args, params: constant(0) if args[0].equals_number(1) else None,
    monotone=INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    growth=Growth.LINEAR,
    because="the slope of log x is 1/x",
    source="Abramowitz & Stegun 4.1.46",
)

log2 = elementwise(
    "log2",
    definition=lambda x: log(x) / log(2),
    derivative=lambda x, out: 1 / (x * log(2)),
    numpy="log2({x})",
    latex=r"\log_{{2}} {x}",
    domain=Sign.POSITIVE,
    monotone=INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    growth=Growth.LINEAR,
    because="log to the base 2 is log x over log 2",
    source="Abramowitz & Stegun 4.1.18",
)

log10 = elementwise(
    "log10",
    definition=lambda x: log(x) / log(10),
    derivative=lambda x, out: 1 / (x * log(10)),
    numpy="log10({x})",
    latex=r"\log_{{10}} {x}",
    domain=Sign.POSITIVE,
    monotone=INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    growth=Growth.LINEAR,
    because="log to the base 10 is log x over log 10",
    source="Abramowitz & Stegun 4.1.18",
)

expm1 = elementwise(
    "expm1",
    definition=lambda x: exp(x) - 1,
    reference="expm1",
    recognise="code",
    derivative=lambda x, out: exp(x),
    numpy="expm1({x})",
    latex=r"\operatorname{{expm1}}({x})",
    fold=lambda args, params: constant(0) if args[0].equals_number(0) else None,
    sign=same_sign,
    range=Interval(-1, INF, open_low=True),
    monotone=INCREASING,
    curvature=Curvature.CONVEX,
    strict=True,
    growth=Growth.EXPONENTIAL,
    is_meromorphic=True,
    because="subtracting 1 does not change the slope of the exponential",
    source="C99 7.12.6.3: e^x − 1 without cancellation near 0",
)

log1p = elementwise(
    "log1p",
    definition=lambda x: log(1 + x),
    reference="log1p",
    recognise="code",
    derivative=lambda x, out: 1 / (1 + x),
    numpy="log1p({x})",
    latex=r"\log(1 + {x})",
    domain=Interval(-1, INF, open_low=True),
    fold=lambda args, params: constant(0) if args[0].equals_number(0) else None,
    sign=same_sign,
    monotone=INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    growth=Growth.LINEAR,
    because="the slope of log(1 + x) is 1/(1 + x)",
    source="C99 7.12.6.9: log(1 + x) without cancellation near 0",
)

sigmoid: Primitive = elementwise(
    "sigmoid",
    definition=lambda x: 1 / (1 + exp(-x)),
    recognise="always",
    derivative=lambda x, out: out * sigmoid(-x),
    numpy="expit({x})",
    imports=("scipy.special:expit", "cupyx.scipy.special:expit"),
    latex=r"\sigma({x})",
    fold=lambda args, params: constant(Fraction(1, 2)) if args[0].equals_number(0) else None,
    sign=Sign.POSITIVE,
    range=UNIT,
    monotone=INCREASING,
    curvature=_concave_above_zero,
    strict=True,
    aliases=("expit",),
    because="the slope of the sigmoid is σ(x)·σ(−x)",
    source="Verhulst 1845; σ' = σ(1 − σ), and 1 − σ(x) = σ(−x)",
)

softplus = elementwise(
    "softplus",
    definition=lambda x: log(1 + exp(x)),
    reference=lambda x: log1p(exp(x)),
    recognise="always",
    derivative=lambda x, out: sigmoid(x),
    numpy="logaddexp(0, {x})",
    latex=r"\operatorname{{softplus}}({x})",
    sign=Sign.POSITIVE,
    range=Interval(0, INF, open_low=True),
    monotone=INCREASING,
    curvature=Curvature.CONVEX,
    strict=True,
    because="the slope of softplus is the sigmoid",
    source="Dugas et al., NIPS 2000",
)

logaddexp = elementwise(
    "logaddexp",
    definition=lambda x, y: log(exp(x) + exp(y)),
    reference=lambda x, y: maximum(x, y) + log1p(exp(-abs(x - y))),
    recognise="always",
    derivative=(lambda x, y, out: sigmoid(x - y), lambda x, y, out: sigmoid(y - x)),
    numpy="logaddexp({x}, {y})",
    latex=r"\log\left(e^{{{x}}} + e^{{{y}}}\right)",
    monotone=(INCREASING, INCREASING),
    curvature=Curvature.CONVEX,
    strict=True,
    because="log(eˣ + eʸ) weighs each argument by its share of the sum",
    source="Boyd & Vandenberghe 2004, 3.1.5",
)

tanh = elementwise(
    "tanh",
    definition=lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
    derivative=lambda x, out: 1 - out**2,
    reference="tanh",
    sympy="tanh",
    latex=r"\tanh {x}",
    fold=lambda args, params: constant(0) if args[0].equals_number(0) else None,
    sign=same_sign,
    range=Interval(-1, 1, open_low=True, open_high=True),
    monotone=INCREASING,
    curvature=_concave_above_zero,
    strict=True,
    parity=Parity.ODD,
    is_meromorphic=True,
    because="the slope of tanh is 1 − tanh²",
    source="Abramowitz & Stegun 4.5.76",
)

sinh = elementwise(
    "sinh",
    definition=lambda x: (exp(x) - exp(-x)) / 2,
    derivative=lambda x, out: cosh(x),
    recognise="always",
    reference="sinh",
    sympy="sinh",
    latex=r"\sinh {x}",
    sign=same_sign,
    monotone=INCREASING,
    curvature=lambda node, x: _concave_above_zero(node, x).negated(),
    strict=True,
    parity=Parity.ODD,
    growth=Growth.EXPONENTIAL,
    is_meromorphic=True,
    because="the slope of sinh is cosh",
    source="Abramowitz & Stegun 4.5.71",
)

cosh: Primitive = elementwise(
    "cosh",
    definition=lambda x: (exp(x) + exp(-x)) / 2,
    derivative=lambda x, out: sinh(x),
    recognise="always",
    reference="cosh",
    sympy="cosh",
    latex=r"\cosh {x}",
    sign=Sign.POSITIVE,
    range=Interval(1, INF),
    monotone=lambda node, x: (INCREASING if x.low >= 0 else Monotone.DECREASING if x.high <= 0 else Monotone.UNKNOWN,),
    curvature=Curvature.CONVEX,
    strict=True,
    parity=Parity.EVEN,
    growth=Growth.EXPONENTIAL,
    is_meromorphic=True,
    because="the slope of cosh is sinh",
    source="Abramowitz & Stegun 4.5.72",
)

sech: Primitive = elementwise(
    "sech",
    definition=lambda x: 1 / cosh(x),
    derivative=lambda x, out: -out * tanh(x),
    reference="sech",
    sympy="sech",
    numpy="_sech({x})",
    latex=r"\operatorname{{sech}} {x}",
    sign=Sign.POSITIVE,
    range=Interval(0, 1, open_low=True),
    monotone=lambda node, x: (Monotone.DECREASING if x.low >= 0 else INCREASING if x.high <= 0 else Monotone.UNKNOWN,),
    parity=Parity.EVEN,
    because="the slope of sech is −sech·tanh",
    source="Abramowitz & Stegun 4.5.75",
)

asinh = elementwise(
    "asinh",
    definition=lambda x: log(x + sqrt(x**2 + 1)),
    derivative=lambda x, out: 1 / sqrt(1 + x**2),
    recognise="always",
    reference="asinh",
    sympy="asinh",
    latex=r"\operatorname{{arsinh}} {x}",
    sign=same_sign,
    monotone=INCREASING,
    curvature=_concave_above_zero,
    strict=True,
    aliases=("arcsinh",),
    parity=Parity.ODD,
    growth=Growth.LINEAR,
    because="the slope of arsinh x is 1/√(1 + x²)",
    source="Abramowitz & Stegun 4.6.37",
)

acosh = elementwise(
    "acosh",
    definition=lambda x: log(x + sqrt(x - 1) * sqrt(x + 1)),
    derivative=lambda x, out: 1 / (sqrt(x - 1) * sqrt(x + 1)),
    reference="acosh",
    sympy="acosh",
    latex=r"\operatorname{{arcosh}} {x}",
    domain=Interval(1, INF),
    sign=Sign.NONNEGATIVE,
    monotone=INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    aliases=("arccosh",),
    because="the slope of arcosh x is 1/√(x² − 1)",
    source="Abramowitz & Stegun 4.6.38",
)

atanh = elementwise(
    "atanh",
    definition=lambda x: log((1 + x) / (1 - x)) / 2,
    derivative=lambda x, out: 1 / ((1 - x) * (1 + x)),
    reference="atanh",
    sympy="atanh",
    latex=r"\operatorname{{artanh}} {x}",
    domain=Interval(-1, 1, open_low=True, open_high=True),
    sign=same_sign,
    monotone=INCREASING,
    curvature=lambda node, x: _concave_above_zero(node, x).negated(),
    strict=True,
    aliases=("arctanh",),
    parity=Parity.ODD,
    because="the slope of artanh x is 1/(1 − x²)",
    source="Abramowitz & Stegun 4.6.39",
)
