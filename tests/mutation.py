"""The mutation study: right gradients by hand, and what a person may do wrong to each of them.

Every mutant is one fault: a sign, a term, a factor, an index, a transposition, an error of 1e-6, a branch, a
missing sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import points
from symgd.graph.node import Node
from symgd.graph.traversal import substitute, toposort
from symgd.readers.text.parser import parse
from tests.formulas import declared

SHAPES = {
    "X": "m n", "w": "n", "y": "m", "A": "n n", "B": "n n", "x": "n", "v": "n", "u": "m", "V": "n k", "T": "m k", "W": "m n",
    "S": "n n", "b": "", "c": "", "p": "n", "q": "n", "z": "k", "Y": "m k", "C": "n k", "D": "n n", "r": "m",
}  # fmt: skip

# the loss, its variable, the gradient as a person writes it
RIGHT: list[tuple[str, str, str]] = [
    ("x1**3 - 2*x1", "x1", "3*x1**2 - 2"),
    ("x1**2*x2 + sin(x1*x2)", "x1", "2*x1*x2 + x2*cos(x1*x2)"),
    ("exp(-x1**2/2)", "x1", "-x1*exp(-x1**2/2)"),
    ("exp(x1)*cos(x2)", "x2", "-exp(x1)*sin(x2)"),
    ("log(1 + x1**2)", "x1", "2*x1/(1 + x1**2)"),
    ("x1/(1 + exp(-x1))", "x1", "sigmoid(x1) + x1*sigmoid(x1)*(1 - sigmoid(x1))"),
    ("tanh(c*x1 + b)", "c", "x1*(1 - tanh(c*x1 + b)**2)"),
    ("sqrt(1 + x1**2)", "x1", "x1/sqrt(1 + x1**2)"),
    ("(1 - x1)**2 + 100*(x2 - x1**2)**2", "x1", "-2*(1 - x1) - 400*x1*(x2 - x1**2)"),
    ("(1 - x1)**2 + 100*(x2 - x1**2)**2", "x2", "200*(x2 - x1**2)"),
    ("atan(x1/c)", "x1", "c/(c**2 + x1**2)"),
    ("x1*log(x1) - x1", "x1", "log(x1)"),
    ("exp(-(x1 - c)**2/(2*b**2))/b", "c", "(x1 - c)*exp(-(x1 - c)**2/(2*b**2))/b**3"),
    ("sin(x1)/x1", "x1", "cos(x1)/x1 - sin(x1)/x1**2"),
    ("x1**4/4 - x1**2/2 + b*x1", "x1", "x1**3 - x1 + b"),
    ("log(cosh(x1 - c))", "x1", "tanh(x1 - c)"),
    ("sum(x**2)", "x", "2*x"),
    ("v @ x", "x", "v"),
    ("x @ A @ x", "x", "A @ x + A.T @ x"),
    ("x @ A @ x", "A", "outer(x, x)"),
    ("v @ A @ x", "A", "outer(v, x)"),
    ("v @ A @ x", "v", "A @ x"),
    ("sum((X @ w - y)**2)", "w", "2*X.T @ X @ w - 2*X.T @ y"),
    ("mean((X @ w - y)**2)", "w", "2*X.T @ (X @ w - y)/m"),
    ("mean((X @ w + b - y)**2)", "b", "2*mean(X @ w + b - y)"),
    ("mean((X @ w - y)**2)/2 + c*sum(w**2)", "w", "X.T @ (X @ w - y)/m + 2*c*w"),
    ("mean((X @ w - y)**2)", "y", "-2*(X @ w - y)/m"),
    ("sum(u*(X @ w - y)**2)", "w", "2*X.T @ (u*(X @ w - y))"),
    ("mean(log(1 + exp(-y*(X @ w))))", "w", "-X.T @ (y*sigmoid(-y*(X @ w)))/m"),
    ("sum(log(1 + exp(X @ w)) - y*(X @ w))", "w", "X.T @ (sigmoid(X @ w) - y)"),
    ("sum(exp(X @ w) - y*(X @ w))", "w", "X.T @ exp(X @ w) - X.T @ y"),
    ("mean((sigmoid(X @ w) - y)**2)", "w", "2*X.T @ ((sigmoid(X @ w) - y)*sigmoid(X @ w)*(1 - sigmoid(X @ w)))/m"),
    ("mean((tanh(X @ w) - y)**2)", "w", "2*X.T @ ((tanh(X @ w) - y)*(1 - tanh(X @ w)**2))/m"),
    ("log(sum(exp(x)))", "x", "softmax(x)"),
    ("log(sum(exp(x))) - v @ x", "x", "softmax(x) - v"),
    ("sum(p*log(p/q))", "p", "log(p/q) + 1"),
    ("sum(p*log(p/q))", "q", "-p/q"),
    ("sum(x*log(1 + x**2))", "x", "log(1 + x**2) + 2*x**2/(1 + x**2)"),
    ("norm2(x)", "x", "x/norm2(x)"),
    ("norm2(x - v)**2", "v", "-2*(x - v)"),
    ("norm2(X @ w - y)", "w", "X.T @ (X @ w - y)/norm2(X @ w - y)"),
    ("x @ A @ x/(x @ x)", "x", "(A @ x + A.T @ x)/(x @ x) - 2*(x @ A @ x)*x/(x @ x)**2"),
    ("(v @ x)/(norm2(v)*norm2(x))", "x", "v/(norm2(v)*norm2(x)) - (v @ x)*x/(norm2(v)*norm2(x)**3)"),
    ("logdet(A)", "A", "inv(A).T"),
    ("det(A)", "A", "det(A)*inv(A).T"),
    ("trace(A @ B)", "A", "B.T"),
    ("trace(A @ B @ A.T)", "A", "A @ B.T + A @ B"),
    ("trace(inv(A))", "A", "-(inv(A) @ inv(A)).T"),
    ("v @ inv(A) @ x", "A", "-outer(inv(A).T @ v, inv(A) @ x)"),
    ("v @ inv(A) @ x", "x", "inv(A).T @ v"),
    ("sum((W @ V - T)**2)", "W", "2*(W @ V - T) @ V.T"),
    ("sum((W @ V - T)**2)", "V", "2*W.T @ (W @ V - T)"),
    ("sum((W @ V - T)**2)/2 + c*sum(W**2)", "W", "(W @ V - T) @ V.T + 2*c*W"),
    ("sum(tanh(W @ x)*u)", "W", "outer(u*(1 - tanh(W @ x)**2), x)"),
    ("sum(tanh(W @ x)*u)", "x", "W.T @ (u*(1 - tanh(W @ x)**2))"),
    ("sum((A @ B - D)**2)", "B", "2*A.T @ (A @ B - D)"),
    ("trace((A - B).T @ (A - B))", "A", "2*(A - B)"),
    ("mean((X @ V + z - Y)**2)", "z", "2*sum(X @ V + z - Y, axis=0)/(m*k)"),
    ("mean((X @ V + z - Y)**2)", "V", "2*X.T @ (X @ V + z - Y)/(m*k)"),
    ("sum(relu(x - v))", "x", "where(x > v, 1, 0)"),
    ("sum(abs(x)*v)", "x", "where(x > 0, v, -v)"),
    ("sum(maximum(x, 0)**2)", "x", "where(x > 0, 2*x, 0)"),
    ("mean(maximum(0, 1 - y*(X @ w)))", "w", "-X.T @ where(y*(X @ w) < 1, y, 0)/m"),
    ("sum(where(abs(x) < 1, x**2/2, abs(x) - 1/2))", "x", "where(abs(x) < 1, x, sign(x))"),
    ("sum(where(x > 0, x, exp(x) - 1))", "x", "where(x > 0, 1, exp(x))"),
    ("mean(where(X @ w > y, (X @ w - y)**2, 2*(X @ w - y)**2))", "w", "2*X.T @ where(X @ w > y, X @ w - y, 2*(X @ w - y))/m"),
    ("sum(abs(x)**3)", "x", "where(x > 0, 3*x**2, -3*x**2)"),
    ("norm2(A @ x - v)**2 + c*norm2(x)**2", "x", "2*A.T @ (A @ x - v) + 2*c*x"),
    ("sum(exp(-x**2/(2*c**2)))", "c", "sum(x**2*exp(-x**2/(2*c**2)))/c**3"),
    ("logdet(A) + x @ inv(A) @ x", "x", "inv(A) @ x + inv(A).T @ x"),
    ("sum(x[1:]*x[:-1])", "x", "concatenate([x[1:], [0]]) + concatenate([[0], x[:-1]])"),
    ("sum((x[1:] - x[:-1])**2)", "x", "concatenate([[0], 2*(x[1:] - x[:-1])]) - concatenate([2*(x[1:] - x[:-1]), [0]])"),
]  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes
    ----------
    kind : str
        sign, dropped term, factor, index, transpose, tiny, branch, missing sum.
    claim : Node
    words : str
        A pattern that a right explanation matches.
    """

    kind: str
    claim: Node
    words: str


