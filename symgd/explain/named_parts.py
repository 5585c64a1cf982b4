"""Results in terms of named parts: ``s = sigmoid(X @ w)`` and ``X.T @ ((s*(1 - s))[:, None] * X)``.

Parts that stand in several places, values of functions, and differences that are multiplied with a matrix are named. A name
shows what kind of part it is: s of a sigmoid, p of a softmax, h of an activation, r of a residual, P of an inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from symgd.explain.notation.latex import to_latex
from symgd.explain.notation.names import latex_name, unicode_name
from symgd.explain.notation.unicode import to_textbook
from symgd.graph.names import names_in, stand_in
from symgd.graph.node import Node, constant
from symgd.graph.traversal import count_uses, fold, rebuild, substitute, toposort
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.exponential import sigmoid

__all__ = ["Named", "name_parts"]

_LETTERS = {
    "sigmoid": "s", "softmax": "p", "tanh": "h", "relu": "h", "softplus": "h", "exp": "e", "log": "l", "inv": "P", "solve": "v",
    "norm2": "norm", "logsumexp": "l", "add": "r", "einsum": "z", "mean": "mean", "cos": "c", "sin": "s", "abs": "a",
}  # fmt: skip
_WORDS = {
    "gradient": ("grad_{}", "∇_{} L", r"\nabla_{{{}}} L"),
    "jacobian": ("jacobian_{}", "J_{}", "J_{{{}}}"),
    "hessian": ("hessian_{}", "H_{}", "H_{{{}}}"),
}
"""What a derivative in a variable is called: as typed, in a textbook, in LaTeX."""
_PLAIN = ("index", "scatter", "array", "pow")


class Named:
    """Definitions of parts, and results in their terms.

    Attributes
    ----------
    definitions : dict of str to Node
        Each in terms of inputs and of the names before it.
    results : dict of str to Node
        In terms of inputs and names.
    """

    def __init__(self, definitions: Mapping[str, Node], results: Mapping[str, Node], what: str = "gradient") -> None:
        self.definitions = dict(definitions)
        self.results = dict(results)
        self._words = _WORDS[what]

    @property
    def result(self) -> Node:
        """The result, where there is one."""
        (result,) = self.results.values()
        return result

    def expanded(self) -> dict[str, Node]:
        """Return the results with every name written out."""
        known = {stand_in(name, part.shape): part for name, part in self.parts().items()}
        return dict(zip(self.results, substitute(self.results.values(), known), strict=True))

    def parts(self) -> dict[str, Node]:
        """Return the definitions with the names before them written out."""
        known: dict[Node, Node] = {}
        parts: dict[str, Node] = {}
        for name, part in self.definitions.items():
            (parts[name],) = substitute([part], known)
            known[stand_in(name, part.shape)] = parts[name]
        return parts

    def __str__(self) -> str:
        return self._lines(lambda name: name, self._words[0], str)

    __repr__ = __str__

    def text(self) -> str:
        """Return the definitions and the results as a textbook prints them."""
        return self._lines(unicode_name, self._words[1], to_textbook)

    def _lines(self, name: Callable[[str], str], word: str, write: Callable[[Node], str], equals: str = " = ") -> str:
        lines = [f"{name(key)}{equals}{write(part)}" for key, part in self.definitions.items()]
        lines += [
            f"{word.format(name(key))}{equals}{write(result)}" if key else write(result) for key, result in self.results.items()
        ]
        return "\n".join(lines)

    def latex(self) -> str:
        """Return the definitions and the results as an ``align*`` environment."""
        rows = self._lines(latex_name, self._words[2], to_latex, " &= ").split("\n")
        separator = " \\\\\n"
        return f"\\begin{{align*}}\n{separator.join(rows)}\n\\end{{align*}}"

    def _repr_latex_(self) -> str:
        return self.latex()

    def to_dict(self) -> dict[str, dict[str, str]]:
        """Return definitions and results as plain data."""
        return {
            "definitions": {name: str(part) for name, part in self.definitions.items()},
            "results": {name: str(result) for name, result in self.results.items()},
        }


def name_parts(results: Mapping[str, Node], what: str = "gradient") -> Named:
    """Name the parts of results.

    Parameters
    ----------
    results : mapping of str to Node
        By the variables, or one without a name.
    what : {"gradient", "jacobian", "hessian"}
        What the results are.
    """
    roots = list(_with_one_sigmoid(results.values()))
    used_names = names_in(*roots)
    uses = count_uses(roots)
    chosen = [node for node in uses if node not in roots and _is_worth_a_name(node, uses[node], uses)]
    letters = [_LETTERS.get(node.primitive.name, "t") for node in chosen]
    definitions: dict[str, Node] = {}
    known: dict[Node, Node] = {}
    for node, letter in zip(chosen, letters, strict=True):
        name = _fresh(letter, letters.count(letter) > 1, used_names)
        used_names.add(name)
        (part,) = substitute([node], known)
        definitions[name] = part
        known[node] = stand_in(name, node.shape)
    return Named(definitions, dict(zip(results, substitute(roots, known), strict=True)), what)


def _fresh(letter: str, is_numbered: bool, used_names: set[str]) -> str:
    names = ([] if is_numbered else [letter]) + [f"{letter}_{k}" for k in range(1, len(used_names) + 2)]
    return next(name for name in names if name not in used_names)


def _is_worth_a_name(node: Node, count: int, uses: Mapping[Node, int]) -> bool:
    record = node.primitive
    if not node.args or record.name in _PLAIN or record.is_stretching or record.is_boolean:
        return False
    if record is mul:
        return count > 1 and len([arg for arg in node.args if not arg.is_constant]) > 1
    if record is add:
        return count > 1 or _is_residual(node, uses)
    if record is einsum:
        return count > 1 and len(node.args) > 1
    return count > 1 or any(not arg.is_symbol and arg.args for arg in node.args)


def _is_residual(node: Node, uses: Mapping[Node, int]) -> bool:
    """Whether a sum compares what a matrix makes of a vector with something: X @ w − y, multiplied again."""
    has_product = any(arg.primitive is einsum and len(arg.args) > 1 for arg in node.args)
    return bool(node.shape) and has_product and any(node in other.args and other.primitive is einsum for other in uses)


def _with_one_sigmoid(roots: Iterable[Node]) -> list[Node]:
    """Write σ(−u) as 1 − σ(u) where both stand in the formulas."""
    roots = list(roots)
    plain = {node.args[0]: node for node in toposort(roots) if node.primitive is sigmoid}
    mirrored = {}
    for argument, node in plain.items():
        if argument.primitive is mul and argument.args[0].is_exact and argument.args[0].value < 0:
            opposite = mul.make((constant(-argument.args[0].value), *argument.args[1:]))
            opposite = (
                mul.make(tuple(arg for arg in opposite.args if not arg.equals_number(1)))
                if len(opposite.args) > 2
                else opposite
            )
            if opposite in plain:
                mirrored[node] = 1 - plain[opposite]
    return [_differences_last(root) for root in substitute(roots, mirrored)] if mirrored else roots


def _differences_last(formula: Node) -> Node:
    """s·(1 − s) rather than (1 − s)·s."""

    def ordered(node: Node, args: list[Node]) -> Node:
        if node.primitive is mul:
            return rebuild(node, tuple(sorted(args, key=lambda arg: arg.primitive is add)))
        if node.primitive is einsum and len(args) > 2:
            inputs, output = node.params
            pairs = sorted(zip(args, inputs, strict=True), key=lambda pair: pair[0].primitive is add and pair[0].rank == 1)
            return contract([arg for arg, _ in pairs], [labels for _, labels in pairs], output)
        return rebuild(node, tuple(args))

    return fold((formula,), ordered)[formula]
