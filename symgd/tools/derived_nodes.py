"""The nodes of a page that Sphinx builds: formulas with their plain text, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

__all__ = ["add_nodes", "derived_inline", "derived_math", "table_of"]


class derived_math(nodes.math_block):  # type: ignore[misc]  # noqa: N801  (docutils names its nodes in lower case)
    """A displayed formula that also has its plain text, for builders without mathematics."""


class derived_inline(nodes.math):  # type: ignore[misc]  # noqa: N801
    """A formula in a line, with its plain text."""


def table_of(head: tuple[str, ...], rows: list[list[Any]], widths: tuple[int, ...] = (25, 25, 50)) -> nodes.table:
    """Build a table; a cell is a formula (LaTeX and plain), a node, prose, or a tuple of them below each other."""
    table = nodes.table(classes=["symgd"])
    group = nodes.tgroup(cols=len(head))
    table += group
    for width in widths:
        group += nodes.colspec(colwidth=width)
    top = nodes.thead()
    group += top
    top += _row([nodes.Text(word) for word in head])
    body = nodes.tbody()
    group += body
    for row in rows:
        body += _row([[_cell(part) for part in cell] if isinstance(cell, tuple) else _cell(cell) for cell in row])
    return table


def _cell(cell: nodes.Node | str | Sequence[str]) -> nodes.Node:
    if isinstance(cell, nodes.Node):
        return cell
    if isinstance(cell, str) or not cell[0]:
        return nodes.Text(cell if isinstance(cell, str) else "")
    return derived_inline(cell[0], cell[0], plain=cell[1])


def _row(cells: Sequence[nodes.Node | list[nodes.Node]]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        for part in cell if isinstance(cell, list) else [cell]:
            paragraph = nodes.paragraph()
            paragraph += part
            entry += paragraph
        row += entry
    return row


def _visit(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    self.visit_math_block(node)


def _depart(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    self.depart_math_block(node)


def _visit_plain(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Show textbook notation where raw LaTeX would stand."""
    block = nodes.literal_block(node["plain"], node["plain"])
    block.walkabout(self)
    raise nodes.SkipNode


def _visit_inline(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    self.visit_math(node)


def _depart_inline(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    self.depart_math(node)


def _visit_plain_inline(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    nodes.Text(node["plain"]).walkabout(self)
    raise nodes.SkipNode


def add_nodes(app: Sphinx) -> None:
    """Register the nodes."""
    drawn, plain = (_visit, _depart), (_visit_plain, None)
    app.add_node(derived_math, html=drawn, latex=drawn, text=plain, man=plain, texinfo=plain)
    drawn, plain = (_visit_inline, _depart_inline), (_visit_plain_inline, None)
    app.add_node(derived_inline, html=drawn, latex=drawn, text=plain, man=plain, texinfo=plain)