@cache
def row(number: int) -> tuple[Node, Node, Node]:
    """Return a row of the table as formulas: loss, variable, gradient."""
    text, wrt, gradient = RIGHT[number]
    loss = sg.formula(text, shapes=declared(SHAPES, text))

    return (
        loss,
        next(node for node in loss.symbols if node.name == wrt),
        parse(gradient, symbols={node.name: node for node in loss.symbols}),
    )


def mutants(number: int) -> Iterator[Mutant]:
    """Yield the mutants of a row; those that happen to be right are left out."""
    _, variable, right = row(number)
    for mutant in _all_mutants(variable, right):
        if not _is_the_same(mutant.claim, right):
            yield mutant


def _is_the_same(claim: Node, right: Node) -> bool:
    """Whether two formulas have the same values where both have one: A.T + A is A + A.T."""
    if claim.shape != right.shape:
        return False
    for point in points(right, 2, seed=11, others=[claim]):
        one, other = evaluate_precisely([claim, right], point.values, point.sizes, digits=30)
        if any(not abs(a - b) <= 1e-20 * abs(b) for a, b in zip(one.flat, other.flat, strict=True)):
            return False
    return True


def _all_mutants(variable: Node, right: Node) -> Iterator[Mutant]:
    yield Mutant("sign", -right, r"sign")
    yield Mutant("factor", 2 * right, r"factor 2 too many|factor 2\b")
    yield Mutant("factor", right / 2, r"missing factor 2")
    yield Mutant("tiny", right * sg.formula("1000001/1000000"), r"factor 1\.000001 too many")
    seen = {right, -right}
    for node in toposort([right]):
        for kind, edited, words in _edits(node, variable):
            (claim,) = substitute([right], {node: edited})
            if claim not in seen and claim.shape == right.shape:
                seen.add(claim)
                yield Mutant(kind, claim, words)
    if right.rank == 2 and right.shape[0] == right.shape[1]:
        yield Mutant("transpose", right.T, r"transposed")
    if right.rank <= 1:
        yield Mutant("missing sum", sg.stack([right, 2 * right]), r"broadcast axis is not summed")
    if right.rank == 1:
        entry = sg.concatenate([right[:1] * 3, right[1:]])
        yield Mutant("index", entry, r"entry \(0\) only")
        yield Mutant("index", sg.concatenate([right[1:], right[:1]]), r"off by one")


