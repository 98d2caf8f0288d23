"""Where expressions run: one file per engine, found by listing this folder."""
