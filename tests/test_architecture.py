"""Imports go down only: the table of folders, and no cycles between files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import symgd as sg
from symgd.graph.primitive import FUNCTIONS

ROOT = Path(__file__).parent.parent / "symgd"

FOR_ALL = {"errors", "arguments", "array_entries", "arrays", "deprecation", "files", "optional_packages"}
"""What every folder may import."""

MAY_IMPORT = {
    "graph": set(),
    "evaluation": {"graph"},
    "primitives": {"graph", "evaluation"},
    "readers": {"graph", "evaluation", "primitives"},
    "derive": {"graph", "evaluation", "primitives"},
    "rewrite": {"graph", "evaluation", "primitives"},
    "structures": {"graph", "evaluation", "primitives"},
    "explain": {"graph", "evaluation", "primitives"},
    "equality": {"graph", "evaluation"},
    "codegen": {"graph", "evaluation", "primitives", "equality", "rewrite"},
    "checking": {"graph", "evaluation", "equality"},
    "declarations": {"graph", "evaluation", "readers", "derive", "codegen", "checking"},
    "curvature": {"graph", "evaluation", "primitives", "derive", "rewrite", "codegen", "declarations"},
    "descent": set(),
    "arguments": {"arrays"},
    "array_entries": set(),
    "arrays": set(),
    "deprecation": set(),
    "files": set(),
    "optional_packages": set(),
    "registration": {"typing"},
    "typing": {"graph"},
    "results": {"api", "checking", "codegen", "curvature", "derive", "descent", "explain", "structures"},
    "testing": {"results", "typing", "api", "evaluation", "graph", "registration"},
    "tools": {"api", "codegen", "descent", "explain", "registration", "results", "testing", "typing", ""},
    "extend": {"codegen", "declarations", "descent", "graph", "rewrite"},
    "api": {
        "graph",
        "evaluation",
        "primitives",
        "readers",
        "derive",
        "rewrite",
        "structures",
        "equality",
        "codegen",
        "checking",
        "curvature",
        "descent",
        "explain",
        "typing",
    },
}


def folder_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imports_of(source: str) -> set[str]:
    """Return the folders that a file imports from; '' is the public face."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
            if node.module == "symgd":
                names = [f"symgd.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            pytest.fail("relative imports hide the folder")
        for name in names:
            if name == "symgd" or name.startswith("symgd."):
                found.add([*name.split("."), ""][1])
    return found


def violations(folder: str, source: str) -> set[str]:
    return imports_of(source) - MAY_IMPORT[folder] - {folder, *FOR_ALL}


FILES = [path for path in sorted(ROOT.rglob("*.py")) if path.name != "errors.py" and path != ROOT / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path):
    assert not violations(folder_of(path), path.read_text())


def test_errors_import_nothing_of_symgd():
    assert not imports_of((ROOT / "errors.py").read_text())


def test_a_planted_wrong_import_is_caught():
    assert violations("graph", "from symgd.primitives.arithmetic import add") == {"primitives"}
    assert violations("derive", "def f():\n    import symgd.rewrite.driver") == {"rewrite"}
    assert violations("descent", "from symgd.graph.node import Node") == {"graph"}
    assert violations("tools", "from symgd.derive.reverse import sweep") == {"derive"}


def imported_files() -> dict[str, set[str]]:
    """Return the modules that each module imports, anywhere: at its top, inside functions, and for type checkers only."""
    modules = {".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
    edges: dict[str, set[str]] = {}
    for name, path in modules.items():
        edges[name] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("symgd"):
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                edges[name] |= (inner or {node.module} & modules.keys()) - {name}
            elif isinstance(node, ast.Import):
                edges[name] |= {alias.name for alias in node.names} & modules.keys() - {name}
    return edges


def circles(edges: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Return paths that lead back to where they begin."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            found.append((*path[path.index(name) :], name))
        elif name not in done:
            for other in sorted(edges.get(name, ())):
                visit(other, (*path, name))
            done.add(name)

    for name in edges:
        visit(name, ())
    return found


def test_files_do_not_import_in_circles():
    assert not circles(imported_files())


def test_a_planted_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [("a", "b", "c", "a")]


LONG = {"graph/node.py": "a node has a record and a record makes nodes, so both classes stand in one file"}
"""Files of more than 400 lines, with the reason."""


def test_files_are_short():
    long = {str(path.relative_to(ROOT)) for path in FILES if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert long == set(LONG)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_private_names_stay_in_their_package(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("symgd.")
            and node.module.split(".")[1] != folder_of(path)
        ):
            assert not [alias.name for alias in node.names if alias.name.startswith("_")]


def test_no_public_name_is_hidden_by_a_module():
    modules = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert not modules & {*sg.__all__, *FUNCTIONS}


FEW_KEYS = {
    "available",  # optional packages
    "named_number",  # named constants
    "_known",
    "_functions",
    "_ends",  # intervals that the code names
    "_parts_of",  # classes of SymPy
    "_builder_of",
    "function_of_sympy",
    "function_of_lists",
    "definition_of",  # functions of the vocabulary
    "_steps_of",
    "_is_defined_by_cases",
    "_spelled_by_sympy",
    "partial_derivative",  # a function is one object
    "_import_all",  # modules of methods
}
"""Functions that may remember every result, as there are few arguments: of all others a long session would keep what it saw."""


def test_caches_are_bounded_where_arguments_are_many():
    unbounded = {"functools.cache", "cache", "made_once", "lru_cache(maxsize=None)", "functools.lru_cache(maxsize=None)"}
    decorated = {
        node.name
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and unbounded & {ast.unparse(one) for one in node.decorator_list}
    }
    assert decorated <= FEW_KEYS
    assert decorated >= FEW_KEYS, "these are not remembered any more"


def test_the_documented_table_is_the_table():
    page = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|$", page, re.MULTILINE)
    documented = {name: set(imports.split(", ")) - {"–"} for name, imports in rows if imports != "all of the above"}
    assert documented == {name: MAY_IMPORT[name] for name in documented}
    assert {"graph", "readers", "rewrite", "codegen", "checking", "curvature"} <= documented.keys()