def _edits(node: Node, variable: Node) -> Iterator[tuple[str, Node, str]]:
    """Yield single faults at one place of a gradient: its kind, what stands there now, the words of a right explanation."""
    name = node.primitive.name
    if name == "add":
        for k, arg in enumerate(node.args):
            others = [other for i, other in enumerate(node.args) if i != k]
            rest = others[0]
            for other in others[1:]:
                rest = rest + other
            if rest.shape == node.shape:
                yield "sign", rest - arg, r"sign"
                yield "dropped term", rest, r"missing|term|factor"
    if name == "where" and not node.args[1].equals_number(0):
        yield "branch", node.primitive.make((node.args[0], node.args[1], node.args[1])), r"branch|sign|factor"
        yield "branch", node.primitive.make((node.args[0], node.args[2], node.args[1])), r"branch|sign"
    if name == "mean" or (name == "einsum" and not node.shape and any(arg.rank for arg in node.args)):
        (one,) = node.args if len(node.args) == 1 else (None,)
        if one is not None and one.rank == 1:
            yield "missing sum", one[0], r"sum|mean|no explanation"
    if name == "symbol" and node.rank == 2 and node.shape[0] == node.shape[1] and node is not variable:
        yield "transpose", node.T, r"transposed"
    if (
        node.primitive.is_elementwise
        and len(node.args) == 1
        and name in ("exp", "log", "sigmoid", "tanh", "sin", "cos", "sqrt")
    ):
        yield "factor", node.primitive.make((node.args[0],)) ** 2, r"squared|factor|instead|exponent"
