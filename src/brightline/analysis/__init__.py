"""Analysis: dated and placed things for timeline and map, saved searches that watch, saved workspaces."""
