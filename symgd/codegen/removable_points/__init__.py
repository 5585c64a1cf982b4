"""Values of compiled code at and near points where a formula cancels or has a limit only."""
