"""What simplification and its proof cost beside the derivation itself, and how they grow with the depth of a net.

Each pass meets its formula for the first time: what a pass builds is dropped before it runs again.
"""

from __future__ import annotations

from timing import Row

import symgd as sg
from symgd.derive.jacobian import gradients
from symgd.equality.proof import compare_formulas
from symgd.graph.inference import Facts, domain_of
from symgd.graph.traversal import substitute
from symgd.rewrite.driver import simplify

FORMULAS = {
    "logistic": ("mean(log(1 + exp(-y*(X@w))))", {"X": "m n", "y": "m", "w": "n"}, ["w"]),
    "softmax": ("sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))", {"X": "m n", "Y": "m k", "W": "n k"}, ["W"]),
    "matrix factorisation": ("sum((T - U@V.T)**2)", {"T": "m n", "U": "m k", "V": "n k"}, ["U", "V"]),
    "Rayleigh quotient": ("x@A@x/(x@x)", {"A": "n n", "x": "n"}, ["x"]),
    "log det of XᵀDX": ("logdet(X.T@diag(d)@X)", {"X": "m n", "d": "m"}, ["d"]),
    "scalars": ("exp(x)*sin(y)*sqrt(x**2 + y**2)/(1 + x**2) + log(1 + x**2)*erf(y)", {}, ["x", "y"]),
}
DEPTHS = (2, 4, 8, 16, 32)


def rows(quick: bool = False) -> list[Row]:
    """Return the workloads."""
    found = [Row(name, passes(sg.formula(text, shapes=shapes), wrt)) for name, (text, shapes, wrt) in FORMULAS.items()]
    return found + [Row(f"tanh net, {depth} layers", passes(*net(depth))) for depth in DEPTHS[: 3 if quick else None]]


def passes(loss: sg.Node, wrt: list[str]):
    """The passes, each on a copy of the formula of its own, and on what the passes before give.

    Derivation finds the conditions under which the formula has a value, and its raw gradients.
    """

    def derive(copy: sg.Node, inputs: list[sg.Node]):
        return domain_of(copy), gradients(copy, inputs)

    first, second, third = (renamed(loss, wrt, number) for number in range(3))
    facts, raw = derive(*second)
    known, unfinished = derive(*third)
    results = simplify(unfinished, Facts(known)).roots
    return {
        "derivation": lambda: derive(*first),
        "simplification": lambda: simplify(raw, Facts(facts)),
        "proof": lambda: compare_formulas(unfinished, results, third[0]),
    }


def renamed(loss: sg.Node, wrt: list[str], number: int) -> tuple[sg.Node, list[sg.Node]]:
    """Return the formula in inputs of other names, so that it shares nothing with others, and those of `wrt`."""
    inputs = {node.name: sg.tensor(f"{node.name}_{number}", node.shape) for node in loss.symbols}
    return substitute([loss], {node: inputs[node.name] for node in loss.symbols})[0], [inputs[name] for name in wrt]


def net(depth: int) -> tuple[sg.Node, list[str]]:
    """A net of layers of one width."""
    h = sg.tensor("X", "m n")
    for k in range(depth):
        h = sg.tanh(h @ sg.tensor(f"W{k}", "n n") + sg.tensor(f"b{k}", "n"))
    return sg.mean(h**2), [f"{letter}{k}" for k in range(depth) for letter in "Wb"]
