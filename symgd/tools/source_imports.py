"""What Python files import, read from their text: nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from symgd.errors import DataError
from symgd.files import read_bytes

__all__ = ["files_of", "import_place", "imported_by", "read_source", "sources_of_imports", "syntax_of"]

MAX_BYTES = 10_000_000
_MOST_FILES = 1000
"""Files that are followed from import to import."""


def read_source(path: Path) -> bytes:
    """Return the text of a Python file.

    Raises
    ------
    DataError
        Where there is no such file, or it is no regular one.
    """
    return read_bytes(path, MAX_BYTES)


def syntax_of(path: Path) -> ast.Module | None:
    """Return the syntax tree of a file, or None where it cannot be read or parsed."""
    try:
        return ast.parse(read_source(path))
    except (DataError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def import_place(path: Path) -> tuple[Path, str]:
    """Return the folder that a file's module is imported from, and the module's name.

    Examples
    --------
    >>> from pathlib import Path
    >>> from symgd.tools.source_imports import import_place
    >>> print(import_place(Path("/a_folder_that_nobody_made/losses.py"))[1])
    losses
    """
    folder, parts = path.parent, [path.stem.replace(".", "_")]
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return folder, ".".join(parts)


def sources_of_imports(path: Path, roots: Sequence[Path]) -> dict[Path, set[str]]:
    """Return the files that a file imports from folders, itself first and theirs too, with the names that each imports.

    Files that cannot be read or parsed import nothing. Names of relative imports are followed, and not listed.

    Parameters
    ----------
    path : Path
    roots : sequence of Path
        The folders in which modules are looked for.
    """
    imports: dict[Path, set[str]] = {}
    waiting = [path]
    while waiting and len(imports) < _MOST_FILES:
        file = waiting.pop()
        if file in imports:
            continue
        imports[file] = set()
        waiting += _packages_of(file)
        tree = syntax_of(file)
        statements = [] if tree is None else [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        for name, start in (
            pair for statement in statements for alias in statement.names for pair in imported_by(statement, alias, file)
        ):
            if start is None:
                imports[file].add(name)
            waiting += files_of(name, roots if start is None else [start])
    return imports


def _packages_of(file: Path) -> Iterator[Path]:
    """Yield the ``__init__.py`` of the packages that a file is part of, which run before it does."""
    for folder in file.parents:
        if not (folder / "__init__.py").is_file():
            return
        yield folder / "__init__.py"


def imported_by(node: ast.Import | ast.ImportFrom, alias: ast.alias, file: Path) -> Iterator[tuple[str, Path | None]]:
    """Yield the modules that a name of an import statement may stand for or come from, and the folder of a relative one."""
    if isinstance(node, ast.Import):
        yield alias.name, None
        return
    start = file.parents[min(node.level, len(file.parents)) - 1] if node.level else None
    if node.module:
        yield node.module, start
    if alias.name != "*":
        yield f"{node.module or ''}.{alias.name}".strip("."), start
    if start is not None and not node.module:
        yield "__init__", start


def files_of(name: str, roots: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are run where a module with dots in its name is imported from one of the folders."""
    parts = name.split(".")
    for root in roots:
        for count in range(1, len(parts) + 1):
            place = root.joinpath(*parts[:count])
            yield from (file for file in (place.with_name(f"{place.name}.py"), place / "__init__.py") if file.is_file())
