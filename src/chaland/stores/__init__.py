"""Where results are kept and asked for by key: one file per kind, each with `Options` and `Adapter`."""
