"""Documents: what is written in the files of a case."""
