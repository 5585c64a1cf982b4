"""What simplification and its proof cost beside the derivation itself, and how they grow with the depth of a net."""

from __future__ import annotations

from timing import Row

import symgd as sg
from symgd.derive.jacobian import gradients
from symgd.graph.infer import Facts, domain_of
from symgd.simplify.rewrite import simplify
from symgd.verify.equality import compare_formulas

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
    """The passes, each on what the one before gives."""
    nodes = [node for name in wrt for node in loss.symbols if node.name == name]
    facts = domain_of(loss)
    raw = gradients(loss, nodes)
    results = simplify(raw, Facts(facts)).roots
    return {
        "derivation": lambda: gradients(loss, nodes),
        "simplification": lambda: simplify(raw, Facts(facts)),
        "proof": lambda: compare_formulas(raw, results, loss),
    }


def net(depth: int) -> tuple[sg.Node, list[str]]:
    """A net of layers of one width."""
    h = sg.tensor("X", "m n")
    for k in range(depth):
        h = sg.tanh(h @ sg.tensor(f"W{k}", "n n") + sg.tensor(f"b{k}", "n"))
    return sg.mean(h**2), [f"{letter}{k}" for k in range(depth) for letter in "Wb"]
