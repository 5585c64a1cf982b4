"""Write what is public into ``tests/public_signatures.txt``: ``python -m tests.public_signatures``.

The file is reviewed with every change: what disappears from it needs a deprecation, see ``docs/deprecation.md``, and what is
new an entry in the changelog. ``tests/test_public_signatures.py`` compares.
"""

from __future__ import annotations

import enum
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import click

FILE = Path(__file__).with_name("public_signatures.txt")
MODULES = ("symgd", "symgd.extend", "symgd.testing", "symgd.typing", "symgd.results", "symgd.deprecation")


def written() -> str:
    """Return the text of the file."""
    lines = ["# What is public; python -m tests.public_signatures writes this file."]
    for name in MODULES:
        module = importlib.import_module(name)
        lines += ["", f"[{name}]"]
        for public in sorted(module.__all__):
            lines += described(public, getattr(module, public))
    lines += ["", "[symgd on the command line]"]
    lines += commands()
    return "\n".join(lines) + "\n"


def described(name: str, value: object) -> Iterator[str]:
    """Yield the lines of a public name."""
    if inspect.isclass(value):
        yield f"class {name}({', '.join(one.__name__ for one in value.__bases__ if one is not object)})"
        yield from (f"    {line}" for line in members(value))
    elif inspect.isfunction(value):
        yield f"{name}{signature(value)}"
    else:
        yield f"{name}: {type(value).__name__}"


def members(value: type) -> Iterator[str]:
    """Yield the public members of a class, those that it inherits from another class of symgd too."""
    if issubclass(value, enum.Enum):
        yield from (f"{one.name} = {one.value!r}" for one in value)
    found: dict[str, object] = {}
    fields: dict[str, object] = {}
    for base in reversed(value.__mro__):
        if base.__module__.startswith("symgd"):
            fields |= inspect.get_annotations(base)
            found |= base.__dict__
    for name in sorted({*found, *fields}):
        member = found.get(name)
        if name == "__init__" and inspect.isfunction(member):
            yield f"__init__{signature(member)}"
        elif name.startswith("_") or (issubclass(value, enum.Enum) and name in value.__members__):
            continue
        elif isinstance(member, classmethod | staticmethod):
            yield f"{name}{signature(member.__func__)}"
        elif inspect.isfunction(member):
            yield f"{name}{signature(member)}"
        elif isinstance(member, property):
            yield f"{name}: {annotation(inspect.signature(member.fget).return_annotation)}"
        elif name in fields:
            yield f"{name}: {annotation(fields[name])}"
        else:
            yield name


def signature(function: object) -> str:
    """Return the parameters and the result of a function, in the same words with every version of Python."""
    found = inspect.signature(function)
    words = []
    last = None
    for one in found.parameters.values():
        if one.kind is one.KEYWORD_ONLY and last not in (one.KEYWORD_ONLY, one.VAR_POSITIONAL):
            words.append("*")
        star = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        kind = "" if one.annotation is one.empty else f": {annotation(one.annotation)}"
        words.append(f"{star}{one.name}{kind}{'' if one.default is one.empty else f' = {default(one.default)}'}")
        last = one.kind
    result = "" if found.return_annotation is found.empty else f" -> {annotation(found.return_annotation)}"
    return f"({', '.join(words)}){result}"


def annotation(value: object) -> str:
    """Return a type as it is written."""
    return value if isinstance(value, str) else getattr(value, "__name__", str(value))


def default(value: object) -> str:
    """Return a default; of functions and records the name."""
    return value.__name__ if inspect.isfunction(value) else repr(value)


def commands() -> Iterator[str]:
    """Yield the commands with their arguments and options, and the options of the pytest plugin."""
    from symgd.tools.cli import command

    for name, one in sorted(command.commands.items()):
        yield name + (" (hidden)" if one.hidden else "")
        for parameter in one.params:
            choices = f" {{{', '.join(parameter.type.choices)}}}" if isinstance(parameter.type, click.Choice) else ""
            if isinstance(parameter, click.Argument):
                yield f"    {parameter.name.upper()}{' ...' if parameter.nargs == -1 else ''}"
            else:
                words = ", ".join([*parameter.opts, *parameter.secondary_opts])
                value = "" if getattr(parameter, "is_flag", False) else f" {parameter.type.name}"
                yield f"    {words}{value}{choices}{', several times' if parameter.multiple else ''}"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
    print(f"{len(written().splitlines())} lines in {FILE.name}")
