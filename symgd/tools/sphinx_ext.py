"""Sphinx: a directive that derives, renders and checks a formula while the documentation is built.

.. code-block:: rst

    .. symgd:derive:: mean((X @ w - y)**2)
       :wrt: w
       :shapes: X: m n; y: m; w: n
       :what: gradient
       :steps: key
       :claim: 2*X.T @ (X @ w - y) / m
       :label: mse-gradient

Options
-------
wrt : names separated by commas; all inputs without it.
shapes, facts : as on the command line.
what : ``gradient`` (default), ``jacobian`` or ``hessian``.
steps : ``none`` (default) shows formula and result, ``key`` also the forward and the backward pass, ``all`` also the
simplifications. claim : a gradient that the text states; a wrong one is a warning with file and line (type ``symgd``, subtype
``claim``), so that
    ``sphinx-build -W`` fails.
check : ``yes`` (default) or ``no``: whether the derived gradient is checked in 50-digit arithmetic.
label : makes the result a numbered equation for ``:eq:``; letters, digits and ``- . : _``.

Results are kept by content, under the doctree directory, so that an unchanged formula is not derived again; what is damaged
there is derived anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import symgd
from symgd.checking.judgement import Verdict
from symgd.codegen.libraries import BACKENDS
from symgd.descent.method import Kind, Parameter, methods
from symgd.errors import DataError, SymgdError, printable, shown
from symgd.explain.catalogue import catalogue
from symgd.explain.notation.latex import to_latex
from symgd.explain.notation.names import latex_name, unicode_name
from symgd.explain.notation.unicode import to_textbook
from symgd.files import read_text, write_file
from symgd.tools.derived_nodes import add_nodes, derived_math, table_of
from symgd.tools.options import read_formula, read_variables

if TYPE_CHECKING:
    from symgd.explain.catalogue import Entry
    from symgd.results import Derivation

__all__ = ["DeriveDirective", "setup"]

LOGGER = logging.getLogger(__name__)
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
"""A label stands in HTML, in LaTeX and in the text of a role, where other characters have meanings of their own."""
_MISTAKE = "this is a mistake in symgd, please report the formula:"
MAX_BYTES = 10**8
"""Of what is kept of a derivation."""

PageContent: TypeAlias = dict[str, Any]
"""What a directive shows, as JSON keeps it."""


def _choice(*words: str) -> Callable[[str | None], str]:
    return lambda argument: directives.choice(argument, words)


class DeriveDirective(SphinxDirective):
    """``symgd:derive``; see the module's docstring."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = False
    option_spec: ClassVar[dict[str, Callable[[str], object]]] = {
        "wrt": directives.unchanged,
        "shapes": directives.unchanged,
        "facts": directives.unchanged,
        "what": _choice("gradient", "jacobian", "hessian"),
        "steps": _choice("none", "key", "all"),
        "claim": directives.unchanged,
        "check": _choice("yes", "no"),
        "label": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Build the nodes; a mistake in the formula is a warning and a literal block, never a crash."""
        formula = " ".join(self.arguments[0].split())
        try:
            page = self._page_content(formula)
        except Exception as error:  # a page is built, whatever goes wrong with one formula
            text = (
                str(error) if isinstance(error, SymgdError) else f"{_MISTAKE} {type(error).__name__}: {shown(str(error), 200)}"
            )
            LOGGER.warning("%s", printable(text, "\n"), location=self.get_location(), type="symgd", subtype="formula")
            plain = printable(formula)
            return [nodes.literal_block(plain, plain, language="none")]
        for kind, message in page["warnings"]:
            LOGGER.warning("%s", message, location=self.get_location(), type="symgd", subtype=kind)
        body: list[nodes.Node] = [self._display(page["formula"])]
        if page["passes"]:
            body.append(table_of(("value", "adjoint", "because"), page["passes"]))
        if page["steps"]:
            body.append(table_of(("from", "to", "because"), page["steps"]))
        body += self._labelled(page["result"])
        return body

    def _display(self, pair: list[str]) -> nodes.Node:
        latex, plain = pair
        node = derived_math(latex, latex, classes=["symgd"], plain=plain, number=None, label=None, docname=self.env.docname)
        node["no-wrap"] = node["nowrap"] = False
        self.set_source_info(node)
        return node

    def _labelled(self, pair: list[str]) -> list[nodes.Node]:
        """Return the result; with a label it is a numbered equation that ``:eq:`` can refer to."""
        node = self._display(pair)
        label = self.options.get("label")
        if label is None:
            return [node]
        if not _LABEL.fullmatch(label):
            message = f"{shown(label)} is not a label: letters, digits and - . : _ make one, as in mse-gradient"
            LOGGER.warning("%s", message, location=self.get_location(), type="symgd", subtype="label")
            return [node]
        domain: Any = self.env.get_domain("math")
        domain.note_equation(self.env.docname, label, location=node)
        node["label"] = label
        node["number"] = domain.get_equation_number_for(label)
        identifier = nodes.make_id(f"equation-{label}")
        target = nodes.target("", "", ids=[identifier])
        self.state.document.note_explicit_target(target)
        return [target, node]

    def _page_content(self, formula: str) -> PageContent:
        """Derive, or read what was derived for the same formula and options before."""
        options = {key: self.options[key] for key in sorted(self.options) if key != "label"}
        key = hashlib.sha256(json.dumps([symgd.__version__, formula, options]).encode()).hexdigest()
        path = Path(self.env.doctreedir) / "symgd" / f"{key}.json"
        stored = _read_stored(path)
        if stored is not None:
            return stored
        page = page_content(formula, options)
        content = json.dumps(page)
        with contextlib.suppress(DataError, OSError):  # the page needs no cache
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, json.dumps({"digest": _digest(content), "told": content}), force=True)
        return page


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _read_stored(path: Path) -> PageContent | None:
    """Return what was kept of a derivation, or None where there is nothing or it is damaged."""
    try:
        stored = json.loads(read_text(path, MAX_BYTES))
        if stored["digest"] != _digest(stored["told"]):
            return None
        page = json.loads(stored["told"])
    except (DataError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return page if _is_page_content(page) else None


def _is_page_content(page: object) -> bool:
    """Whether data have the form that :func:`page_content` returns."""
    if not isinstance(page, dict) or page.keys() != {"formula", "result", "passes", "steps", "warnings"}:
        return False
    if not all(isinstance(page[name], list) for name in ("passes", "steps", "warnings")):
        return False
    rows = [*page["passes"], *page["steps"]]
    pairs = [page["formula"], page["result"], *page["warnings"]]
    if not all(isinstance(row, list) and len(row) == 3 and isinstance(row[2], str) for row in rows):
        return False
    return all(_is_pair(pair) for pair in (*pairs, *(pair for row in rows for pair in row[:2])))


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)


class FunctionsDirective(SphinxDirective):
    """``symgd:functions``: the catalogue of every function, read off the registry."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        rows = []
        for entry in catalogue():
            called = ", ".join((entry.name, *entry.aliases))
            formulas = tuple(_function_lines(entry))
            words = [f"{entry.because}." if entry.because else "", f"Defined for {entry.domain}." if entry.domain else ""]
            words += [f"{entry.at_kink}." if entry.at_kink else "", f"({entry.source})"]
            rows.append([nodes.literal(called, called), formulas, " ".join(word for word in words if word)])
        return [table_of(("function", "definition and derivatives", "remarks"), rows, (20, 40, 40))]


class MethodsDirective(SphinxDirective):
    """``symgd:methods``: the directions and step sizes of descent, read off their register.

    With the argument ``classes`` it documents their classes instead of listing them.
    """

    has_content = False
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the table, or the documentation of the classes."""
        all_methods = [method for kind in Kind for method in methods(kind).values()]
        if self.arguments:
            lines = [line for method in all_methods for line in (f".. autoclass:: symgd.{method.make.__name__}", "")]
            parsed = nodes.Element()
            self.state.nested_parse(StringList(lines, source="symgd:methods"), self.content_offset, parsed)
            return list(parsed.children)
        rows = []
        for method in all_methods:
            takes = tuple(
                f"{parameter.key} in {parameter.within}: {parameter.meaning} ({_default_of(parameter)})"
                for parameter in method.parameters
            )
            named = (nodes.literal(method.key, method.key), method.sentence, method.source.replace("*", ""))
            formulas = tuple(nodes.literal(line, line) for line in method.formula.splitlines())
            rows.append([str(method.kind), named, formulas, takes or ""])
        return [table_of(("part", "method", "formula", "parameters"), rows, (10, 35, 30, 25))]


class BackendsDirective(SphinxDirective):
    """``symgd:backends``: the backends of ``lambdify``, read off their register."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        rows = []
        for name, backend in BACKENDS.items():
            if backend.__module__.startswith("symgd."):
                sentence = (backend.__doc__ or "").strip().partition("\n")[0]
                rows.append([nodes.literal(name, f'"{name}"'), sentence, nodes.literal(name, backend.package)])
        return [table_of(("backend=", "arrays", "package"), rows, (20, 55, 25))]


def _default_of(parameter: Parameter) -> str:
    return "needed" if parameter.default is None else f"{parameter.default:g} without it"


def page_content(formula: str, options: dict[str, str]) -> PageContent:
    """Derive a formula and return what the page shows, as plain data.

    Parameters
    ----------
    formula : str
    options : dict of str to str
        The directive's options.

    Raises
    ------
    SymgdError
        For a formula or option that cannot be read.
    """
    node = read_formula(formula, options.get("shapes", ""), options.get("facts", ""))
    names = read_variables(node, options.get("wrt"))
    what: Any = options.get("what", "gradient")
    check = options.get("check", "yes") == "yes"
    derivation = symgd.derivation(node, names, what, check=check)
    warnings = []
    if derivation.check is not None and derivation.check.verdict in (Verdict.WRONG, Verdict.UNSURE):
        warnings.append(("check", f"the derivation of {formula} was judged: {derivation.check.explain()}"))
    if "claim" in options:
        warnings += _judge_claim(node, names, what, options["claim"], derivation)
    trace = derivation.trace
    name = trace.lines[0].name if trace.lines else "L"
    variables = ", ".join(latex_name(variable.name) for variable in trace.wrt)
    steps = options.get("steps", "none")
    return {
        "formula": [f"{latex_name(name)}({variables}) = {to_latex(trace.typed)}", f"{name} = {to_textbook(trace.typed)}"],
        "result": [
            r" \qquad ".join(derivation.result_latex(align="")),
            "\n".join(
                f"gradient in {variable.name}: {to_textbook(result)}"
                for variable, result in zip(trace.wrt, trace.result, strict=True)
            ),
        ],
        "passes": [
            [
                _equation(line.name, None if line.is_input else line.formula),
                _equation(f"t_{line.name}", line.adjoint),
                line.because,
            ]
            for line in trace.lines
        ]
        if steps != "none"
        else [],
        "steps": [[*(_both(side) for side in (step.before, step.after)), step.because] for step in derivation.key_steps]
        if steps == "all"
        else [],
        "warnings": warnings,
    }


def _function_lines(entry: Entry) -> list[list[str]]:
    """Return the definition of a function and its derivatives, each as LaTeX and in plain notation."""
    lines = []
    if entry.definition is not None:
        lines.append([f"f = {text}" for text in _both(entry.definition)])
    for letter, slope in entry.derivatives:
        marks = ("f'", "f′") if entry.count == 1 else (rf"\partial_{{{letter}}} f", f"∂f/∂{letter}")
        lines.append([f"{mark} = {text}" for mark, text in zip(marks, _both(slope), strict=True)])
    return lines or [["", ""]]


def _both(formula: symgd.Node) -> list[str]:
    """Return a formula in LaTeX and in plain notation."""
    return [to_latex(formula), to_textbook(formula)]


def _equation(name: str, formula: symgd.Node | None) -> list[str]:
    sides = [latex_name(name), unicode_name(name)]
    return sides if formula is None else [f"{side} = {text}" for side, text in zip(sides, _both(formula), strict=True)]


def _judge_claim(
    node: symgd.Node, names: str | list[str], what: str, claim: str, derivation: Derivation
) -> list[tuple[str, str]]:
    """Compare what the text claims with the formula itself."""
    if what != "gradient" or not isinstance(names, str):
        return [("claim", "a claim is judged for a gradient in one variable")]
    check = symgd.check_gradient(node, names, gradient=claim)
    if check.verdict in (Verdict.RIGHT, Verdict.KINK):
        return []
    return [("claim", f"the claimed gradient {claim} is {check.verdict}; symgd derives {derivation.result}\n{check.explain()}")]


class SymgdDomain(Domain):
    """The directives of symgd."""

    name = "symgd"
    label = "symgd"
    directives: ClassVar[dict[str, type[SphinxDirective]]] = {
        "derive": DeriveDirective,
        "functions": FunctionsDirective,
        "methods": MethodsDirective,
        "backends": BackendsDirective,
    }
    data_version = 1

    def merge_domaindata(self, docnames: object, otherdata: object) -> None:
        """Nothing is collected, so nothing needs merging."""


def setup(app: Sphinx) -> dict[str, object]:
    """Register the domain and its nodes."""
    app.add_domain(SymgdDomain)
    add_nodes(app)
    return {"version": symgd.__version__, "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
