"""Every hint that proposes a piece of input: what it says is typed, and then works.

Each row is a mistake, and what a reader of its hint types: the groups of a pattern in the hint are what is typed.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import SymgdError
from symgd.tools import options

X, W = sg.tensor("X", "m n"), sg.tensor("w", "n")
INDEX, N = sp.Symbol("i", integer=True), sp.Symbol("n", integer=True, positive=True)
B = sp.IndexedBase("B")
T = sp.Symbol("t", real=True)
Q = sp.Function("q")(T)
SHAPES = r"shapes=(\{.*?\})"


def unreadable(x):
    """Return Σx², in a way that cannot be read as a formula."""
    return float(sum(float(entry) ** 2 for entry in x))


def text(formula, **shapes):
    return lambda: sg.formula(formula, shapes=shapes)


def latex(formula, **shapes):
    return lambda: sg.formula(formula, shapes=shapes, syntax="latex")


def with_shapes(formula, syntax="symgd", **known):
    """Return what declares the proposed shapes."""
    return lambda shapes: sg.formula(formula, shapes={**known, **ast.literal_eval(shapes)}, syntax=syntax)


def typed(formula, **shapes):
    """Return what reads a formula with what is typed in the place of ``@1``, ``@2``."""

    def follow(*pieces):
        written = formula
        for k, piece in enumerate(pieces, 1):
            written = written.replace(f"@{k}", piece)
        return sg.formula(written, shapes=shapes)

    return follow


def as_formula(ask):
    """Return what calls with the formula that is proposed."""
    return lambda code: ask(eval(code, {"symgd": sg}))


PROPOSALS = [
    # -- text ------------------------------------------------------------------------------------------------------
    (text("x @ y + z"), SHAPES, with_shapes("x @ y + z")),
    (text("X @ w"), SHAPES, with_shapes("X @ w")),
    (text("solve(x, y)"), SHAPES, with_shapes("solve(x, y)")),
    (text("x[0]"), SHAPES, with_shapes("x[0]")),
    (text("‖y·z‖ + xᵀ", y="", z="", x=""), SHAPES, lambda shapes: ast.literal_eval(shapes)["y"] == "n" or 1 / 0),
    (text("xᵀ", x=""), SHAPES, with_shapes("xᵀ")),
    (text("lambda*x"), SHAPES, with_shapes("lambda*x")),
    (text("nan + x"), SHAPES, with_shapes("nan + x")),
    (text("х + 1"), r"write (\w+); ", typed("@1 + 1")),
    (text("sin -x"), r"write (sin)\(…\)", typed("@1(-x)")),
    (text("sin + 1"), SHAPES, with_shapes("sin + 1")),
    (text("sum x"), r"write (sum)\(…\)", typed("@1(x)")),
    (text("√-x"), r"write (√)\(…\)", typed("@1(-x)")),
    (text("x × y"), r"write (\S+)$", typed("x @1 y")),
    (text("x ÷ y"), r"write (\S+)$", typed("x @1 y")),
    (text("x – y"), r"write (\S+)$", typed("x @1 y")),
    (text("x⋅y"), r"write (\S+)$", typed("x @1 y")),
    (text("∞ + x"), r"write (\S+)$", typed("@1 + x")),
    (text("𝟏 @ x", x="n"), r"write (\S+)$", typed("@1 @ x", x="n")),
    (text("xⁿ"), r"write (\S+)$", typed("@1")),
    (text("ﬁ"), r"did you mean '(\w+)'", typed("@1")),
    (text("007"), r"write (\d+)$", typed("@1")),
    (text("2xy"), r"write (\S+) for a product", typed("@1")),
    (text("x y"), r"write (\S) for a product", typed("x @1 y")),
    (text("q(x + 1)"), r"write (q\*)\(…\) for a product", typed("@1(x + 1)")),
    (text("|x + y"), r"add (\S)$", typed("|x + y@1")),
    (text("(x + y"), r"add (\S)$", typed("(x + y@1")),
    (text("(x + y]"), r"write (\S)$", typed("(x + y@1")),
    (text("sofplus(x)"), r"did you mean (\w+)\?", typed("@1(x)")),
    (text("sum(Y)", y="n"), r"did you mean (\w+),", typed("sum(@1)", y="n")),
    (text("x, y"), r"write (\[)a, b(\])", typed("@1x, y@2")),
    (text("A'", A="n n"), r"write (\.T) for a transpose", typed("A@1", A="n n")),
    (text("np.sum(x)", x="n"), r"drop (np\.)", lambda part: sg.formula("np.sum(x)".replace(part, ""), shapes={"x": "n"})),
    (text("x.sum()", x="n"), r"called as (sum\(x\)),", typed("@1", x="n")),
    (text(r"x_1 + \ y"), r'(syntax="latex")', lambda _: sg.formula(r"x_1 + \ y", syntax="latex")),
    (text("put(x, [0, 1], 3, 0)", x="2"), r"(put\(x, )rows, size(, axis=-1\))", typed("@1[0, 1], 3@2", x="2")),
    (text("x + 1 = y"), r"compare with (==)", typed("x + 1 @1 y")),
    (text("f(x, z) = x"), r"leave (z) out", lambda name: sg.formula("f(x, z) = x".replace(f", {name}", ""))),
    (text("L = L*x"), r"(leave the left side out)", lambda _: sg.formula("L*x")),
    (text("x if x > 0 else 0"), r"write (where\()condition, a, b(\))", typed("@1x > 0, x, 0@2")),
    (text("(x > 0)*x"), r"use (where\()condition, a, b(\))", typed("@1x > 0, x, 0@2")),
    (text("where(x, 1, 0)"), r"write (where\(x > 0, )a, b(\))", typed("@11, 0@2")),
    (text("where(0 < x < 1, x, 0)"), r"write (where\()a < b, (where\()b < c", typed("@10 < x, @2x < 1, x, 0), 0)")),
    (text("where(x > 0 and x < 1, x, 0)"), r"write (where\()a < b, (where\()b < c", typed("@1x > 0, @2x < 1, x, 0), 0)")),
    (text("x!!"), r"write (gamma\()…(\))", typed("@1x@2")),
    (text("v A", v="n", A="n n"), r"write (@) or \* for a product", typed("v @1 A", v="n", A="n n")),
    (text("|x‖"), r"write (abs)\(x\)", typed("@1(x)")),
    (text("softmax(X)", X="m n"), r"write (softmax\()x(, axis=1\))", typed("@1X@2", X="m n")),
    (text("cumsum(X)", X="m n"), r"(cumsum\()x(, axis=0\))", typed("@1X@2", X="m n")),
    (text("norm2(X)", X="m n"), r"(normF\(X\)) is", typed("@1", X="m n")),
    (text("norm2(X)", X="m n"), r"(norm\(X, 2\)) the spectral", typed("@1", X="m n")),
    (text("norm2(X)", X="m n"), r"(norm2\(X, axis=1\)) takes rows", typed("@1", X="m n")),
    (text("norm(X, 2)", X="m n k"), r"(norm\(X, axis=-1\)),", typed("@1", X="m n k")),
    (text("norm(X, 2)", X="m n k"), r"(vector_norm\(X\)) of all", typed("@1", X="m n k")),
    (
        text("norm(X, 3)", X="m n"),
        r"ord is (1), (2), (inf), ('fro')",
        lambda *words: [typed(f"norm(X, {w})", X="m n")() for w in words],
    ),
    (text("stack(x, y)"), r"(stack\(\[x, y\]\))", typed("@1")),
    (text("concatenate(x, y)", x="n", y="n"), r"(concatenate\(\[x, y\]\))", typed("@1", x="n", y="n")),
    (text("reshape(x, 2, 3)", x="6"), r"call it as (reshape\(x, )shape\)", typed("@1(2, 3))", x="6")),
    (text("transpose(x, 0, 1)", x="m n"), r"(axes=)None", typed("transpose(x, @1(0, 1))", x="m n")),
    (text("einsum(X, w)", X="m n", w="n"), r"(einsum\('ij,)jk->ik', A, B\)", typed("@1j->i', X, w)", X="m n", w="n")),
    (text("x[x > 0]", x="n"), r"use (where\(mask, x, 0\))", lambda code: typed(code.replace("mask", "x > 0"), x="n")()),
    (text("(-8)**(1/3)"), r"use (cbrt\()x(\))", typed("@1-8@2")),
    (text("x - y", x="3 1", y="3"), r"with (\[:, None\]) for a column", typed("x - y@1", x="3 1", y="3")),
    (text("block([[A, v]])", A="m n", v="m"), r"v(\[:, None\]) is a column", typed("block([[A, v@1]])", A="m n", v="m")),
    (text("x - y", x="m", y="n"), r"declare both sizes with (one name)", lambda _: text("x - y", x="n", y="n")()),
    (text("x", x="2n"), r"and '(2\*n)'", lambda size: text("sum(x)", x=size)()),
    (text("x", x="n + 1"), r"no spaces: '(n\+1)'", lambda size: text("sum(x)", x=size)()),
    (text("median(x)", x="n"), r"with (a number) for its size", lambda _: text("median(x)", x="3")()),
    (lambda: sg.formula("x", shapes="n"), r"shapes=\{\"X\": \"(m n)\"\}", lambda shape: sg.formula("x", shapes={"x": shape})),
    (
        lambda: sg.formula("x", facts={"x": "positive"}),
        r"facts=(\{.*\})$",
        lambda facts: sg.formula("x", facts=ast.literal_eval(facts)),
    ),
    # -- LaTeX -----------------------------------------------------------------------------------------------------
    (latex(r"\sum_{i=1}^{2n} x_i"), SHAPES, with_shapes(r"\sum_{i=1}^{2n} x_i", "latex")),
    (latex(r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2"), SHAPES, with_shapes(r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "latex")),
    (latex(r"(y_i - x_i^\top w)^2"), SHAPES, with_shapes(r"(y_i - x_i^\top w)^2", "latex")),
    (latex(r"\sum_{i \in S} x_i"), SHAPES, with_shapes(r"\sum_{i \in S} x_i", "latex")),
    (latex(r"\sum_j \log\sum_{i \in R_j} x_i"), SHAPES, with_shapes(r"\sum_j \log\sum_{i \in R_j} x_i", "latex")),
    (latex(r"x^\top y"), SHAPES, lambda shapes: with_shapes(r"x^\top y", "latex", y="n")(shapes)),
    (latex(r"\|y - z\|"), SHAPES, with_shapes(r"\|y - z\|", "latex")),
    (latex(r"\text{loss}^2"), SHAPES, with_shapes(r"\text{loss}^2", "latex")),
    (latex(r"\text{loss}^2"), r"written (\\mathrm\{loss\})", lambda name: latex(f"{name}^2")()),
    (latex(r"d_{model}"), r"write (_\{\\text\{model\}\}) for a word", lambda below: latex(f"d{below}")()),
    (latex(r"y_i x"), r"write (\\sum_\{i=1\}\^n) in front", lambda front: latex(rf"{front} y_i x", y="n")()),
    (latex(r"\softmax(x)", x="n"), r"write (\\operatorname\{softmax\})", lambda name: latex(f"{name}(x)", x="n")()),
    (latex("x'", x="n"), r"write (x\^\\top) for a transpose", lambda row: latex(f"{row} x", x="n")()),
    (
        latex(r"\sum^n x_i", x="n"),
        r"(\\sum_\{i=1\}\^n)",
        lambda front: latex(f"{front} x_i", x="n")(),
    ),
    (latex(r"\sum_i 1"), r"write (\\sum_\{i=1\}\^n)", lambda front: latex(f"{front} 1")()),
    (latex(r"\mathbf{1}^\top x", x="n"), r"(\\mathbf\{1\}_n)", lambda ones: latex(rf"{ones}^\top x", x="n")()),
    (latex(r"A/B", A="n n", B="n n"), r"an inverse, (A\^\{-1\}) b", lambda inverse: latex(f"{inverse} B", A="n n", B="n n")()),
    (latex(r"\|w\|^-1", w="n"), r"(x\^\{-1\})", lambda power: latex(power)()),
    (latex(r"a/b/c"), r"write (\\frac\{a\}\{b\})", lambda quotient: latex(quotient)()),
    (
        latex(r"T + 1", T="a b c"),
        r"give it indices: (T_\{ijk\})",
        lambda entry: latex(rf"\sum_{{i,j,k}} {entry}", T="a b c")(),
    ),
    (
        latex(r"\begin{cases} t & t > 0 \end{cases}"),
        r"end with: (.*)",
        lambda end: latex(rf"\begin{{cases}} t & t > 0 {end} \end{{cases}}")(),
    ),
    (latex(r"\lg t"), r"(\\log_\{10\}) or", lambda log: latex(f"{log} t")()),
    # -- functions of the interface --------------------------------------------------------------------------------
    (lambda: sg.gradient("x @ y", "x"), r"such as (symgd\.formula\(.*\))", as_formula(lambda f: sg.gradient(f, "x"))),
    (lambda: sg.gradient(r"\sum_i x_i^2", "x"), r"(symgd\.formula\(.*\))", as_formula(lambda f: sg.gradient(f, "x"))),
    (
        lambda: sg.check_gradient("mean((X @ w - y)**2)", "w", at={"X": np.ones((3, 2))}),
        r"such as (symgd\.formula\(.*\))",
        as_formula(lambda f: sg.check_gradient(f, "w")),
    ),
    (lambda: sg.gradient("x*y"), r'wrt="(\w+)"', lambda name: sg.gradient("x*y", name)),
    (lambda: sg.gradient("x*y", ["x", ["y"]]), r"(one after the other)", lambda _: sg.gradient("x*y", ["x", "y"])),
    (lambda: sg.gradients("x*y", "x"), r"wrt=(\[.*\]);", lambda names: sg.gradients("x*y", ast.literal_eval(names))),
    (lambda: sg.gradients("x*y", [["x", "y"]]), r"use (gradient) for", lambda name: getattr(sg, name)("x*y", ["x", "y"])),
    (lambda: sg.gradient(W, "w"), r"use (jacobian),", lambda name: getattr(sg, name)(W, "w")),
    (lambda: sg.gradient(W, "w[0]"), r"take its (jacobian)", lambda name: getattr(sg, name)(W, W[0])),
    (
        lambda: sg.gradient("x*y", sg.scalar("Y")),
        r"did you mean (\w+)\?",
        lambda name: sg.gradient("x*y", name),
    ),
    (
        lambda: sg.hvp(sg.sum(W**2), "w[0]", "v"),
        r"for (gradient), (jacobian), (hessian), (derivative)",
        lambda *names: [sg.gradient(sg.sum(W**2), W[0]), *(getattr(sg, name)(sg.sum(W**2), W[0]) for name in names)],
    ),
    (
        lambda: sg.taylor("log(l)", "log l"),
        r"as (exp\(u\)) is in that of (\w+)",
        lambda put, name: sg.taylor(f"log({put})", "u"),
    ),
    (
        lambda: sg.taylor("x*y", ["x", "y"], at={"x": 0}),
        r"the variables are (\w), (\w)",
        lambda *names: sg.taylor("x*y", list(names), at=dict.fromkeys(names, 0)),
    ),
    (
        lambda: sg.taylor("sin(x)", "x").bound({}),
        r"domain=(\{.*\})",
        lambda box: sg.taylor("sin(x)", "x").bound(ast.literal_eval(box)),
    ),
    (
        lambda: sg.convexity("x**2", domain={"x": "0, 1"}),
        r'as in "(.*)"',
        lambda ends: sg.convexity("x**2", domain={"x": ends}),
    ),
    (
        lambda: sg.convexity("x**2", domain=(0, 1)),
        r"as in (\{.*\})",
        lambda box: sg.convexity("x**2", domain=ast.literal_eval(box)),
    ),
    (
        lambda: sg.convexity("x**2", domain={"x": 1}),
        r"domain=(\{.*\})",
        lambda box: sg.convexity("x**2", domain=ast.literal_eval(box)),
    ),
    (
        lambda: sg.convexity("x**2", domain={"x": (0, sp.sqrt(2))}),
        r"such as (\S+)$",
        lambda end: sg.convexity("x**2", domain={"x": (0, end)}),
    ),
    (
        lambda: sg.convexity("x**2*y", constraints="x > y"),
        r"as in (\[.*\])",
        lambda some: sg.convexity("x**2*y", constraints=ast.literal_eval(some)),
    ),
    (lambda: sg.convexity("x**2*y", constraints=["x"]), r'as in "(.*)"', lambda one: sg.convexity("x**2*y", constraints=[one])),
    (
        lambda: sg.check_gradient("x**2", "x", at=3),
        r"at=(\{.*\})",
        lambda at: sg.check_gradient(sg.formula("x*sum(w)", shapes={"w": "2"}), "x", at=ast.literal_eval(at)),
    ),
    (
        lambda: sg.check_gradient("x**2*y", "x", gradient=lambda x, z: 2 * x * z),
        r"arguments=(\(.*?\))$",
        lambda names: sg.check_gradient("x**2*y", "x", gradient=lambda x, z: 2 * x * z, arguments=ast.literal_eval(names)),
    ),
    (
        lambda: sg.check_gradient(lambda x: x**2, lambda x: 2 * x),
        r"give (at)=x0",
        lambda name: sg.check_gradient(lambda x: x**2, lambda x: 2 * x, **{name: 1.0}),
    ),
    (
        lambda: sg.minimize("(x - 1)**2", "x", direction="newto"),
        r"known: .*, (newton)",
        lambda name: sg.minimize("(x - 1)**2", "x", direction=name),
    ),
    (
        lambda: sg.minimize("(x - 1)**2", "x", step_size="foo"),
        r'"(\w+)", a number',
        lambda name: sg.minimize("(x - 1)**2", "x", step_size=name),
    ),
    (
        lambda: sg.stationary_points("x**2*a", "x"),
        r"make it (a variable)",
        lambda _: sg.stationary_points("x**2*a", ["x", "a"]),
    ),
    (lambda: sg.lambdify(["x"], "x*y"), r"(add it) to the arguments", lambda _: sg.lambdify(["x", "y"], "x*y")),
    (text("2²"), r"write (\(2\)\*\*2)", typed("@1")),
    (text("X yᵀ", X="m n", y="n"), r"(outer\(x, y\)) is a column times a row", typed("@1", x="m", y="n")),
    (text("inv(A) * solve(A, B, b)", A="n n"), r"call it as (solve\()", typed("@1A, b)", A="n n", b="n")),
    (text("scatter(x, 1, 3)", x=""), r"(scatter\(x, '1:3', )n\)", typed("@1 4)", x="2")),
    (text("scatter(x, 'a', 3)", x=""), r"as in '(0)'", lambda place: text(f"scatter(x, '{place}', 3)", x="")()),
    (text("tensordot(X, w)", X="m n", w="n"), r"(tensordot\()x, y(, axes=1\))", typed("@1X, w@2", X="m n", w="n")),
    (
        latex(r"\sum_{i=1}^n \sum_{i \notin S} x_i", x="n"),
        r"(\\sum_\{i \\in S\})",
        lambda front: latex(f"{front} x_i", x="n", S="n")(),
    ),
    (
        latex(r"\sum_{i \notin S} x_i", x="n"),
        r"(\\sum_\{i \\in S\}), (\\sum_\{i \\in R_j\})",
        lambda one, two: latex(rf"{one} x_i + \sum_j {two} x_i", x="n", S="n", R="m n")(),
    ),
    (
        latex(r"\sum_{i \in R} x_i", x="n", R="m n"),
        r"write (\\sum_\{i \\in R_j\})",
        lambda front: latex(rf"\sum_j {front} x_i", x="n", R="m n")(),
    ),
    (
        latex(r"\sum_{i<j<k} T_{ijk}", T="n n n"),
        r"(\\sum_\{i<j\}), (\\sum_\{j \\neq i\}) or (\\sum_\{1 \\le i \\le n\})",
        lambda one, two, three: latex(rf"{one} A_{{ij}} + \sum_i {two} A_{{ij}} + {three} \sum_j A_{{ij}}", A="n n")(),
    ),
    (latex(r"\sum_{i < n} x_i", x="n"), r"(\\sum_\{1 \\le i \\le n\})", lambda front: latex(f"{front} x_i", x="n")()),
    (latex(r"\sum_{i \neq 0} x_i", x="n"), r"(\\sum_\{0 \\le i < n\}) counts", lambda front: latex(f"{front} x_i", x="n")()),
    (latex(r"\sum_{i=1}^{n/2} x_i", x="n"), r"(\\sum_\{i=1\}\^\{n-1\})", lambda front: latex(f"{front} x_i", x="n")()),
    (
        latex(r"\begin{foo} t \end{foo}"),
        r"\\begin\{(cases)\} and \\begin\{(pmatrix)\}",
        lambda *names: latex(rf"\begin{{{names[1]}}} t \\ s \end{{{names[1]}}}")(),
    ),
    (
        lambda: sg.check_gradient(lambda x: x, lambda x: x, at={}),
        r"at=\{'(w)': array",
        lambda name: sg.check_gradient(lambda w: w**2, lambda w: {"w": 2 * w}, at={name: 1.0}),
    ),
    (
        lambda: sg.check_gradient("x**2", "x", at=[]),
        r"at=(\[.*\]), or leave it out",
        lambda at: sg.check_gradient("x**2", "x", at=ast.literal_eval(at)),
    ),
    (
        lambda: sg.check_gradient(lambda x: x @ x, lambda x: 2 * x, at=[]),
        r"at=(\[.*\])",
        lambda at: sg.check_gradient(lambda x: x @ x, lambda x: 2 * x, at=ast.literal_eval(at)),
    ),
    (
        lambda: sg.formula(print, shapes={"x": ""}),
        r"(lambda x: np\.sin\(x\))",
        lambda code: sg.formula(eval(code, {"np": np}), shapes={"x": ""}),
    ),
    (
        lambda: sg.formula(lambda x, y=1, z=2: x * y * z, shapes={"x": "", "z": ""}),
        r"or declare (y), too",
        lambda name: sg.formula(lambda x, y=1, z=2: x * y * z, shapes={"x": "", "z": "", name: ""}),
    ),
    (
        lambda: sg.formula(W, shapes={"w": "m"}),
        r"declare the shape (where the input is made)",
        lambda _: sg.formula(sg.tensor("w", "m"), shapes={"w": "m"}),
    ),
    (
        lambda: sg.formula(W, facts={"w": {"positive": True}}),
        r"declare them (where the input is made)",
        lambda _: sg.formula(sg.tensor("w", "n", positive=True), facts={"w": {"positive": True}}),
    ),
    (
        lambda: sg.minimize("(x - a)**2", "x"),
        r"give (data=\{'a'): …\}",
        lambda code: sg.minimize("(x - a)**2", "x", **eval(f"dict({code}: 1.0}})"), start=0.0),
    ),
    (
        lambda: sg.minimize(sg.sum((W - 1) ** 2), "w"),
        r"give (start=\{'w'): …\}",
        lambda code: sg.minimize(sg.sum((W - 1) ** 2), "w", **eval(f"dict({code}: [0.0, 0.0]}})")),
    ),
    (
        lambda: sg.classify("x**2 + y**2", at=[0, 0]),
        r"as in (\{.*\})",
        lambda at: sg.classify("x**2 + (y - 1/2)**2", at=ast.literal_eval(at)),
    ),
    (
        latex(r"\sum_{i=1}^n \sum_{1 \le j \le i} A_{ij}", A="n n"),
        r"(\\sum_\{j=i\+1\}\^n)",
        lambda front: latex(rf"\sum_{{i=1}}^n {front} A_{{ij}}", A="n n")(),
    ),
    (
        latex(r"\operatorname{outer}(x)", x="n"),
        r"(\\operatorname\{outer\})\(a, b\)",
        lambda name: latex(f"{name}(x, x)", x="n")(),
    ),
    (
        lambda: sg.check_hessian(unreadable, lambda x: 2 * np.eye(2), at=[1.0, 2.0]),
        r"give (gradient)=…",
        lambda name: sg.check_hessian(unreadable, lambda x: 2 * np.eye(2), at=[1.0, 2.0], **{name: lambda x: 2 * x}),
    ),
    # -- SymPy and NumPy -------------------------------------------------------------------------------------------
    (lambda: sg.formula(B[INDEX]), r"(sum over it)", lambda _: sg.formula(sp.Sum(B[INDEX], (INDEX, 0, N - 1)))),
    (
        lambda: sg.formula(sp.Piecewise((T, T > 0))),
        r"add \(expression, (True)\)",
        lambda _: sg.formula(sp.Piecewise((T, T > 0), (0, True))),
    ),
    (
        lambda: sg.lambdify([T], sg.formula(Q)),
        r"(substitute a formula) for it",
        lambda _: sg.lambdify([T], sg.formula(Q.subs(Q, T**2))),
    ),
    (
        lambda: sg.formula(np.sin),
        r"shapes=\{\"x\": \"(n)\"",
        lambda shape: sg.formula(lambda x: np.sin(x), shapes={"x": shape}),
    ),
    (
        lambda: sg.formula(lambda x: x if x > 0 else 0, shapes={"x": "n"}),
        r"np\.(where)\(condition, a, b\)",
        lambda name: sg.formula(lambda x: getattr(np, name)(x > 0, x, 0), shapes={"x": "n"}),
    ),
    (
        lambda: sg.formula(lambda x: None, shapes={"x": ""}),
        r"(return the formula)",
        lambda _: sg.formula(lambda x: x, shapes={"x": ""}),
    ),
    (
        lambda: sg.formula(lambda x: np.linalg.svd(x), shapes={"x": "2 2"}),
        r"(np\.linalg\.svd\(x, compute_uv=False\))",
        lambda code: sg.formula(eval(f"lambda x: {code}", {"np": np}), shapes={"x": "2 2"}),
    ),
    (
        lambda: sg.formula(lambda x: np.where(x > 0), shapes={"x": "n"}),
        r"(np\.where\()condition, a, b(\))",
        lambda a, b: sg.formula(eval(f"lambda x: {a}x > 0, x, 0{b}", {"np": np}), shapes={"x": "n"}),
    ),
    (
        lambda: sg.formula(lambda a, b: a @ b, sg.scalar("a"), sg.scalar("b")),
        r"use (\*) for a scalar",
        lambda sign: sg.formula(eval(f"lambda a, b: a {sign} b"), sg.scalar("a"), sg.scalar("b")),
    ),
    (
        lambda: sg.formula(lambda x: np.piecewise(x, [x > 0], [lambda x: x.sum(), 0]), shapes={"x": "n"}),
        r"write (np\.where\()condition, …, …(\))",
        lambda a, b: sg.formula(eval(f"lambda x: {a}x > 0, x.sum(), 0{b}", {"np": np}), shapes={"x": "n"}),
    ),
    (
        lambda: sg.formula(lambda x: np.average(x, weights=x, returned=True), shapes={"x": "n"}),
        r"(np\.sum\()weights\)",
        lambda code: sg.formula(eval(f"lambda x: np.average(x, weights=x) * {code}x)", {"np": np}), shapes={"x": "n"}),
    ),
    # -- the command line ------------------------------------------------------------------------------------------
    (
        lambda: options.read_formula("x @ y", "", ""),
        r'--shapes "(.*)"',
        lambda shapes: options.read_formula("x @ y", shapes, ""),
    ),
    (
        lambda: options.read_formula("lambda*x", "", ""),
        r'--shapes "(.*)"',
        lambda shapes: options.read_formula("lambda*x", shapes, ""),
    ),
    (lambda: options.read_shapes("x n"), r"write (.*)", options.read_shapes),
    (lambda: options.read_facts("x"), r"write (.*)", options.read_facts),
    (lambda: options.read_facts("x:"), r"write (.*), or (.*)", lambda *facts: [options.read_facts(one) for one in facts]),
    (lambda: options.read_facts("x: lower"), r"write (.*)", lambda fact: options.read_facts(f"x: {fact}")),
    (lambda: options.read_point("x=1"), r"write (.*)", options.read_point),
    (lambda: options.read_point(""), r"write (.*), or (.*)", lambda *points: [options.read_point(one) for one in points]),
    (lambda: options.read_point("A: [[1, 2]"), r"write (.*)", options.read_point),
    (
        lambda: options.read_exact_point("x"),
        r"write (\S+), (\S+) or (\S+)",
        lambda *points: [options.read_exact_point(one) for one in points],
    ),
    (lambda: options.read_bounds("x 0 1"), r"write (.*)", options.read_bounds),
    (lambda: options.read_bounds("x: 0, 1"), r"write (.*)", options.read_bounds),
    (lambda: options.read_intervals("x: 0, 1"), r"write (.*)", options.read_intervals),
    (lambda: options.read_descent("adam"), r"write (.*)", options.read_descent),
    (lambda: options.read_names(" "), r"--wrt (\w+)", options.read_names),
]


def hint_of(ask):
    with pytest.raises(SymgdError) as caught:
        ask()
    return caught.value.hint or ""


@pytest.mark.parametrize(("mistake", "pattern", "follow"), PROPOSALS, ids=range(len(PROPOSALS)))
def test_what_a_hint_proposes_works(mistake, pattern, follow):
    hint = hint_of(mistake)
    match = re.search(pattern, hint)
    assert match, hint
    follow(*match.groups())


ROOT = Path(sg.__file__).parent
PLACES = ["readers/text", "readers/latex", "api", "tools/options.py"]
"""Where texts are read that people type."""
PROPOSING = re.compile(
    r"write \S|use \S|add \S|did you mean|call it as|as in |drop |--|give \w+=|\\[a-z|]|[a-z_]+\(|\["
    r"|(shapes|facts|wrt|domain|at|data|arguments|start)="
)
"""How hints begin that propose a piece of input."""
OTHER = (
    "write for example",  # the formula is empty
    "write it with sums",
    "use gradients for tensors",
    "arguments= names",
    "shapes= is for texts",
    "facts= is for texts",
)
"""Hints that begin alike and are advice."""


def literals(path):
    """Return the patterns of the hints in a file that propose input."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        hints = [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
        if getattr(call.func, "attr", "") in ("fail", "_fail", "_fail_in_bracket"):
            hints += call.args[1:3]
        for hint in hints:
            for branch in [hint.body, hint.orelse] if isinstance(hint, ast.IfExp) else [hint]:
                parts = branch.values if isinstance(branch, ast.JoinedStr) else [branch]
                text = getattr(parts[0], "value", None)
                if isinstance(text, str) and PROPOSING.match(text) and not text.startswith(OTHER):
                    yield "".join(re.escape(p.value) if isinstance(p, ast.Constant) else ".*" for p in parts)


@pytest.fixture(scope="module")
def hints():
    return "\n".join(hint_of(mistake) for mistake, _, _ in PROPOSALS)


FILES = [path for place in PLACES for path in sorted((ROOT / place).rglob("*.py") if "." not in place else [ROOT / place])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_hint_that_proposes_input_is_followed(path, hints):
    assert [pattern for pattern in literals(path) if not re.search(pattern, hints)] == []
