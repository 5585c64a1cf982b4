"""The mutation study of guards: each condition under which a rule or a bound holds is loosened, and some test must object.

Run it with ``python -m tests.mutation_of_guards``; words after it choose files, as ``rules_powers`` does. A mutant is one
edit of the source: a question about signs that asks for less, the condition of a rule that always holds, a condition on shapes
or exponents that is left out, a bound that is not rounded outward. Each is tried in a process of its own, which runs the tests
that stand beside its file until one fails. What survives is printed; ``KNOWN`` says why some mutants change nothing.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REWRITE = [
    "tests/laws/test_rules.py",
    "tests/laws/test_guards.py",
    "tests/equality/test_proof.py",
    "tests/rewrite/test_driver.py",
]
CURVATURE = ["tests/laws/test_curvature.py", "tests/curvature/test_prover.py"]
BOUNDS = [
    "tests/evaluation/test_intervals.py",
    "tests/curvature/algebra/test_ranges.py",
    "tests/derive/taylor/test_expansion.py",
]
TESTS = {
    "symgd/rewrite": REWRITE,
    "symgd/derive/taylor/expansion.py": ["tests/derive/taylor/test_expansion.py"],
    "symgd/derive": ["tests/structures/test_recognition.py"],
    "symgd/codegen/removable_points/several_inputs.py": ["tests/codegen/removable_points/test_several_inputs.py"],
    "symgd/evaluation/intervals.py": BOUNDS,
    "symgd/evaluation/float_intervals.py": [*BOUNDS, "tests/evaluation/test_float_intervals.py"],
    "symgd/curvature/algebra/ranges.py": BOUNDS,
    "symgd/curvature/smooth_branch.py": ["tests/curvature/test_smooth_branch.py", "tests/laws/test_taylor_bounds.py"],
    "symgd/curvature": CURVATURE,
}
"""The tests that speak of a file; the first prefix that fits counts."""
NAMED = {
    "tests/laws/test_rules.py": "keeps_values or both_sides or rewritten or reached",
    "tests/rewrite/test_driver.py": "not test_simplification",
    "tests/rewrite/rules/test_quotients.py": "not far_out",
    "tests/derive/taylor/test_expansion.py": "bound or up_to or remainder or lower_order",
}
"""Which tests of a slow file speak of guards."""
FOLDERS = ("rewrite", "derive", "structures", "evaluation", "equality", "checking", "codegen/removable_points", "curvature")
SECONDS = 240
WEAKER = {
    "is_positive": ("is_nonnegative", "is_nonzero"),
    "is_nonnegative": ("True",),
    "is_nonzero": ("True",),
    "is_negative": ("is_nonpositive",),
    "is_nonpositive": ("True",),
}
OF_SHAPES = ("shape", "rank", "stretch_each_other", "is_square")
CAREFUL = {
    "symgd/rewrite/terms.py": ("may_vanish", "root_of_number"),
    "symgd/rewrite/polynomials.py": ("may_be_dropped",),
    "symgd/rewrite/rules/products.py": ("collect_factors", "_joined_exponents"),
    "symgd/rewrite/rules/powers.py": ("power_of_product", "_is_scaled_square", "_distributes"),
    "symgd/rewrite/rules/quotients.py": ("powers_of_one_base", "root_below_product"),
    "symgd/derive/taylor/expansion.py": ("bound", "_bound_on", "up_to", "_around"),
}  # fmt: skip
"""Functions of which every part of a condition and every comparison is tried."""
ROUNDED = ("symgd/evaluation/float_intervals.py", "symgd/evaluation/intervals.py", "symgd/derive/taylor/expansion.py")
_ONE_FLOAT = "values have 25 digits: one float outward is enough, the others are a margin"
_TINY = "the root of the least float is far above 0"
_LIMIT = "at this size both ways give an enclosure"
_POWER_0 = "a power with the exponent 0 is 1, which is convex and concave"
_MODULUS = "Facts(domain.assumptions()).is_positive"
_SAME = "both branches give the same there"
KNOWN: dict[tuple[str, str, str], str] = {
    ("_at", "down(down(near))", "down(near)"): _ONE_FLOAT,
    ("_at", "down(near)", "near"): _ONE_FLOAT,
    ("_at", "up(up(near))", "up(near)"): _ONE_FLOAT,
    ("_at", "up(near)", "near"): _ONE_FLOAT,
    ("_monotone_function", "down(first[0])", "first[0]"): _ONE_FLOAT,
    ("_monotone_function", "up(last[1])", "last[1]"): _ONE_FLOAT,
    ("_monotone_function", "down(last[0])", "last[0]"): _ONE_FLOAT,
    ("_monotone_function", "up(first[1])", "first[1]"): _ONE_FLOAT,
    ("power", "max(0.0, _power_of_end(small, exponent)[0])", "(_power_of_end(small, exponent)[0])"): "such products are ≥ 0",
    ("root", "max(0.0, _at(function, x[0])[0])", "(_at(function, x[0])[0])"): _TINY,
    ("_wave", "max(abs(a), abs(b))", "(abs(a))"): "a and b are less than 6.2 apart",
    ("_wave", "max(abs(a), abs(b))", "(abs(b))"): "a and b are less than 6.2 apart",
    ("_number_by_name", "down(math.pi)", "math.pi"): "the float is less than π",
    ("_exp", "x.b > LARGEST_EXPONENT", "x.b >= LARGEST_EXPONENT"): _LIMIT,
    ("_exp", "x.a >= -LARGEST_EXPONENT", "x.a > -LARGEST_EXPONENT"): _LIMIT,
    ("_exp", "x.b < -LARGEST_EXPONENT", "x.b <= -LARGEST_EXPONENT"): _LIMIT,
    ("_power", "abs(int(n)) <= 10_000", "abs(int(n)) < 10000"): _LIMIT,
    ("_power", "n >= 0", "n > 0"): "a power with the exponent 0 is 1 before it comes here",
    ("_power", "n < 0", "n <= 0"): "0 is a whole number",
    ("_end_of_ball", "max(53, int(mantissa).bit_length() + 2)", "(int(mantissa).bit_length() + 2)"): "so many bits are exact",
    ("_abs", "x.a >= 0", "x.a > 0"): _SAME,
    ("_abs", "x.b <= 0", "x.b < 0"): _SAME,
    ("_divided", "max(1, int(pieces ** (1 / len(moving))))", "(int(pieces ** (1 / len(moving))))"): "it is at least 1",
    ("_joined_exponents", "e > 0", "e >= 0"): "x⁰ is 1 when it is built",
    ("_joined_exponents", "e < 0", "e <= 0"): "x⁰ is 1 when it is built",
    ("_joined_exponents", "e.params[1] > 0", "e.params[1] >= 0"): "x⁰ is 1 when it is built",
    ("power_of_product", "n > 0", "n >= 0"): "x⁰ is 1 when it is built",
    ("power_of_product", "n < 0", "n <= 0"): "x⁰ is 1 when it is built",
    ("power_of_product", "inner > 0", "inner >= 0"): "x⁰ is 1 when it is built",
    ("_joined_exponents", "others", "True"): "a sum of one exponent is the exponent",
    ("power_of_product", "Fraction(n).denominator != 1", "True"): "whole powers of squares are joined when they are built",
    ("power_of_product", "not (base.args[0].params[1] == 0 and n < 0)", "True"): "division by 0 is refused before",
    ("powers_of_one_base", "m >= 0", "m > 0"): "x⁰ is 1 when it is built",
    ("powers_of_one_base", "n <= 0", "n < 0"): "x⁰ is 1 when it is built",
    ("recognise_softmax", "factor.rank == 1", "False"): "a vector is summed along its first axis",
    ("_is_collected", "node.shape", "True"): "of scalars it leaves the short way only",
    ("undefined_branch", "after.shape == node.shape", "True"): "the driver gives every result the shape of what it replaces",
    ("_length_below", "base.args[0].rank == 1", "True"): "it is as true of the lengths of columns, and helps vectors",
    ("root_of_number", "number <= 0", "False"): "no root of such a number is built",
    ("root_of_number", "number <= 0", "number < 0"): "no root of such a number is built",
    ("_is_scaled_square", "product.args[0].params[1] <= 0", "product.args[0].params[1] < 0"): "0·x² is 0",
    ("collect_factors", "len(joined) > 1", "len(joined) >= 1"): "one factor is in order",
    ("_power_of_product", "facts.sign(exponent).is_negative", "facts.sign(exponent).is_nonpositive"): _POWER_0,
    ("_power_of_product", "facts.is_positive", "facts.is_nonnegative"): _POWER_0,
    ("rational_power", "self.facts.is_positive", "self.facts.is_nonnegative"): "what stands below the line is not 0",
    ("_smallest_modulus", _MODULUS, _MODULUS.replace("positive", "nonnegative")): "a weight that may be 0 leaves no modulus",
    ("_smallest_modulus", _MODULUS, _MODULUS.replace("positive", "nonzero")): "weights that keep a modulus are not negative",
    (
        "_instance",
        "entry.facts.is_nonzero",
        "(lambda *_: True)",
    ): "examples that never set such a number to 0 are fewer, not wrong",
    ("power_of_product", "n < 0", "True"): "the other sign is rewritten before, or refused when it is built",
    ("power_of_product", "n > 0", "True"): "the other sign is rewritten before, or refused when it is built",
    ("_is_scaled_square", "product.args[0].params[1] <= 0", "False"): "the root of a negative number is refused",
    ("may_vanish", "not partial", "False"): "the empty set is part of every set",
}
"""Survivors that change nothing, by function and edit, with the reason; they are not tried."""


@dataclass(frozen=True)
class Mutant:
    """One edit of one file.

    Attributes
    ----------
    path : str
    function : str
        Where it stands.
    line : int
    before, after : str
        The text that is replaced, and by what.
    start, end : int
        Its place in the file, in bytes.
    """

    path: str
    function: str
    line: int
    before: str
    after: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function}: {self.before} → {self.after}"

    @property
    def module(self) -> str:
        """The module that is changed."""
        return self.path.removesuffix(".py").replace("/", ".")

    def source(self) -> bytes:
        """Return the changed source."""
        whole = (ROOT / self.path).read_bytes()
        return whole[: self.start] + self.after.encode() + whole[self.end :]

    @property
    def reason(self) -> str | None:
        """Why it changes nothing, where that is known."""
        return KNOWN.get((self.function, self.before, self.after))


class Study(ast.NodeVisitor):
    """Collect the mutants of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.text = (ROOT / path).read_bytes()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found: dict[tuple[int, int, str], Mutant] = {}
        self.functions: list[str] = []
        tree = ast.parse(self.text)
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.visit(tree)

    def _replace(self, node: ast.AST, after: str) -> None:
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        before = " ".join(self.text[start:end].decode().split())
        name = ".".join(self.functions) or "rule"
        self.found[start, end, after] = Mutant(self.path, name, node.lineno, before, after, start, end)  # type: ignore[attr-defined]

    def _text(self, node: ast.AST) -> str:
        return ast.unparse(node)

    def _source(self, node: ast.AST) -> str:
        """Return an operand in the brackets that it may stand in."""
        text = self._text(node)
        return f"({text})" if isinstance(node, ast.IfExp | ast.BoolOp | ast.Lambda | ast.Compare) else text

    @property
    def _is_careful(self) -> bool:
        return any(name in CAREFUL.get(self.path, ()) for name in self.functions)

    @property
    def _is_rounded(self) -> bool:
        return self.path in ROUNDED and (not self.path.endswith("taylor.py") or self._is_careful)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        asked = self.path.startswith("symgd/rewrite") or self._asks_facts(node)
        if not asked or node.attr not in WEAKER:
            return
        parent = self.parents[node]
        for weaker in WEAKER[node.attr]:
            if weaker != "True":
                self._replace(node, f"{self._text(node.value)}.{weaker}")
            elif isinstance(parent, ast.Call) and parent.func is node:
                self._replace(parent, "True")
            elif isinstance(parent, ast.Call):
                self._replace(node, "(lambda *_: True)")
            else:
                self._replace(node, "True")

    def _asks_facts(self, node: ast.Attribute) -> bool:
        """Whether what may be known is asked, as in facts.is_positive(x) and facts.sign(x).is_negative."""
        return "facts" in self._text(node.value).lower()

    def visit_keyword(self, node: ast.keyword) -> None:
        self.generic_visit(node)
        if node.arg == "when" and isinstance(node.value, ast.Lambda):
            self._replace(node.value.body, "True")

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.generic_visit(node)
        neutral = "True" if isinstance(node.op, ast.And) else "False"
        for value in node.values:
            if (self._is_careful and not _is_of_form(value)) or (self._is_rewrite and self._is_of_shapes(value)):
                self._replace(value, neutral)

    @property
    def _is_rewrite(self) -> bool:
        return self.path.startswith("symgd/rewrite") and "code" not in self.path

    def _is_of_shapes(self, node: ast.AST) -> bool:
        return any(
            (isinstance(part, ast.Attribute) and part.attr in OF_SHAPES)
            or (isinstance(part, ast.Name) and part.id in OF_SHAPES)
            for part in ast.walk(node)
        )

    def visit_If(self, node: ast.If) -> None:
        self.generic_visit(node)
        returns_none = all(
            isinstance(one, ast.Return) and (one.value is None or self._text(one.value) == "None") for one in node.body
        )
        is_guard = (self._is_careful and not _is_of_form(node.test)) or (self._is_rewrite and self._is_of_shapes(node.test))
        if returns_none and is_guard and not isinstance(node.test, ast.BoolOp):
            self._replace(node.test, "False")

    def visit_Compare(self, node: ast.Compare) -> None:
        self.generic_visit(node)
        if self.path.endswith("ranges.py"):
            return
        flipped = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
        if (self._is_careful or self._is_rounded) and len(node.ops) == 1 and type(node.ops[0]) in flipped:
            left, right = self._source(node.left), self._source(node.comparators[0])
            self._replace(node, f"{left} {flipped[type(node.ops[0])]} {right}")

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if not self._is_rounded:
            return
        name = self._text(node.func)
        if name in ("down", "up", "math.nextafter"):
            self._replace(node, self._text(node.args[0]))
        elif name in ("min", "max") and len(node.args) > 1:
            for arg in node.args:
                self._replace(node, f"({self._text(arg)})")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.generic_visit(node)
        if self._is_rounded and self._text(node.right) in ("margin", "width"):
            self._replace(node, self._text(node.left))


