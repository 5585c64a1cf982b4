"""A self-contained page of a derivation: HTML and MathML, styles inside, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from symgd.arguments import read_text
from symgd.explain.notation.latex import to_latex
from symgd.explain.notation.names import latex_name
from symgd.explain.notation.numbers import show_number
from symgd.graph.trace import DerivationTrace, Step
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from symgd.arrays import Array

__all__ = ["Check", "Values", "derivation_page", "derivation_sections", "math", "page"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6875; --line: #d9dfe6; --mark: #0b6e99; --wash: #f5f8fa;
--back: #fff } @media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #38434e; --mark: #5cc0e8; --wash: #1c242c; --back: #12181e } }
body { font: 16px/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif; color: var(--ink); background: var(--back);
  max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.05rem; color: var(--mark); margin: 2rem 0 .5rem }
.formula { background: var(--wash); border-left: 3px solid var(--mark); padding: .8rem 1.1rem; overflow-x: auto }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem }
th, td { padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; white-space: nowrap }
td.because { white-space: normal; color: var(--soft); font-size: .92rem; min-width: 15rem }
td.number { font-variant-numeric: tabular-nums }
.verdict { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; background: #1a7f4b; color: #fff;
font-weight: 600 } .verdict.WRONG { background: #b3261e } .verdict.KINK, .verdict.UNSURE { background: #9a6700 }
pre { background: var(--wash); padding: .9rem 1.1rem; overflow-x: auto; font-size: .88rem }
p.shapes { color: var(--soft); margin: .3rem 0 0 } math { font-size: 1.08em }
img { max-width: 100%; height: auto }
"""


Values: TypeAlias = Mapping[Any, object]
"""A point: the values of inputs, by their nodes, their names or their symbols in SymPy."""


class Check(Protocol):
    """What is shown of a verdict, see :class:`symgd.checking.verdict.GradientCheck`."""

    @property
    def verdict(self) -> object:
        """The verdict, printed as one word."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences about it."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""


class Content(Protocol):
    """What a page shows of a derivation, see :class:`symgd.explain.derivation.Derivation`."""

    @property
    def trace(self) -> DerivationTrace:
        """The steps of the derivation."""

    @property
    def check(self) -> Check | None:
        """The verdict of a check, or None."""

    @property
    def source(self) -> str:
        """The compiled source, or nothing."""

    @property
    def key_steps(self) -> Sequence[Step]:
        """The simplifications that are shown."""

    def result_latex(self, align: str = ...) -> list[str]:
        """Return the rows of the result."""

    def values(self, at: Values) -> Mapping[str, tuple[Array, Array]]:
        """Return the value and the adjoint of every line at a point."""


def math(latex: str, display: bool = False) -> str:
    """Return LaTeX as MathML."""
    from latex2mathml.converter import convert

    return str(convert(latex, display="block" if display else "inline"))


def page(title: str, body: str) -> str:
    """Wrap sections into a page."""
    title = read_text(title, "a title")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def derivation_page(derivation: Content, at: Values | None, title: str) -> str:
    """Return the page of a derivation."""
    return page(title, derivation_sections(derivation, at))


def derivation_sections(derivation: Content, at: Values | None) -> str:
    """Return the sections of a derivation: formula, passes, result, simplifications, check, code."""
    trace = derivation.trace
    name = latex_name(trace.lines[0].name if trace.lines else "L")
    variables = ", ".join(latex_name(node.name) for node in trace.wrt)
    parts = [f'<div class="formula">{math(f"{name}({variables}) = {to_latex(trace.typed)}", True)}</div>']
    shapes = [f"{node.name}: {' × '.join(map(str, node.shape))}" for node in symbols_of(trace.typed) if node.shape]
    if shapes:
        parts.append(f'<p class="shapes">{escape(",  ".join(shapes))}</p>')
    results = "".join(math(row, True) for row in derivation.result_latex(align=""))
    parts.append(f'<h2>Result</h2>\n<div class="formula">{results}</div>')
    if derivation.check is not None:
        check = derivation.check
        parts.append(
            f'<p><span class="verdict {check.verdict}">{check.verdict}</span> {escape(str(check).partition(" ")[2])}</p>'
        )
    if trace.lines:
        parts.append(_passes(derivation, at))
    if derivation.key_steps:
        rows = [
            [math(to_latex(step.before)), math(to_latex(step.after)), escape(step.because)]
            for step in derivation.key_steps[:60]
        ]
        parts.append(f"<h2>Simplified</h2>\n{_table(['from', 'to', 'because'], rows)}")
    if derivation.source:
        parts.append(f"<h2>Code</h2>\n<pre>{escape(derivation.source)}</pre>")
    return "\n".join(parts)


def _passes(derivation: Content, at: Values | None) -> str:
    numbers = derivation.values(at) if at is not None else {}
    rows = []
    for line in derivation.trace.lines:
        name = latex_name(line.name)
        row = [
            math(name) + (" <small>input</small>" if line.is_input else ""),
            "" if line.is_input else math(f"{name} = {to_latex(line.formula)}"),
            math(f"t_{{{name}}} = {to_latex(line.adjoint)}"),
            escape(line.because),
        ]
        if numbers:
            value, adjoint = numbers[line.name]
            row[2:2] = [show_number(value)]
            row[4:4] = [show_number(adjoint)]
        rows.append(row)
    head = ["node", "forward", "backward", "because"]
    if numbers:
        head = ["node", "forward", "value", "backward", "adjoint", "because"]
    note = "Read the forward column upwards from the inputs, the backward column downwards from t = 1."
    return f"<h2>Forward and backward</h2>\n<p class='shapes'>{note}</p>\n{_table(head, rows)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; cells are HTML already."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "\n".join(
        "<tr>" + "".join(f'<td class="{_kind(word)}">{cell}</td>' for word, cell in zip(head, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<table>\n<tr>{top}</tr>\n{body}\n</table>"


def _kind(word: str) -> str:
    return {"because": "because", "value": "number", "adjoint": "number"}.get(word, "")
