"""Benchmarks: `make bench [ONLY=name]`. Answers are checked before they are timed; machine and versions stand beside the figures."""
