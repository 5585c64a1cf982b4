r"""The LaTeX door: the words, the values they stand for, indices, layouts between \begin and \end, and the grammar."""
