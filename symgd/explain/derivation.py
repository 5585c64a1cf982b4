"""A derivation, printed: the formula with names for its parts, the backward pass from t = 1, the result, what was simplified.

Every line comes from the engine's own trace (:class:`symgd.graph.trace.DerivationTrace`); this file only lays it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, cast

from symgd.arguments import read_flag, read_text
from symgd.array_entries import Foreign
from symgd.explain.named_parts import Named, name_parts
from symgd.explain.notation.latex import to_latex
from symgd.explain.notation.names import latex_name, unicode_name
from symgd.explain.notation.numbers import show_number
from symgd.explain.notation.unicode import to_textbook
from symgd.explain.printers.html import Values, derivation_page, derivation_sections
from symgd.graph.node import Node
from symgd.graph.shape import show_shape
from symgd.graph.trace import DerivationTrace, Line, Step
from symgd.graph.traversal import symbols_of

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from symgd.arrays import Array
    from symgd.checking.verdict import GradientCheck

    Result = TypeVar("Result", bound="Node | dict[str, Node]", default="Node | dict[str, Node]", covariant=True)
else:
    from typing import TypeVar

    Result = TypeVar("Result")

__all__ = ["Derivation"]

_WIDTH = 100
Evaluate: TypeAlias = "Callable[[Sequence[Node], Values], list[Array]]"
Layers = Callable[[], tuple[dict[str, Node], dict[str, Node]]]


class Derivation(Generic[Result]):
    """How a derivative follows from its formula.

    Attributes
    ----------
    trace : DerivationTrace
        The trace.
    result : Node, or dict of str to Node
        The derivative; a dictionary where there are several variables.
    check : GradientCheck or None
        The verdict of the check in 50-digit arithmetic, where it was asked for.
    source : str
        The compiled code, where it was asked for.
    """

    def __init__(
        self,
        trace: DerivationTrace,
        evaluate: Evaluate,
        check: GradientCheck | None = None,
        source: str = "",
        layers: Layers | None = None,
    ) -> None:
        self.trace = trace
        self._layers = layers
        self.check = check
        self.source = source
        self._evaluate = evaluate

    def __repr__(self) -> str:
        return self.text()

    @property
    def story(self) -> DerivationTrace:
        """The trace, by its earlier name."""
        return self.trace

    @property
    def result(self) -> Result:
        """The derivative."""
        derivatives = {node.name: result for node, result in zip(self.trace.wrt, self.trace.result, strict=True)}
        return cast("Result", derivatives if len(derivatives) > 1 else self.trace.result[0])

    @property
    def steps(self) -> list[Step]:
        """All rewritings, in order: functions recognised, then the derivative simplified."""
        return [*self.trace.recognised, *self.trace.simplified]

    @property
    def key_steps(self) -> list[Step]:
        """The rewritings that change how the formula is written."""
        return [step for step in self.steps if not _is_reordered(step) and to_textbook(step.before) != to_textbook(step.after)]

    def named(self) -> Named:
        """Return the gradients in terms of named values and adjoints, layer by layer; other results with their parts named.

        Returns
        -------
        Named
            With ``definitions`` (z_k before and h_k behind a function of entries, delta_k its adjoint), ``results``, ``text()``
            and ``latex()``.
        """
        if self._layers is None:
            results = {node.name: result for node, result in zip(self.trace.wrt, self.trace.result, strict=True)}
            return name_parts(results, self.trace.what)
        return Named(*self._layers())

    def adjoints(self, at: Values) -> dict[str, Array]:
        """Return the adjoint of every named value at a point.

        Parameters
        ----------
        at : mapping of Node or name to value

        Returns
        -------
        dict of str to float or array
        """
        return {name: adjoint for name, (_, adjoint) in self.values(at).items()}

    def values(self, at: Values) -> dict[str, tuple[Array, Array]]:
        """Return value and adjoint of every named value at a point."""
        lines = self.trace.lines
        numbers = self._evaluate([line.node for line in lines] + [line.full_adjoint for line in lines], at)
        return {line.name: (numbers[k], numbers[len(lines) + k]) for k, line in enumerate(lines)}

    # -- text ---------------------------------------------------------------------------------------------------

    def text(self, *, steps: bool = False, at: Values | None = None) -> str:
        """Return the derivation as text.

        Parameters
        ----------
        steps : bool
            Also list the simplifications.
        at : mapping, optional
            A point: the table then shows values and adjoints in numbers.
        """
        steps = read_flag(steps, "steps")
        parts = [self._heading()]
        if self.trace.lines:
            parts.append(self._table(at) if at is not None else self._passes())
        parts.append(self._result_lines())
        if at is not None and not self.trace.lines:
            parts.append(self._value_lines(at))
        if steps:
            parts.append(self._step_lines())
        if self.check is not None:
            parts.append("\n".join([f"check: {self.check}", *(f"  {note}" for note in self.check.notes)]))
        return "\n\n".join(part for part in parts if part)

    __str__ = text

    def _heading(self) -> str:
        trace = self.trace
        variables = ", ".join(unicode_name(node.name) for node in trace.wrt)
        shapes = [f"{unicode_name(node.name)}: {_shape_words(node)}" for node in symbols_of(trace.typed) if node.shape]
        name = trace.lines[0].name if trace.lines else "L"
        line = f"{name}({variables}) = {to_textbook(trace.typed)}"
        if not shapes:
            return line
        listed = ",  ".join(shapes)
        return f"{line:<{len(line) + 6}}{listed}" if len(line) + len(listed) < _WIDTH else f"{line}\n{listed}"

    def _passes(self) -> str:
        forward = [line for line in reversed(self.trace.lines) if not line.is_input]
        rows = [(f"{unicode_name(line.name)} = {to_textbook(line.formula)}", "") for line in forward]
        backward = [(f"t_{unicode_name(line.name)} = {to_textbook(line.adjoint)}", line.because) for line in self.trace.lines]
        return "\n".join(["Forward", *_columns(rows), "", "Backward", *_columns(backward)])

    def _table(self, at: Values) -> str:
        numbers = self.values(at)
        head = ("node", "formula", "value", "adjoint", "value", "because")
        rows = [head, tuple("─" * len(word) for word in head)]
        for line in self.trace.lines:
            value, adjoint = numbers[line.name]
            shown = "input" if line.is_input else to_textbook(line.formula)
            adjoint_text = f"t_{unicode_name(line.name)} = {to_textbook(line.adjoint)}"
            rows.append((unicode_name(line.name), shown, show_number(value), adjoint_text, show_number(adjoint), line.because))
        widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
        return "\n".join(
            "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        )

    def _value_lines(self, at: Values) -> str:
        results = self.trace.results()
        values = self._evaluate([self.trace.typed, *results.values()], at)[1:]
        letter = "H" if self.trace.what == "hessian" else "J"
        labels = (f"{letter}_{' '.join(map(unicode_name, names))}" for names in results)
        return "\n".join(
            ["At the point", *(f"  {label} = {show_number(value)}" for label, value in zip(labels, values, strict=True))]
        )

    @property
    def _slopes_in_scalars(self) -> set[tuple[str, ...]]:
        """The names of the scalars in which a gradient is taken, each as the trace names its result."""
        return {(node.name,) for node in self.trace.wrt if self.trace.what == "gradient" and not node.shape}

    def _result_lines(self) -> str:
        symbol = {"gradient": "∇_{} L", "jacobian": "J_{}", "hessian": "H_{}"}[self.trace.what]
        lines = []
        for names, result in self.trace.results().items():
            name = " ".join(map(unicode_name, names))
            label = f"∂L/∂{name}" if names in self._slopes_in_scalars else symbol.format(name)
            lines.append(f"{label} = {to_textbook(result)}")
        return "\n".join(lines)

    def _step_lines(self) -> str:
        rows = [(f"{to_textbook(step.before)}  →  {to_textbook(step.after)}", step.because) for step in self.key_steps]
        return "\n".join(["Simplified", *_columns(rows)]) if rows else ""

    # -- LaTeX --------------------------------------------------------------------------------------------------

    def latex(self) -> str:
        """Return the derivation as an ``align*`` environment."""
        rows = [
            rf"{latex_name(line.name)} &= {to_latex(line.formula)}" for line in reversed(self.trace.lines) if not line.is_input
        ]
        rows += [
            rf"t_{{{latex_name(line.name)}}} &= {to_latex(line.adjoint)} && \text{{{_plain(line.because)}}}"
            for line in self.trace.lines
        ]
        rows += self.result_latex()
        separator = " \\\\\n"
        return f"\\begin{{align*}}\n{separator.join(rows)}\n\\end{{align*}}"

    def result_latex(self, align: str = "&") -> list[str]:
        """Return one equation for each variable, and for each mixed second derivative."""
        rows = []
        align = read_text(align, "align")
        for names, result in self.trace.results().items():
            name = r"\,".join(map(latex_name, names))
            if self.trace.what == "gradient":
                label = (
                    rf"\frac{{\partial L}}{{\partial {name}}}" if names in self._slopes_in_scalars else rf"\nabla_{{{name}}} L"
                )
            else:
                label = {"jacobian": f"J_{{{name}}}", "hessian": f"H_{{{name}}}"}[self.trace.what]
            rows.append(f"{label} {align}= {to_latex(result)}")
        return rows

    def _repr_latex_(self) -> str:
        return "$\\displaystyle " + r" \quad ".join(self.result_latex(align="")) + "$"

    # -- HTML and data ------------------------------------------------------------------------------------------

    def html(self, *, at: Values | None = None, title: str = "Derivation") -> str:
        """Return a self-contained HTML page: no script, nothing loaded from elsewhere."""
        return derivation_page(self, at, title)

    def _repr_html_(self) -> str:
        return derivation_sections(self, None)

    def to_dict(self, at: Values | None = None) -> dict[str, Any]:
        """Return the derivation as plain data.

        Parameters
        ----------
        at : mapping, optional
            A point: its name and numbers are ``at``, those of the results ``result_value``, and of every line ``value`` and
            ``adjoint_value``.
        """
        trace = self.trace
        content = self._plain()
        if at is None:
            return content
        results = self._evaluate([trace.typed, *trace.results().values()], at)[1:]
        content["at"] = {str(key): _numbers(value) for key, value in at.items()}
        named = [(",".join(names), _numbers(value)) for names, value in zip(trace.results(), results, strict=True)]
        content["result_value"] = {name: value for name, value in named if "," not in name}
        if trace.mixed:
            content["mixed_value"] = {name: value for name, value in named if "," in name}
        values = self.values(at) if trace.lines else {}
        for line in content["lines"]:
            line["value"], line["adjoint_value"] = map(_numbers, values[line["name"]])
        return content

    def _plain(self) -> dict[str, Any]:
        trace = self.trace
        return {
            "formula": str(trace.typed),
            "what": trace.what,
            "wrt": [node.name for node in trace.wrt],
            "shapes": {node.name: [str(size) for size in node.shape] for node in symbols_of(trace.typed)},
            "result": {node.name: str(result) for node, result in zip(trace.wrt, trace.result, strict=True)},
            "latex": {node.name: result.latex() for node, result in zip(trace.wrt, trace.result, strict=True)},
            **({"mixed": {",".join(names): str(block) for names, block in trace.mixed.items()}} if trace.mixed else {}),
            "lines": [_line_data(line) for line in trace.lines],
            "steps": [
                {"rule": step.rule, "before": str(step.before), "after": str(step.after), "because": step.because}
                for step in self.key_steps
            ],
            "check": None if self.check is None else self.check.to_dict(),
        }


def _is_reordered(step: Step) -> bool:
    """Whether a step changes the order of terms or factors and nothing else: t·n is n·t."""
    before, after = step.before, step.after
    if before.primitive is not after.primitive or before.primitive.name not in ("add", "mul"):
        return False
    return sorted(arg.serial for arg in before.args) == sorted(arg.serial for arg in after.args)


def _numbers(value: Foreign) -> object:
    """Return a number or an array as plain numbers."""
    return value.tolist() if hasattr(value, "tolist") else value


def _line_data(line: Line) -> dict[str, object]:
    return {
        "name": line.name,
        "formula": None if line.is_input else str(line.formula),
        "adjoint": str(line.adjoint),
        "because": line.because,
    }


def _shape_words(node: Node) -> str:
    return " × ".join(str(size) for size in node.shape) if node.shape else show_shape(node.shape)


def _plain(text: str) -> str:
    """Escape a sentence for LaTeX text."""
    for mark in "&%#_{}":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("²", "$^2$").replace("ˣ", "$^x$").replace("⁻", "$^-$").replace("√", r"$\surd$").replace("−", "$-$")


def _columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    width = min(max((len(left) for left, _ in rows), default=0), 60)
    return [f"  {left:<{width}}   {right}".rstrip() for left, right in rows]
