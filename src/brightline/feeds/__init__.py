"""Feeds: sources come in, are checked, compared, mapped and published, whole or not at all."""
