"""The changes that a formula goes through before it is written as code: graph to graph."""
