"""Imports go down only: the table of folders, and no cycles between files."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symgd as sg
from symgd.graph.primitive import FUNCTIONS

ROOT = Path(__file__).parent.parent / "symgd"

FOR_ALL = {
    "errors", "arguments", "array_entries", "arrays", "deprecation", "files", "modules", "optional_packages", "summaries",
}  # fmt: skip
"""What every folder may import."""

MAY_IMPORT = {
    "graph": set(),
    "evaluation": {"graph"},
    "primitives": {"graph", "evaluation"},
    "readers": {"graph", "evaluation", "primitives"},
    "derive": {"graph", "evaluation", "primitives"},
    "rewrite": {"graph", "evaluation", "primitives"},
    "structures": {"graph", "evaluation", "primitives"},
    "explain": {"graph", "evaluation", "primitives", "checking"},
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
    "modules": set(),
    "optional_packages": set(),
    "summaries": set(),
    "registration": {"typing"},
    "typing": {"graph"},
    "results": {"api", "checking", "codegen", "curvature", "derive", "descent", "explain", "structures"},
    "testing": {"results", "typing", "api", "checking", "evaluation", "graph", "registration"},
    "tools": {
        "api",
        "checking",
        "codegen",
        "curvature",
        "descent",
        "explain",
        "registration",
        "results",
        "testing",
        "typing",
        "",
    },
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
    """Return the modules that each module imports, anywhere: at its top, inside functions, and for type checkers only.

    Of a package, what it imports for type checkers does not count, as that is never run.
    A module imports the packages that it stands in, too: Python does so first, and holds the lock of the module meanwhile.
    """
    modules = {".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
    edges: dict[str, set[str]] = {}
    for name, path in modules.items():
        edges[name] = packages_of(name) & modules.keys()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name == "__init__.py":  # it names its public objects for type checkers
            tree.body = [
                line for line in tree.body if not (isinstance(line, ast.If) and ast.unparse(line.test) == "TYPE_CHECKING")
            ]
        for package in folders_imported_by(tree):
            edges[name] |= {module for module in modules if package in packages_of(module)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("symgd"):
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                edges[name] |= (inner or {node.module} & modules.keys()) - {name}
            elif isinstance(node, ast.Import):
                edges[name] |= {alias.name for alias in node.names} & modules.keys() - {name}
    return edges


def packages_of(module: str) -> set[str]:
    names = module.split(".")
    return {".".join(names[:length]) for length in range(1, len(names))}


def folders_imported_by(tree: ast.Module) -> set[str]:
    """Return the packages of which a module imports all modules while it is imported itself."""
    calls = [line.value for line in tree.body if isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)]
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "import_all"}


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
    assert folders_imported_by(ast.parse('import_all("symgd.primitives", first=())')) == {"symgd.primitives"}
    assert packages_of("symgd.rewrite.rules.sums") == {"symgd", "symgd.rewrite", "symgd.rewrite.rules"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each module is imported in a process of its own")
def test_modules_of_the_language_read_no_register_while_they_are_imported():
    program = """
import importlib, os, sys
import numpy, symgd, symgd.modules

def unfinished():
    return [name for name in sys.modules if name.startswith("symgd.") and sys.modules[name].__spec__._initializing]

def refuse(package, first=()):
    raise SystemExit(f"{package} is read while {unfinished()} are imported")

symgd.modules.import_all = refuse
from symgd.graph.hooks import Hook
_function = Hook.function.fget

def function(hook):
    if hook._function is None and unfinished():
        of_graph = [name for name in (hook.module, *unfinished()) if name.startswith("symgd.graph.")]
        assert of_graph == [hook.module], f"{hook.module} is needed while {unfinished()} are imported"
    return _function(hook)

Hook.function = property(function)
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        importlib.import_module(f"symgd.primitives.{name}")
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"symgd.primitives.{name} is not imported alone")
"""
    names = [path.stem for path in sorted((ROOT / "primitives").glob("[a-z]*.py"))]
    subprocess.run([sys.executable, "-c", program, *names], check=True, timeout=600)


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
    names = [name for name, _ in rows]
    documented = {name: set(imports.split(", ")) - {"–"} for name, imports in rows if "all of the above" not in imports}
    assert documented == {name: MAY_IMPORT[name] for name in documented}
    above = set(names[: names.index("api")]) - {"declarations"}
    assert ("api", "all of the above but `declarations`") in rows
    assert MAY_IMPORT["api"] & set(names) == above
    assert {"graph", "readers", "rewrite", "codegen", "checking", "curvature"} <= documented.keys()
