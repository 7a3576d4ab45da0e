"""Enforcement records: operation plans, encounters and arrests, custody, published extracts."""
