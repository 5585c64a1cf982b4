"""Rules of functions: those that undo each other, complements, squares of roots, signs and absolute values."""

from __future__ import annotations

from fractions import Fraction

from symgd.graph.node import CONSTANT, Node, constant
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import contract
from symgd.primitives.exponential import cosh, exp, log, sigmoid, sinh, softplus, tanh
from symgd.primitives.piecewise import abs, maximum, minimum, relu, sign
from symgd.primitives.trigonometric import cos, sin
from symgd.primitives.vector_norms import norm2_record as norm2
from symgd.rewrite.rule import ALWAYS, Context, rewriting, rule
from symgd.rewrite.terms import factors_of, may_vanish, scaled, split_term

__all__: list[str] = []


@rewriting(
    "the square of a root",
    pow,
    because="(√u)² = u where u ≥ 0",
    purpose=("recognise", "people", "code"),
    needs=(CONSTANT, (pow, norm2)),
    examples=(
        "sqrt(x)**2",
        "sqrt(x**2 + 1)**4",
        "norm2(v)**2",
        "norm2(v)**4",
    ),
)
def square_of_root(node: Node, context: Context) -> Node | None:
    """(√u)²ᵏ → uᵏ for u that is surely ≥ 0, ‖x‖²ᵏ → (Σx²)ᵏ; the derivative then has no quotient 0/0."""
    base, exponent = node.args
    if not (exponent.is_exact and isinstance(exponent.value, int) and exponent.value > 0 and exponent.value % 2 == 0):
        return None
    half = constant(exponent.value // 2)
    if base.primitive is pow and base.args[1].equals_number(Fraction(1, 2)) and context.facts.is_nonnegative(base.args[0]):
        return pow.make((base.args[0], half))
    if base.primitive is norm2:
        (x,) = base.args
        dropped = {axis % x.rank for axis in base.params[0]}
        if x.rank == 1:
            return pow.make((contract([x, x], [(0,), (0,)], ()), half))
        return pow.make((contract([x**2], [range(x.rank)], [axis for axis in range(x.rank) if axis not in dropped]), half))
    return None


@rewriting(
    "complementary sigmoids",
    add,
    because="σ(−x) = 1 − σ(x), and like terms cancel",
    needs=((sigmoid, mul),),
    anywhere=(sigmoid,),
    examples=(
        "(1 - y)*sigmoid(x) - y*sigmoid(-x)",
        "sigmoid(x) + sigmoid(-x)",
        "y*sigmoid(x) + y*sigmoid(-x) - z",
        "log(y)*sigmoid(x) + log(y)*sigmoid(-x) - log(y) + z",
    ),
)
def complementary_sigmoids(node: Node, context: Context) -> Node | None:
    """(1 − y)·σ(x) − y·σ(−x) → σ(x) − y: expand where both σ(x) and σ(−x) stand in a sum and the result is shorter."""
    sigmoids = {factor for term in node.args for factor in factors_of(term) if factor.primitive is sigmoid}
    for plain in sigmoids:
        opposite = sigmoid.make((scaled(Fraction(-1), plain.args[0]),))
        mirrored = next((other for other in sigmoids if other is opposite or _negates(other.args[0], plain.args[0])), None)
        if mirrored is None or _is_negative(plain.args[0]):
            continue
        totals: dict[Node, Fraction] = {}
        for term in node.args:
            for coefficient, core in _expanded(term, plain, mirrored):
                totals[core] = totals.get(core, Fraction(0)) + coefficient
        nonzero = [core for core, c in totals.items() if c]
        if not all(may_vanish(factors_of(core), nonzero, context) for core, c in totals.items() if not c):
            continue
        parts = [scaled(totals[core], core) for core in nonzero]
        if parts and len(parts) <= len(node.args):
            return add.make(tuple(sorted(parts, key=lambda part: not any(f is plain for f in factors_of(part)))))
    return None


def _is_negative(node: Node) -> bool:
    return split_term(node)[0] < 0


def _negates(left: Node, right: Node) -> bool:
    a, b = split_term(left), split_term(right)
    same = a[1] is b[1] or sorted(f.serial for f in factors_of(a[1])) == sorted(f.serial for f in factors_of(b[1]))
    return a[0] == -b[0] and same


def _expanded(term: Node, plain: Node, mirrored: Node) -> list[tuple[Fraction, Node]]:
    """Write a term as a sum of products in which σ(−x) is 1 − σ(x), where a sigmoid is among its factors."""
    coefficient, core = split_term(term)
    factors = list(factors_of(core))
    if plain not in factors and mirrored not in factors:
        return [(coefficient, core)]
    products: list[tuple[Fraction, list[Node]]] = [(coefficient, [])]
    for factor in factors:
        if factor is mirrored:
            pieces = [(Fraction(1), None), (Fraction(-1), plain)]
        elif factor.primitive is add:
            pieces = [(c, None if part.equals_number(1) else part) for c, part in map(split_term, factor.args)]
        else:
            pieces = [(Fraction(1), factor)]
        products = [(a * b, [*chosen, *([part] if part is not None else [])]) for a, chosen in products for b, part in pieces]
    return [(c, _ordered_product(chosen)) for c, chosen in products]


def _ordered_product(factors: list[Node]) -> Node:
    if not factors:
        return constant(1)
    return mul.make(tuple(sorted(factors, key=lambda factor: factor.serial)))


# -- identities of Pythagoras -----------------------------------------------------------------------------------

rule(
    "Pythagoras",
    lambda x: sin(x) ** 2 + cos(x) ** 2,
    lambda x: constant(1),
    because="sin² + cos² = 1",
)
rule(
    "cosh and sinh on the hyperbola",
    lambda x: cosh(x) ** 2 - sinh(x) ** 2,
    lambda x: constant(1),
    because="cosh² x − sinh² x = 1",
)
rule("the rest of a sine squared", lambda x: 1 - sin(x) ** 2, lambda x: cos(x) ** 2, because="1 − sin² x = cos² x")
rule("the rest of a cosine squared", lambda x: 1 - cos(x) ** 2, lambda x: sin(x) ** 2, because="1 − cos² x = sin² x")
rule("cosh without sinh", lambda x: cosh(x) - sinh(x), lambda x: exp(-x), because="cosh x − sinh x = e⁻ˣ")
rule("sinh without cosh", lambda x: sinh(x) - cosh(x), lambda x: -exp(-x), because="sinh x − cosh x = −e⁻ˣ")
rule("cosh with sinh", lambda x: cosh(x) + sinh(x), lambda x: exp(x), because="cosh x + sinh x = eˣ")

# -- functions that undo or complement each other -------------------------------------------------------------

rule(
    "log undoes exp",
    lambda x: log(exp(x)),
    lambda x: x,
    because="the logarithm undoes the exponential",
)
rule(
    "exp undoes log",
    lambda x: exp(log(x)),
    lambda x: x,
    when=lambda facts, x: facts.is_positive(x),
    because="the exponential undoes the logarithm",
)
rule(
    "the complement of a sigmoid",
    lambda x: 1 - sigmoid(x),
    lambda x: sigmoid(-x),
    because="1 − σ(x) = σ(−x), without cancellation",
    purpose=("recognise", "people", "code"),
)
rule(
    "the logarithm of a sigmoid",
    lambda x: log(sigmoid(x)),
    lambda x: -softplus(-x),
    because="log σ(x) = −softplus(−x), without underflow",
    purpose=("recognise", "people", "code"),
)
rule(
    "the quotient of sinh and cosh",
    lambda x: sinh(x) / cosh(x),
    lambda x: tanh(x),
    because="sinh/cosh = tanh, which does not overflow",
    purpose=("recognise", "people", "code"),
)
rule(
    "tanh in exponentials",
    lambda x: (exp(x) - exp(-x)) * (exp(x) + exp(-x)) ** -1,
    lambda x: tanh(x),
    because="(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ) = tanh x, which does not overflow",
    purpose=("recognise", "people", "code"),
)
rule(
    "twice a sigmoid below 1",
    lambda x: 2 * sigmoid(x) - 1,
    lambda x: tanh(x / 2),
    because="2·σ(x) − 1 = tanh(x/2), which keeps its digits near 0",
)
rule(
    "1 beside twice a sigmoid",
    lambda x: 1 - 2 * sigmoid(x),
    lambda x: -tanh(x / 2),
    because="1 − 2·σ(x) = −tanh(x/2), which keeps its digits near 0",
)
rule(
    "a difference of sigmoids",
    lambda x: sigmoid(x) - sigmoid(-x),
    lambda x: tanh(x / 2),
    because="σ(x) − σ(−x) = tanh(x/2), which keeps its digits near 0",
)
rule(
    "the absolute value of what is not negative",
    lambda x: abs(x),
    lambda x: x,
    when=lambda facts, x: facts.is_nonnegative(x),
    because="it is not negative",
)
rule(
    "the absolute value of what is not positive",
    lambda x: abs(x),
    lambda x: -x,
    when=lambda facts, x: facts.sign(x).is_nonpositive,
    because="it is not positive",
)
rule(
    "a value times its sign",
    lambda x: x * sign(x),
    lambda x: abs(x),
    because="x·sign(x) = |x|",
    purpose=ALWAYS,
)
rule(
    "an absolute value times the sign",
    lambda x: abs(x) * sign(x),
    lambda x: x,
    because="|x|·sign(x) = x",
    purpose=ALWAYS,
)
rule(
    "the square of an absolute value",
    lambda x: abs(x) ** 2,
    lambda x: x**2,
    because="|x|² = x²",
    purpose=ALWAYS,
)
rule(
    "the sign of what is positive",
    lambda x: sign(x),
    lambda x: constant(1),
    when=lambda facts, x: facts.is_positive(x),
    because="it is positive",
)
rule(
    "the rectifier of what is not negative",
    lambda x: relu(x),
    lambda x: x,
    when=lambda facts, x: facts.is_nonnegative(x),
    because="it is not negative",
)
rule(
    "the maximum of equals",
    lambda x: maximum(x, x),
    lambda x: x,
    because="both are the same",
)
rule(
    "the minimum of equals",
    lambda x: minimum(x, x),
    lambda x: x,
    because="both are the same",
)
