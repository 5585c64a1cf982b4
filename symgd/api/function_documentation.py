"""The docstring and the signature of a function of the language, written from its declaration."""

from __future__ import annotations

import inspect

from symgd.api.derivatives import gradient
from symgd.errors import UnsupportedError
from symgd.explain.catalogue import Entry, entry_of
from symgd.explain.notation.unicode import to_textbook
from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.node import Node, Primitive, scalar
from symgd.primitives.piecewise import where

__all__ = ["docstring_of", "parameters_of", "signature_of"]

_LETTERS = ("x", "y", "z", "w")


def parameters_of(record: Primitive) -> list[inspect.Parameter]:
    """Return the parameters of a function: the names that its declaration gives, or those of its formula."""
    if record.arity is None:
        return [inspect.Parameter("operands", inspect.Parameter.VAR_POSITIONAL)]
    required = record.arity - len(record.defaults)
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_ONLY,
            default=record.defaults[place - required] if place >= required else inspect.Parameter.empty,
        )
        for place, name in enumerate(_names_of(record, record.arity))
    ]


def _names_of(record: Primitive, arity: int) -> tuple[str, ...]:
    """Return what the arguments are called: in the declaration, in the definition or in a derivative."""
    candidates = [record.arguments]
    for formula in (record.definition, *record.derivative):
        parameters = [] if formula is None else list(inspect.signature(formula).parameters.values())
        if not any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
            candidates.append(tuple(parameter.name for parameter in parameters)[:arity])
    usual = ("condition", "x", "y") if record.conditional else _LETTERS
    return next((names for names in candidates if len(names) == arity), usual[:arity])


def signature_of(record: Primitive) -> inspect.Signature:
    """Return the signature of a function."""
    return inspect.Signature(parameters_of(record), return_annotation=Node)


def docstring_of(record: Primitive) -> str:
    """Return formula, parameters, derivatives, domain, facts, source and an example, as a docstring of NumPy's style.

    Parameters
    ----------
    record : Primitive
        Of a function that acts entry by entry.
    """
    names = [parameter.name for parameter in parameters_of(record)] if record.arity is not None else ["x", "y"]
    entry = entry_of(record, names)
    call = f"{record.name}({', '.join(names)})"
    parts = [f"Return {call}, entry by entry."]
    if entry.definition is not None:
        parts.append(f"    {call} = {to_textbook(entry.definition)}")
    if entry.because:
        first = entry.because[:1]
        parts.append(f"{first.upper() if first.isascii() else first}{entry.because[1:]}.")  # Ζ is not ζ
    parts.append(_section("Parameters", [f"{', '.join(names)} : Node, number or array"]))
    parts.append(_section("Returns", ["Node", "    Of the shape to which the arguments are broadcast."]))
    raised = ["ShapeError", "    Where the shapes of the arguments do not broadcast."] if len(names) > 1 else []
    parts.append(_section("Raises", [*raised, "SymgdError", "    For what cannot stand in a formula."]))
    parts.append(_section("Notes", _notes(record, entry)))
    if record.source:
        parts.append(_section("References", [record.source]))
    parts.append(_section("Examples", _example(record, names)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, "-" * len(title), *lines]) if lines else ""


def _notes(record: Primitive, entry: Entry) -> list[str]:
    """Say what is declared: derivatives, domain, kinks, range, monotonicity, curvature."""
    lines = [f"Derivative in {name}: {to_textbook(slope)}" for name, slope in entry.derivatives]
    if entry.domain:
        lines.append(f"Domain: {entry.domain}")
    if record.at_kink:
        lines.append(f"At the kink: {record.at_kink}")
    if isinstance(record.range, Interval) and not record.range.is_everything:
        lines.append(f"Range: {record.range}")
    elif isinstance(record.sign, Sign) and record.sign is not Sign.ANY:
        lines.append(f"Sign: {str(record.sign.name).lower()}")
    if isinstance(record.monotone, Monotone) and record.monotone is not Monotone.UNKNOWN:
        lines.append(f"Monotone: {str(record.monotone.name).lower()}")
    if isinstance(record.curvature, Curvature) and record.curvature is not Curvature.UNKNOWN:
        lines.append(f"Curvature: {str(record.curvature.name).lower()}")
    if record.aliases:
        lines.append(f"Other names: {', '.join(record.aliases)}")
    if not lines:
        lines.append(
            f"Derivatives: {record.because}." if isinstance(record.because, str) and record.because else "Not differentiable."
        )
    return [line for pair in zip(lines, [""] * len(lines), strict=True) for line in pair][:-1]


def _example(record: Primitive, names: list[str]) -> list[str]:
    """Return an example whose outputs are computed."""
    shown = _example_of(record, names[: len(names) - len(record.defaults)])
    has_slope = any("sg.gradient(" in line for line in shown)
    return _example_of(record, names) if record.defaults and not has_slope else shown


def _example_of(record: Primitive, names: list[str]) -> list[str]:
    """Return an example that gives the arguments of these names."""
    arguments = [scalar(name) for name in names]
    written = list(names)
    if record is where:
        arguments[0], written[0] = arguments[0] > 0, f"{names[0]} > 0"
    formula, call = record(*arguments), f"sg.{record.name}({', '.join(written)})"
    declarations = ", ".join(f'sg.scalar("{name}")' for name in names)
    lines = [">>> import symgd as sg", f">>> {', '.join(names)} = {declarations}", f">>> {call}", str(formula)]
    for name in names:
        slope = _slope(formula, name)
        if slope is not None and not slope.equals_number(0):
            return [*lines, f'>>> sg.gradient({call}, "{name}")', str(slope)]
    return lines


def _slope(formula: Node, name: str) -> Node | None:
    """Return the derivative in an input, or None where there is none."""
    if formula.is_boolean or name not in {symbol.name for symbol in formula.symbols}:
        return None
    try:
        return gradient(formula, name)
    except UnsupportedError:
        return None
