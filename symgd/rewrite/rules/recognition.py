"""Recognise a function in its naive spelling: ``log(1 + exp(x))`` is softplus, kept whole so that large x does not overflow.

The elementwise rules are read off the registry: a primitive that asks to be recognised brings its definition as the pattern.
"""

from __future__ import annotations

from typing import Any

from symgd.graph.node import Node, intern, size
from symgd.graph.primitive import REGISTRY
from symgd.graph.shape import size_product
from symgd.graph.traversal import rebuild, toposort
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum, expand
from symgd.primitives.contraction_layout import summed_axes
from symgd.primitives.exponential import exp, log, log1p, logaddexp, sigmoid, softplus
from symgd.primitives.indexing import index
from symgd.primitives.reduction import logsumexp, softmax
from symgd.rewrite.rule import ALWAYS, Context, pattern_variables, rewriting, rule
from symgd.rewrite.terms import factors_of

__all__: list[str] = []


def _recognise(name: str) -> None:
    record = REGISTRY[name]
    definition = record.definition
    assert definition is not None
    count = record.arity or 1

    def left(*args: Node) -> Node:
        return definition(*args)

    def right(*args: Node) -> Node:
        return intern(record, args)

    rule(
        f"recognise {name}",
        _with_arity(left, count),
        right,
        because=f"this is {name}: kept whole, it neither overflows nor cancels",
        purpose=ALWAYS if record.recognise == "always" else ("code",),
    )


def _with_arity(function: Any, count: int) -> Any:
    """Give a function of *args a fixed number of parameters, which is what a rule counts."""
    return (lambda x: function(x)) if count == 1 else (lambda x, y: function(x, y))


rule(
    "recognise the sigmoid of −x",
    lambda x: 1 / (1 + exp(x)),
    lambda x: sigmoid(-x),
    because="1/(1 + eˣ) = σ(−x), which does not overflow",
    purpose=ALWAYS,
)
rule(
    "recognise the sigmoid in a quotient",
    lambda x: exp(x) / (1 + exp(x)),
    lambda x: sigmoid(x),
    because="eˣ/(1 + eˣ) = σ(x), which does not overflow",
    purpose=ALWAYS,
)
rule(
    "a product with a complementary sigmoid",
    lambda x: exp(x) * sigmoid(-x),
    lambda x: sigmoid(x),
    because="eˣ·σ(−x) = σ(x)",
    purpose=ALWAYS,
)
rule(
    "a product with a sigmoid",
    lambda x: exp(-x) * sigmoid(x),
    lambda x: sigmoid(-x),
    because="e⁻ˣ·σ(x) = σ(−x)",
    purpose=ALWAYS,
)
rule(
    "recognise logaddexp with a common argument",
    lambda x, y: log(exp(x) + exp(y)),
    lambda x, y: logaddexp(x, y),
    because="log(eˣ + eʸ) is logaddexp, which does not overflow",
    purpose=ALWAYS,
)


def _pattern_size(name: str) -> int:
    record = REGISTRY[name]
    assert record.definition is not None
    return len(toposort([record.definition(*pattern_variables(record.arity or 1))]))


# the larger pattern first: log(1 + exp(x)) is softplus before it is log1p of something
for _name in sorted(
    (n for n, r in REGISTRY.items() if r.recognise != "never" and n != "logaddexp"), key=lambda n: -_pattern_size(n)
):
    _recognise(_name)


@rewriting(
    "recognise logsumexp",
    log,
    because="log Σ exp(x) is logsumexp, which does not overflow",
    purpose=ALWAYS,
    examples=(
        "log(sum(exp(v)))",
        "log(sum(exp(X), axis=1))",
    ),
)
def recognise_logsumexp(node: Node, context: Context) -> Node | None:
    """Find log(sum(exp(x), axis)) → logsumexp(x, axis)."""
    (inner,) = node.args
    plain_sum = _plain_sum(inner)
    if plain_sum is None or plain_sum[0].primitive is not exp:
        return None
    return logsumexp(plain_sum[0].args[0], axis=plain_sum[1])


@rewriting(
    "recognise logsumexp beside other terms",
    log,
    log1p,
    because="log(c·Σ exp(x)) = log c + logsumexp(x), which does not overflow",
    purpose=ALWAYS,
    examples=(
        "log(mean(exp(v)))",
        "log(x*sum(exp(v)))",
        "log(x + sum(exp(v)))",
        "log1p(sum(exp(v)))",
        "log(1 + sum(exp(v)))",
    ),
)
def recognise_logsumexp_beside(node: Node, context: Context) -> Node | None:
    """log(mean(exp(x))), log(c·Σ exp(x)) and log(c + Σ exp(x)) for a positive c → what logsumexp(x) gives."""
    (inner,) = node.args
    if node.primitive is log1p:
        plain_sum = _plain_sum(inner)
        is_sum = plain_sum is not None and plain_sum[0].primitive is exp
        return softplus(logsumexp(plain_sum[0].args[0], axis=plain_sum[1])) if plain_sum is not None and is_sum else None
    if inner.primitive.name == "mean" and inner.args[0].primitive is exp:
        x, axes = inner.args[0].args[0], inner.params[0]
        return logsumexp(x, axis=axes) - log(size(size_product(tuple(x.shape[axis] for axis in axes))))
    if inner.primitive is not mul and inner.primitive is not add:
        return None
    for k, arg in enumerate(inner.args):
        plain_sum = _plain_sum(arg)
        if plain_sum is None or plain_sum[0].primitive is not exp:
            continue
        rest = inner.primitive.make(inner.args[:k] + inner.args[k + 1 :])
        if not context.facts.is_positive(rest):
            continue
        log_sum = logsumexp(plain_sum[0].args[0], axis=plain_sum[1])
        if inner.primitive is mul:
            return log(rest) + log_sum
        return softplus(log_sum) if rest.equals_number(1) else logaddexp(log(rest), log_sum)
    return None