def _is_of_form(node: ast.AST) -> bool:
    """Whether it is asked what a formula looks like, which is no guard: without it the rest makes no sense."""
    words = {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Name)
    }
    return bool(words & {"primitive", "is_exact", "isinstance", "is_private", "_is_collected", "power_of", "type"})


def mutants() -> Iterator[Mutant]:
    """Yield all mutants."""
    for folder in (
        "rewrite",
        "derive",
        "structure",
        "evaluation",
        "equality",
        "checking",
        "codegen/removable_points",
        "curvature",
    ):
        for file in sorted((ROOT / "symgd" / folder).rglob("*.py"), key=_place):
            path = file.relative_to(ROOT).as_posix()
            if any(path.startswith(prefix) for prefix in TESTS):
                yield from sorted(Study(path).found.values(), key=lambda one: (one.start, one.after))


def _place(file: Path) -> tuple[bool, str]:
    """The files of rules come first."""
    return "rules" not in file.parts, file.as_posix()


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Imports one module from its changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        return importlib.util.spec_from_loader(name, self) if name == self.mutant.module else None

    def get_filename(self, name: str) -> str:
        return str(ROOT / self.mutant.path)

    def get_data(self, path: Any) -> bytes:
        return self.mutant.source()


def _tests_of(path: str) -> list[str]:
    tests = next(tests for prefix, tests in TESTS.items() if path.startswith(prefix))
    folder, name = path.removeprefix("symgd/").rsplit("/", 1)
    beside = f"tests/{folder}/test_{name}"
    return list(dict.fromkeys([beside, *tests] if (ROOT / beside).exists() else tests))


