"""Load modules from their files so that each runs with the modules beside it, whatever is loaded under the same names.

``losses.py`` of two folders, and the ``helpers.py`` that each of them imports, have one name in ``sys.modules``, where the
first one would answer for both. A :class:`ModuleLoader` keeps the modules of each import root apart: while a root is
active it is the first place where modules are looked for, what other files have under the names of its own is
hidden, and everything is put back afterwards. Modules of Python, of installed packages and of symgd are shared; where a file
imports one of those names and a file of the same name stands beside it, that is an error.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

from symgd.errors import DataError, shown
from symgd.files import shown_path
from symgd.tools.loaded_modules import (
    NATIVE,
    file_of,
    is_fixed,
    is_found,
    is_from,
    is_importable_alone,
    is_loading,
    is_same,
    load_installed,
    may_be_replaced,
    search_path,
)
from symgd.tools.source_imports import import_place, read_source, sources_of_imports

__all__ = ["ImportRoot", "LoadedFinder", "LoadedModule", "ModuleLoader"]


@dataclass(frozen=True)
class LoadedModule:
    """A module, and the import root that it runs in.

    Attributes
    ----------
    module : ModuleType
    root : ImportRoot
        Active while functions of the module are called, which may import more.
    """

    module: ModuleType
    root: ImportRoot


class ModuleLoader:
    """Loads files as modules, each file once, and keeps the modules of different import roots apart.

    Parameters
    ----------
    is_shared : bool
        Whether modules that others have loaded from the same files are taken, as in a run of pytest. Without it every file
        is read anew.
    """

    def __init__(self, *, is_shared: bool = False) -> None:
        self.is_shared = is_shared
        self._roots: dict[Path, ImportRoot] = {}

    def load(self, path: Path, loaded: Iterable[object] = ()) -> LoadedModule:
        """Load a module from its file, as part of its package where it has one.

        Parameters
        ----------
        path : Path
        loaded : iterable
            Modules that are loaded and need not stand in ``sys.modules``; one of this file is taken.

        Raises
        ------
        DataError
            Where there is no such file, the module raises, or its names cannot be kept apart from others.
        """
        read_source(path)  # a file, and no FIFO
        path = path.resolve()
        folder, name = import_place(path)
        load_installed([str(folder), *sys.path])
        root = self._roots.setdefault(folder, ImportRoot(folder, self.is_shared))
        module = next(
            (candidate for candidate in loaded if isinstance(candidate, ModuleType) and is_from(candidate, path)), None
        )
        return LoadedModule(module or root.load(name, path), root)

    def has_loaded(self, name: str) -> bool:
        """Whether a module of this name was loaded from any file."""
        return any(name in root.modules for root in self._roots.values())

    def module_at(self, name: str, path: str) -> ModuleType | None:
        """Return the module of this name that was loaded from a file."""
        modules = (root.modules.get(name) for root in self._roots.values())
        return next((module for module in modules if module is not None and is_from(module, Path(path))), None)


class LoadedFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets ordinary imports take what a loader has loaded from the same file, so that no file runs twice."""

    def __init__(self, loader: ModuleLoader) -> None:
        self._loader = loader
        self._specifications: dict[str, importlib.machinery.ModuleSpec | None] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how the module is found again; None leaves it to the other finders."""
        if not self._loader.has_loaded(fullname):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.origin is None or self._loader.module_at(fullname, spec.origin) is None:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=spec.origin)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return the module as it stands."""
        module = self._loader.module_at(spec.name, spec.origin or "")
        self._specifications[spec.name] = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module as it was: it has run."""
        module.__spec__ = self._specifications.pop(module.__name__, None)


class ImportRoot:
    """A folder from which modules are imported, with the modules that were loaded from it.

    Attributes
    ----------
    folder : Path
    is_shared : bool
        As in :class:`ModuleLoader`; no longer where others have loaded other files under names that the files here import.
    modules : dict of str to ModuleType
        What only this root gives: its own modules, and those of folders that they add to the path.
    """

    def __init__(self, folder: Path, is_shared: bool) -> None:
        self.folder = folder
        self.is_shared = is_shared
        self.modules: dict[str, ModuleType] = {}
        self._path = [str(folder)]
        self._surroundings: _Surroundings | None = None
        self._replaced: set[str] = set()

    def load(self, name: str, path: Path) -> ModuleType:
        """Return the module of a file; see :meth:`ModuleLoader.load`."""
        package = name.partition(".")[0] if "." in name or path.name == "__init__.py" else None
        if package is not None and may_be_replaced(package):
            self._replaced.add(package)
        imports = sources_of_imports(path, [self.folder])
        self._refuse_ambiguous(imports)
        names = {name.partition(".")[0] for names in imports.values() for name in names}
        if names.intersection(self._hidden()):  # what others have loaded from this folder may have run with other modules
            self.is_shared = False
        with self.active():
            module = self._loaded_from(path)
            return module if module is not None else self._loaded_anew(name, path)

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        """Look for modules in this folder first, and leave ``sys.path`` and the modules of others as they were.

        The working directory and the environment are those that the files here have left, and afterwards those from before.
        """
        path, modules = list(sys.path), dict(sys.modules)
        surroundings = _Surroundings()
        if self._surroundings is not None:
            self._surroundings.restore()
        for name in self._hidden():
            sys.modules.pop(name, None)
        sys.modules.update(self.modules)
        sys.path[:] = [*self._path, *(entry for entry in path if entry not in self._path)]
        importlib.invalidate_caches()
        try:
            yield
        finally:
            new = {name: module for name, module in sys.modules.items() if modules.get(name) is not module}
            self._path = [entry for entry in sys.path if entry in self._path or entry not in path]
            for name in new:
                del sys.modules[name]
            sys.modules.update({name: module for name, module in modules.items() if name not in sys.modules})
            sys.path[:] = path
            self._surroundings = _Surroundings()
            surroundings.restore()
            importlib.invalidate_caches()
            self._share_out(new, modules)

    def _share_out(self, new: dict[str, ModuleType], before: dict[str, ModuleType]) -> None:
        """Keep what only this root gives, and leave what every import would find in ``sys.modules``."""
        groups: dict[str, dict[str, ModuleType]] = {}
        for name, module in new.items():
            groups.setdefault(name.partition(".")[0], {})[name] = module
        local_names = self._names()
        for top, group in groups.items():
            if top in local_names or top in self.modules:
                self.modules |= group
                is_for_all = self.is_shared and top not in before and is_found(top, group.get(top))
            else:
                is_for_all = top not in group or (top not in before and is_found(top, group.get(top)))
                self.modules |= {} if is_for_all else group
            if is_for_all:
                sys.modules.update(group)

    def _names(self) -> dict[str, list[str]]:
        """Return the modules that stand in the folder, and where: files and packages, then bare folders."""
        modules: dict[str, list[str]] = {}
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                name = entry.name.partition(".")[0]
                if entry.is_dir():
                    modules.setdefault(entry.name, []).append(entry.path)
                elif entry.name == f"{name}.py" or entry.name.endswith(NATIVE):
                    modules.setdefault(name, []).append(entry.path)
        return {name: places for name, places in modules.items() if name.isidentifier()}

    def _has(self, module: ModuleType, places: Sequence[str]) -> bool:
        """Whether a loaded module is the one that stands at one of these places of the folder."""
        file = file_of(module)
        if file is not None:
            return any(is_same(file, place) or is_same(file, f"{place}/__init__.py") for place in places)
        return any(is_same(entry, place) for entry in search_path(module) for place in places)

    def _hidden(self) -> list[str]:
        """Return the names of the loaded modules that are hidden while this root is active."""
        hidden = set()
        for top, places in self._names().items():
            module = sys.modules.get(top)
            if module is None:
                hidden.add(top)
            elif self.modules.get(top) is module or (self._has(module, places) and (self.is_shared or is_fixed(top))):
                continue
            elif top in self._replaced or (not is_fixed(top) and (not file_of(module) or is_importable_alone(places))):
                hidden.add(top)
        return [name for name in list(sys.modules) if name.partition(".")[0] in hidden]

    def _refuse_ambiguous(self, imports: Mapping[Path, set[str]]) -> None:
        """Refuse files that import a name which both a file beside them and a module that cannot be replaced have."""
        places = self._names()
        for source, names in imports.items():
            for top in sorted({name.partition(".")[0] for name in names} & places.keys()):
                module = sys.modules.get(top)
                if module is None or top in sys.builtin_module_names or not is_fixed(top) or top in self._replaced:
                    continue
                if is_importable_alone(places[top]) and not self._has(module, places[top]):
                    neighbour = shown_path(Path(places[top][0]).name)
                    raise DataError(
                        f"{shown_path(source.name)} imports {top}, and {neighbour} beside it has the name of a module that "
                        "Python has loaded from elsewhere",
                        hint="give the file another name",
                    )

    def _loaded_from(self, path: Path) -> ModuleType | None:
        """Return the module that is loaded from a file."""
        modules = [module for module in self.modules.values() if is_from(module, path)]
        others = [name for name, module in list(sys.modules.items()) if is_from(module, path) and self._may_be_taken(name)]
        return next((module for module in (*modules, *(sys.modules[name] for name in others)) if not is_loading(module)), None)

    def _may_be_taken(self, name: str) -> bool:
        return name != "__main__" and (self.is_shared or is_fixed(name.partition(".")[0]))

    def _loaded_anew(self, name: str, path: Path) -> ModuleType:
        parent, _, last = name.rpartition(".")
        try:
            if parent:
                package = importlib.import_module(parent)
                if not any(is_same(entry, str(path.parent)) for entry in search_path(package)):
                    raise DataError(
                        f"{shown_path(path.name)} is part of the package {shown(parent)}, and Python has loaded another "
                        "package of this name",
                        hint="give the package another name, or check the files of the other one",
                    )
            existing = sys.modules.get(name)
            if existing is not None and is_from(existing, path):
                return existing
            if existing is not None and parent:
                raise DataError(f"{shown_path(path.name)} cannot be imported: its package has another module called {last}")
            module = _executed(name if existing is None else f"_symgd_{name}", path)
            if parent:
                setattr(package, last, module)
            return module
        except DataError:
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a user's module may fail in any way
            what = "it leaves Python" if isinstance(error, SystemExit) else f"{type(error).__name__}: {shown(error, 200)}"
            raise DataError(f"{shown_path(path.name)} cannot be imported: {what}") from error


class _Surroundings:
    """The working directory and the environment, as they are when it is made."""

    def __init__(self) -> None:
        self.folder: str | None = None
        with contextlib.suppress(OSError):  # it was removed
            self.folder = os.getcwd()
        self.environment = dict(os.environ)

    def restore(self) -> None:
        """Make them so again, where they differ."""
        if os.environ != self.environment:
            for name in os.environ.keys() - self.environment.keys():
                del os.environ[name]
            os.environ.update(self.environment)
        if self.folder is not None:
            with contextlib.suppress(OSError):
                os.chdir(self.folder)


class _Source(importlib.machinery.SourceFileLoader):
    """Compiles the file as it stands: compiled code of an earlier state, of the same second and size, is not taken."""

    def get_code(self, fullname: str) -> CodeType | None:
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


def _executed(name: str, path: Path) -> ModuleType:
    """Run a file as the module of this name."""
    folders = [str(path.parent)] if path.name == "__init__.py" else None
    loader = _Source(name, str(path))
    spec = importlib.util.spec_from_file_location(name, path, loader=loader, submodule_search_locations=folders)
    if spec is None:
        raise DataError(f"{shown_path(path.name)} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
