"""Random formulas as texts: scalars, vectors and matrices, in which every function of the registry can occur.

A text is the whole reproducer of a finding. Its inputs are the scalars x and y, the vectors u and v (n), and the matrices A and
B (n × n). Arguments are mostly brought into the domain of a function, by another function, so that most formulas have values.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

import symgd as sg
import symgd.rewrite.all_rules  # fills the registry of functions
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.primitive import REGISTRY

BUILT_IN = tuple(REGISTRY)
"""The functions of the registry; tests of :mod:`symgd.extend` declare more while they run."""

RANKS = {"x": 0, "y": 0, "u": 1, "v": 1, "A": 2, "B": 2}

NUMBERS = ["2", "3", "-1", "1/2", "1/3", "0.1", "0.7", "-2.5", "10", "pi", "e", "0", "1", "1e-3"]

SAFE: dict[str, list[str]] = {
    "any": ["{a}"],
    "positive": ["(1 + ({a})**2)", "exp({a})", "(0.5 + abs({a}))", "({a})**2", "{a}"],
    "inside (-1, 1)": ["tanh({a})", "(0.9*sin({a}))", "({a})/(2 + ({a})**2)", "{a}"],
    "above 1": ["(1 + ({a})**2)", "cosh({a})", "(1.5 + abs({a}))"],
}
"""Texts that bring an argument into a domain."""

ARGUMENTS: dict[str, list[str]] = {
    "pow": ["{positive}, {any}", "{any}, 2", "{any}, 3", "{positive}, 1/2", "{positive}, -1", "{any}, -2", "2, {any}"],
    "tan": ["{inside (-1, 1)}"],
    "gamma": ["{positive}"],
    "loggamma": ["{positive}"],
    "digamma": ["{positive}"],
    "polygamma": ["1, {positive}", "0, {positive}", "2, {positive}"],
    "beta": ["{positive}, {positive}"],
    "zeta": ["{above 1}, {positive}", "2, {positive}"],
    "besselj": ["0, {any}", "1, {any}", "2, {positive}", "0.5, {positive}"],
    "bessely": ["0, {positive}", "1, {positive}"],
    "besseli": ["0, {any}", "1, {any}", "0.5, {positive}"],
    "besselk": ["0, {positive}", "1, {positive}"],
    "spherical_jn": ["0, {any}", "1, {any}", "2, {positive}"],
    "lambertw": ["{positive}"],
    "xlogy": ["{any}, {positive}"],
    "leaky_relu": ["{any}, 0.1", "{any}, {inside (-1, 1)}"],
    "elu": ["{any}, 0.5", "{any}, {positive}"],
    "where": [
        "{any} > {any}, {any}, {any}",
        "{any} <= {any}, {any}, {any}",
        "{any} != 0, {any}, {any}",
        "{any} == 1, {any}, {any}",
    ],
}
"""How the arguments of a function are drawn, where its declared domain does not say it."""

INFIX = {
    "add": "+",
    "mul": "*",
    "less": None,
    "less_equal": None,
    "equal": None,
    "not_equal": None,
    "constant": None,
    "pi": None,
    "e": None,
}

SCALARS = [
    "sum({v})", "mean({v})", "({v}) @ ({v})", "norm2({v})", "logsumexp({v})", "max({v})", "min({v})", "prod({v})", "sum({M})",
    "mean({M})", "trace({M})", "det({M})", "logdet({P})", "normF({M})", "norm({M}, 2)", "norm({M}, 'nuc')",
    "({v}) @ ({M}) @ ({v})", "var({v})", "std({v})", "max({M})", "norm1({v})", "norminf({v})", "eigmax({S})", "eigmin({S})",
    "ptp({v})", "({v})[0]", "({M})[0, 1]", "logsumexp({M})", "sum(windows({v}, 2)**2)", "sum(overlap_add({M})**2)",
    "sum(kron({M}, {M})**2)", "({v}) @ arange(n)", "sum(({v})[[0, 1, 0]]**2)", "sum(one_hot([0, 1], n) @ ({v}))",
    "norm2([{s}, {s}])", "({v}) @ solve({P}, {v})", "sum(take({v}, [1, 0])**3)", "trace(inv({P}))", "sum(svdvals({M}))",
    "sum(({v})[1:]*({v})[:-1])", "sum(maximum({v}, 0)**2)", "trace(({M}) @ ({M}).T)", "sum(diff({v})**2)", "sum(vec({M})**2)",
]  # fmt: skip

VECTORS = [
    "({M}) @ ({v})", "({v}) @ ({M})", "solve({P}, {v})", "softmax({v})", "log_softmax({v})", "cumsum({v})", "cumprod({v})",
    "flip({v})", "diag({M})", "sum({M}, axis=0)", "mean({M}, axis=1)", "max({M}, axis=1)", "min({M}, axis=0)",
    "logsumexp({M}, axis=0)", "norm2({M}, axis=1)", "prod_others({v})", "eigvalsh({S})", "convolve({v}, {v}, 'same')",
    "normalize({v})", "concatenate([({v})[:1], ({v})[1:]])", "where({v} > {s}, {v}, {v})", "expm(({M})/3) @ ({v})",
    "({s})*({v})", "({v}) + ({s})", "({M})[0]", "({M})[:, 1]", "prod({M}, axis=1)", "recurrence({v}, {v}, 1)", "svdvals({P})",
    "max_weights({v})*({v})", "min_weights({v})*({v})", "cumsum({v}, reverse=True)",
    "sort({v})", "sort_by({v}, -({v}))", "unsort_by({v}, {v})",
]  # fmt: skip

MATRICES = [
    "({M}) @ ({M})", "({M}).T", "inv({P})", "outer({v}, {v})", "diag({v})", "tril({M})", "triu({M}, 1)",
    "softmax({M}, axis=1)", "expm(({M})/3)", "matrix_power({M}, 5)", "cholesky({P})", "pinv({P})", "adjugate({M})",
    "cumsum({M}, axis=0)", "({M})*({v})", "({v})[:, None]*({M})", "solve({P}, {M})", "({s})*eye(n)", "({M}) + ({s})",
    "({M}) @ ({P})", "cumprod({M}, axis=1)", "eigenvectors({S})**2", "sort({M}, axis=1)",
]  # fmt: skip

SIZE_3 = ["cross({v}, {v})"]
SIZE_4 = ["vec(reshape({v}, (2, 2)))"]


@dataclass(frozen=True)
class Drawn:
    """A formula as text, with the shapes of its inputs."""

    text: str
    shapes: dict[str, str]

    def read(self) -> sg.Node:
        """Return the formula."""
        return sg.formula(self.text, shapes=self.shapes)

    def __str__(self) -> str:
        return f"sg.formula({self.text!r}, shapes={self.shapes})"


class Formulas:
    """Draws formulas.

    Parameters
    ----------
    random : Random
    size : str
        Of the vectors; "n", or a number.
    functions : list of str
        Elementwise functions that may occur.
    without : str
        A function of matrices that does not.
    """

    def __init__(self, random: Random, size: str = "3", functions: list[str] | None = None, without: str = "") -> None:
        self.random = random
        self.size = size
        self.functions = functions or elementwise()
        self.without = without

    def draw(self, rank: int = 0, depth: int = 3, names: str = "") -> Drawn:
        """Return a formula of this rank that depends on something, of the inputs `names` where they are given."""
        self.names = names or self.random.choice(["x", "xy", "xu", "uv", "xuA", "uA", "AB", "xyuvAB"])
        for _ in range(50):
            text = self.expression(rank, depth)
            used = names_in(text)
            if used:
                return Drawn(text, {name: " ".join([self.size] * RANKS[name]) for name in used})
        return Drawn("x**2", {"x": ""})

    def expression(self, rank: int, depth: int) -> str:
        """Return a text of this rank."""
        if depth <= 0 or self.random.random() < 0.08:
            return self.leaf(rank)
        kind = self.random.random()
        if kind < 0.4:
            return self.elementwise(rank, depth)
        if kind < 0.65 or (rank == 0 and not set(self.names) & set("uvAB")):
            return self.arithmetic(rank, depth)
        return self.filled(self.random.choice(self.templates(rank)), depth)

    def templates(self, rank: int) -> list[str]:
        """Return the texts of a rank that hold texts of other ranks."""
        more = SIZE_3 if self.size == "3" else SIZE_4 if self.size == "4" else []
        return [text for text in [SCALARS, VECTORS + more, MATRICES][rank] if not self.without or self.without not in text]

    def leaf(self, rank: int) -> str:
        """Return an input, or a number."""
        inputs = [name for name in self.names if RANKS[name] == rank]
        if not inputs:
            inputs = [["x", "u[0]", "A[0, 0]"], ["u", "v"], ["A"]][rank] if rank else self._scalars_of_tensors()
        if rank == 0 and self.random.random() < 0.3:
            return self.random.choice(NUMBERS)
        return self.random.choice(inputs)

    def _scalars_of_tensors(self) -> list[str]:
        return [f"{name}[{'0, 1' if RANKS[name] == 2 else '0'}]" for name in self.names]

    def elementwise(self, rank: int, depth: int) -> str:
        """Return a function of the registry that acts entry by entry, of arguments inside its domain."""
        name = self.random.choice(self.functions)
        pattern = self.random.choice(arguments_of(name))
        inner = re.sub(r"\{([^}]*)\}", lambda match: self._safe(match[1], rank, depth), pattern)
        return f"{name}({inner})"

    def _safe(self, domain: str, rank: int, depth: int) -> str:
        return self.random.choice(SAFE[domain]).format(a=self.expression(rank, depth - 1))

    def arithmetic(self, rank: int, depth: int) -> str:
        """Return a sum, difference, product, quotient or power."""
        left, right = self.expression(rank, depth - 1), self.expression(rank, depth - 1)
        pattern = self.random.choice(
            [
                "({a}) + ({b})",
                "({a}) - ({b})",
                "({a})*({b})",
                "({a})/(1 + ({b})**2)",
                "({a})/({b})",
                "({a})**2",
                "({a})**3",
                "-({a})",
            ]
        )
        return pattern.format(a=left, b=right)

    def filled(self, template: str, depth: int) -> str:
        """Return a text with other texts in its places."""
        matrix = self.expression(2, depth - 2)
        parts = {"P": f"(({matrix}) @ ({matrix}).T + eye({self.size}))", "S": f"(({matrix}) + ({matrix}).T)"}
        text = re.sub(
            r"\{([svMPS])\}", lambda match: parts.get(match[1]) or self.expression("svM".index(match[1]), depth - 1), template
        )
        return (
            text.replace("arange(n)", f"arange({self.size})")
            .replace("eye(n)", f"eye({self.size})")
            .replace(", n)", f", {self.size})")
        )


def names_in(text: str, names: Iterable[str] = RANKS) -> list[str]:
    """Return the inputs that occur in a text."""
    return [name for name in names if re.search(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])", text)]


@functools.cache
def elementwise() -> list[str]:
    """Return the elementwise functions of the registry that are called by name."""
    return [name for name in BUILT_IN if REGISTRY[name].is_elementwise and REGISTRY[name].arity != 0 and name not in INFIX]


def arguments_of(name: str) -> list[str]:
    """Return patterns of the arguments of an elementwise function."""
    record = REGISTRY[name]
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    domains = record.domain if isinstance(record.domain, tuple) else (record.domain,) * (record.arity or 1)
    return [", ".join(f"{{{_word_for(domain)}}}" for domain in domains)]


def _word_for(domain: object) -> str:
    if domain == Sign.ANY or (isinstance(domain, Interval) and domain.is_everything):
        return "any"
    if isinstance(domain, Interval) and domain.high == 1:
        return "inside (-1, 1)"
    return "above 1" if isinstance(domain, Interval) and domain.low == 1 else "positive"
