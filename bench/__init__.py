"""Benchmarks against peers, both sides measured in one run: `python -m bench [ONLY]`."""