def judge(mutant: Mutant | None, tests: list[str]) -> str:
    """Return "killed", "survived" or "timeout"; the tests run in a process that is forked from this one."""
    child = os.fork()
    if not child:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        code = 1
        try:
            if mutant is not None:
                sys.meta_path.insert(0, _Changed(mutant))
                importlib.import_module(mutant.module)  # before pytest, whose own way of importing comes first
            code = _run(tests)
        finally:
            os._exit(code)
    start = time.monotonic()
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
        if time.monotonic() - start > SECONDS:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "timeout"
        time.sleep(0.05)


def _run(tests: list[str]) -> int:
    import pytest

    options = ["-x", "-q", "-o", "addopts=", "-p", "no:xdist", "-p", "no:cacheprovider"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the changed module is imported already
    slow = [one for one in tests if one in NAMED]
    code = int(pytest.main([*options, *(one for one in tests if one not in NAMED)])) if len(slow) < len(tests) else 0
    for one in slow:
        code = code or int(pytest.main([*options, one, "-k", NAMED[one]]))
    return code


def main(arguments: list[str] | None = None) -> int:
    """Try all mutants and print those that survive; return 1 where one does that is not known to change nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation_of_guards", description="Loosen guards; tests must object.")
    parser.add_argument("words", nargs="*", help="parts of the paths of files")
    parser.add_argument("--list", action="store_true", help="print the mutants and try none")
    options = parser.parse_args(arguments)
    chosen = [one for one in mutants() if not options.words or any(word in one.path for word in options.words)]
    if options.list:
        print(*chosen, sep="\n")
        return 0
    for name in ("mpmath", "numpy", "pytest", "scipy.special", "sympy"):  # what every process needs
        importlib.import_module(name)
    os.chdir(ROOT)
    for tests in {tuple(_tests_of(one.path)) for one in chosen}:
        if judge(None, list(tests)) != "survived":
            print("these tests fail without any change:", *tests)
            return 2
    counts = {"killed": 0, "survived": 0, "timeout": 0, "known": 0}
    for mutant in chosen:
        start = time.monotonic()
        outcome = judge(mutant, _tests_of(mutant.path)) if mutant.reason is None else "known"
        counts[outcome] += 1
        print(f"{outcome:9} {time.monotonic() - start:5.1f} s  {mutant}", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return int(counts["survived"] > 0)


if __name__ == "__main__":
    sys.exit(main())
