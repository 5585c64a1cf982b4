"""What any text must bear: it is read or refused, soon; what is read is printed so that it is read again, and can be derived."""

from __future__ import annotations

import time
import warnings

import symgd as sg
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.sampling import points
from symgd.graph.traversal import toposort

VOCABULARY = [
    *"xyzwabXAW", "x1", "1", "2", "0", "3", "1/2", "0.5", "1e-3", "10", "-1", "+", "-", "*", "/", "**", "@", "^", "(", ")", "[", "]",
    ",", ":", ".T", ".", "=", "==", "!=", "<", "<=", ">", ">=", "axis=0", "axis=1", "axis=-1", "keepdims=True", "None", "True",
    "where", "t1", "sum(", "mean(", "exp(", "log(", "sqrt(", "abs(", "max(", "min(", "maximum(", "minimum(", "norm2(", "norm(",
    "softmax(", "logsumexp(", "sigmoid(", "relu(", "tanh(", "sin(", "trace(", "det(", "inv(", "solve(", "logdet(", "outer(", "diag(",
    "transpose(", "reshape(", "concatenate(", "stack(", "cumsum(", "kron(", "einsum('ij,j->i',", "eye(", "ones(", "zeros(", "where(",
    "clip(", "gamma(", "besselj(", "atan2(", "hypot(", "prod(", "var(", "std(", "pi", "e", "inf", "lambda", "__", "'", "\n", " ",
    "√", "λ", "\u202e", "\x00", "х", "é", "²", "9**9**9", "[[", "]]", "1:", ":-1", "::2", "...",
]  # fmt: skip
"""Words of the language and of its neighbourhood."""


def have_the_same_values(first: sg.Node, second: sg.Node) -> bool:
    """Whether two formulas agree at random points: what is printed may bracket products of matrices otherwise."""
    if first.shape != second.shape:
        return False
    try:
        places = points(first, 2, seed=0, others=[second])
    except sg.SymgdError:
        return True  # there is no point to tell
    for place in places:
        one, other = evaluate_precisely([first, second], place.values, place.sizes, digits=40)
        if any(abs(a - b) > 1e-20 * (1 + abs(b)) for a, b in zip(one.flat, other.flat, strict=True)):
            return False
    return True


SECONDS = 2.0
MOST_NODES = 60


def exercise(text: str) -> sg.Node | None:
    """Read a text; raise AssertionError where it does not behave. Return what was read."""
    start = time.process_time()
    try:
        node = sg.formula(text)
    except sg.SymgdError as error:
        assert len(str(error)) < 1_500, "a message is too long"
        return None
    finally:
        assert time.process_time() - start < SECONDS, "reading took too long"
    printed = str(node)
    shapes = {symbol.name: symbol.shape for symbol in node.symbols}
    try:
        again = sg.formula(printed, shapes=shapes) if shapes else sg.formula(printed)
    except sg.ParseError as error:  # 1e-3**333 has more digits than may be typed
        assert any(word in str(error) for word in ("at most", "nested more than")), f"{printed} is not read"
    else:
        assert again is node or have_the_same_values(again, node), f"{printed} is read as {again}"
    assert node.latex()
    if not node.shape and len(toposort([node])) <= MOST_NODES:
        for symbol in node.symbols[:2]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    slope = sg.gradient(node, symbol)
                except sg.SymgdError:
                    continue
            assert slope.shape == symbol.shape
    return node
