"""Where runs are written down: one file per kind, each with `Options` and `Adapter`."""
