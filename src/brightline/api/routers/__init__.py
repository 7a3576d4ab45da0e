"""One file per room, one function per endpoint; each asks one thing of one room."""