@rewriting(
    "a power of an exponential",
    pow,
    because="(eˣ)ⁿ = eⁿˣ, which overflows later",
    purpose=ALWAYS,
    needs=(exp,),
    examples=(
        "exp(x)**3",
        "exp(x)**(-2)",
        "exp(x)**(1/2)",
    ),
)
def power_of_exponential(node: Node, context: Context) -> Node | None:
    """exp(x)ⁿ → exp(n·x) for an exact n."""
    base, exponent = node.args
    if base.primitive is not exp or not exponent.is_exact or exponent.equals_number(-1):
        return None
    return exp(exponent * base.args[0])


@rewriting(
    "recognise softmax",
    mul,
    because="exp(x)/Σ exp(x) is softmax, which does not overflow",
    purpose=ALWAYS,
    needs=(exp, pow),
    examples=(
        "exp(v)/sum(exp(v))",
        "exp(X)/sum(exp(X), axis=0)",
        "exp(X)/sum(exp(X), axis=1)[:, None]",
        "y*exp(v)/sum(exp(v))",
    ),
)
def recognise_softmax(node: Node, context: Context) -> Node | None:
    """Find exp(x) / sum(exp(x), axis, keepdims) → softmax(x, axis)."""
    for factor in node.args:
        if factor.primitive is not exp:
            continue
        for other in node.args:
            if other.primitive is not pow or not other.args[1].equals_number(-1):
                continue
            below = other.args[0]
            axis: int | None = None
            if below.primitive is expand:
                (axis,) = below.params[0]
                below = below.args[0]
            plain_sum = _plain_sum(below)
            if plain_sum is None or plain_sum[0] is not factor or len(plain_sum[1]) != 1:
                continue
            position = plain_sum[1][0]
            if axis is not None and axis != position - factor.rank:
                continue
            if axis is None and not (factor.rank == 1 or position == 0):
                continue
            rest = tuple(arg for arg in node.args if arg not in (factor, other))
            return mul.make((*rest, softmax(factor.args[0], axis=position))) if rest else softmax(factor.args[0], axis=position)
    return None


@rewriting(
    "recognise weighted means by exponentials",
    mul,
    because="c·exp(x)/Σ exp(x) adds up to c @ softmax(x), which does not overflow",
    purpose=ALWAYS,
    needs=(einsum, pow),
    examples=(
        "sum(u*exp(v))/sum(exp(v))",
        "sum(exp(v)*u)/sum(exp(v))",
        "(A @ exp(v))/sum(exp(v))",
    ),
)
def recognise_contracted_softmax(node: Node, context: Context) -> Node | None:
    """sum(c*exp(x))/sum(exp(x)) and (A @ exp(x))/sum(exp(x)) → the same of softmax(x), for a vector x."""
    for below in node.args:
        if below.primitive is not pow or not below.args[1].equals_number(-1):
            continue
        plain_sum = _plain_sum(below.args[0])
        if plain_sum is None or plain_sum[0].primitive is not exp or plain_sum[0].rank != 1:
            continue
        powers, share = plain_sum[0], softmax(plain_sum[0].args[0], axis=0)
        for above in node.args:
            shared = _with_share(above, powers, share) if above.primitive is einsum else None
            if shared is not None:
                rest = [arg for arg in node.args if arg is not above and arg is not below]
                return mul.make((*rest, shared)) if rest else shared
    return None


def _with_share(contraction: Node, powers: Node, share: Node) -> Node | None:
    """Return a contraction in which one factor exp(x) is softmax(x)."""
    for k, operand in enumerate(contraction.args):
        factors = factors_of(operand)
        if powers in factors:
            place = factors.index(powers)
            changed = [*factors[:place], share, *factors[place + 1 :]]
            args = [*contraction.args]
            args[k] = mul.make(tuple(changed)) if operand.primitive is mul else share
            return rebuild(contraction, tuple(args))
    return None


@rewriting(
    "the logarithm of a softmax",
    log,
    because="log softmax(x) = x − logsumexp(x), without underflow",
    purpose=ALWAYS,
    examples=(
        "log(softmax(v))",
        "log(softmax(X, axis=0))",
        "log(softmax(v)[0])",
    ),
)
def logarithm_of_softmax(node: Node, context: Context) -> Node | None:
    """log(softmax(x)) → x − logsumexp(x)."""
    (inner,) = node.args
    entry = inner if inner.primitive is index else None
    share = inner if entry is None else entry.args[0]
    if share.primitive.name != "softmax":
        return None
    (x,) = share.args
    difference = x - logsumexp(x, axis=share.params[0], keepdims=True)
    if entry is None:
        return difference
    if x.rank != 1 or entry.shape:
        return None
    return index.make((x,), entry.params) - logsumexp(x)


def _plain_sum(node: Node) -> tuple[Node, tuple[int, ...]] | None:
    """Return (x, axes) where the node is sum(x, axes)."""
    axes = summed_axes(node) if node.primitive is einsum else None
    return None if axes is None else (node.args[0], axes)
