"""Crossings: the approved, reasoned, expiring use of named fields under another purpose."""
