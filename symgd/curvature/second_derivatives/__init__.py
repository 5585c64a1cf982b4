"""Curvature from second derivatives: principal minors, smooth pieces, second derivatives along lines."""
