"""What a case of hostile input is: files, a command line or Python, and what must come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Content = bytes | str | Callable[[Path], object]
"""Of a file; a callable makes it, given its path."""


@dataclass(frozen=True)
class Case:
    """A case.

    Attributes
    ----------
    name : str
    arguments : tuple of str
        The command line.
    message : str
        A pattern that the message matches: it names the place.
    files : mapping of str to Content
        In the folder where the command runs.
    code : int
        The exit code.
    python : str or None
        The same input through the Python interface, an expression of ``sg``, ``np`` and ``folder``.
    python_message : str or None
        A pattern of its message, where it differs.
    """

    name: str
    arguments: tuple[str, ...]
    message: str
    files: Mapping[str, Content] = field(default_factory=dict)
    code: int = 2
    python: str | None = None
    python_message: str | None = None

    def __str__(self) -> str:
        return self.name

    def make_files(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(path)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
