"""symgd derives gradients symbolically, shows every step, checks them, compiles them, and descends along them.

The public names are listed in ``__init__.pyi``; each is imported when it is first used. Every function of the formula language
is an attribute too (``symgd.exp``, ``symgd.logsumexp``), and so is every class of a method of descent.

References
----------
SPEC 1, "Lazy loading of submodules and functions", https://scientific-python.org/specs/spec-0001/.
"""

import ast
import importlib
from collections.abc import Mapping
from typing import Any

import lazy_loader

__version__ = "0.1.0"


def _public_names() -> dict[str, list[str]]:
    """Return the names that the stub imports, by module.

    ``lazy_loader.attach_stub`` would read the functions of the language too, which takes half as long as all the rest.
    """
    with open(f"{__file__.removesuffix('c')}i", encoding="utf-8") as stub:
        imports = stub.read().partition("# The functions of the language;")[0]
    names: dict[str, list[str]] = {}
    for node in ast.parse(imports).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names.setdefault(node.module, []).extend(alias.name for alias in node.names)
    return names


_import_public_name, _, __all__ = lazy_loader.attach(__name__, submod_attrs=_public_names())


def __getattr__(name: str) -> Any:
    """Import a public name, or return a function of the formula language or a class of a method of descent."""
    if name in __all__:
        return _import_public_name(name)
    if not name.startswith("_"):
        for declared in (_functions, _classes_of_methods):
            if name in declared():
                globals()[name] = declared()[name]
                return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names, the functions of the formula language and the classes of methods of descent."""
    return sorted({*globals(), *__all__, *_functions(), *_classes_of_methods()})


def _functions() -> Mapping[str, Any]:
    functions: Mapping[str, Any] = importlib.import_module("symgd.graph.primitive").FUNCTIONS
    return functions


def _classes_of_methods() -> Mapping[str, Any]:
    method = importlib.import_module("symgd.descent.method")
    return {entry.make.__name__: entry.make for kind in method.Kind for entry in method.methods(kind).values()}
