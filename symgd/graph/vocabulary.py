"""Names and what they stand for: the registry of functions, which fills itself when it is read."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TypeVar

from symgd.modules import import_all

__all__ = ["Vocabulary"]

Entry = TypeVar("Entry")


class Vocabulary(MutableMapping[str, Entry]):
    """Entries by name, in the order of their names.

    Reading it first declares all of symgd's own functions, whatever was imported before. Declaring one does not: it is done
    while modules are imported.
    """

    def __init__(self) -> None:
        self.declared: dict[str, Entry] = {}
        self.own: set[Entry] = set()
        """The entries of symgd itself."""

    def __getitem__(self, name: str) -> Entry:
        if name not in self.declared:
            self._fill()
        return self.declared[name]

    def setdefault(self, name: str, entry: Entry) -> Entry:
        """Enter what is not declared yet, in one step whatever other threads do; return what is declared."""
        return self.declared.setdefault(name, entry)

    def __setitem__(self, name: str, entry: Entry) -> None:
        self.declared[name] = entry

    def __delitem__(self, name: str) -> None:
        del self.declared[name]

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return iter(sorted(self.declared))

    def __len__(self) -> int:
        self._fill()
        return len(self.declared)

    @staticmethod
    def _fill() -> None:
        import_all("symgd.primitives")
