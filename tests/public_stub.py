"""Write the functions of the language into ``symgd/__init__.pyi``: ``python -m tests.public_stub``.

Their names are entered in a registry when they are declared, where type checkers and editors do not see them. What stands
between the two marks of the stub is made from the declarations; ``tests/test_public_stub.py`` compares.
"""

from __future__ import annotations

import ast
import inspect
import keyword
from collections.abc import Iterable
from pathlib import Path

import symgd as sg
from symgd.graph.primitive import FUNCTIONS

STUB = Path(sg.__file__).with_suffix(".pyi")
BEGIN = "# The functions of the language; `python -m tests.public_stub` writes what follows.\n"
END = "# The end of the functions of the language.\n"

LINE_LENGTH = 128
OPERAND = "_types.Operand"
TYPES = {
    "axes": "_types.Axes",
    "axis": "_types.Axes",
    "ddof": "int",
    "destination": "_types.Axes",
    "first": "int",
    "item": "object",
    "k": "int",
    "keepdims": "bool",
    "mode": "str",
    "ord": "float | str | None",
    "place": "object",
    "reverse": "bool",
    "second": "int",
    "shape": "_types.ShapeLike",
    "size": "_types.SizeLike",
    "source": "_types.Axes",
    "spec": "str",
}
"""Of parameters that are no operands, by their names."""
TYPES_IN = {
    ("diff", "n"): "int",
    ("eye", "n"): "_types.SizeLike",
    ("identity", "n"): "_types.SizeLike",
    ("matrix_power", "n"): "int",
}
"""Of parameters the name of which means something else in other functions."""


def names() -> list[str]:
    """Return the functions of the language that are no public names beside."""
    valid = (name for name in FUNCTIONS if name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_"))
    return sorted(name for name in valid if name not in public_names())


def public_names() -> set[str]:
    """Return the names that the stub imports."""
    text = STUB.read_text(encoding="utf-8").partition(BEGIN)[0]
    return {alias.name for node in ast.parse(text).body if isinstance(node, ast.ImportFrom) for alias in node.names}


def parameters(name: str) -> Iterable[inspect.Parameter]:
    """Return the parameters of a function."""
    return inspect.signature(FUNCTIONS[name]).parameters.values()


def signature(name: str) -> str:
    """Return the parameters as the stub writes them."""
    words = []
    only_by_position = False
    for one in parameters(name):
        if only_by_position and one.kind is not inspect.Parameter.POSITIONAL_ONLY:
            words.append("/")
        only_by_position = one.kind is inspect.Parameter.POSITIONAL_ONLY
        star = "*" if one.kind is inspect.Parameter.VAR_POSITIONAL else ""
        kind = TYPES_IN.get((name, one.name), TYPES.get(one.name, OPERAND))
        default = "" if one.default is inspect.Parameter.empty else " = ..."
        words.append(f"{star}{one.name}: {kind}{default}")
    return ", ".join([*words, "/"] if only_by_position else words)


def written() -> str:
    """Return the stub as it should stand."""
    text = STUB.read_text(encoding="utf-8")
    before = text.partition(BEGIN)[0].rstrip("\n")
    return f"{before}\n\n{BEGIN}\n{''.join(map(line, names()))}\n{END}"


def line(name: str) -> str:
    """Return the declaration of a function, as ruff formats it."""
    text = f"def {name}({signature(name)}) -> Node: ...\n"
    return text if len(text) <= LINE_LENGTH + 1 else f"def {name}(\n    {signature(name)}\n) -> Node: ...\n"


if __name__ == "__main__":
    STUB.write_text(written(), encoding="utf-8")
    print(f"{len(names())} functions in {STUB.name}")
