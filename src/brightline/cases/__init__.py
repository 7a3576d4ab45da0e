"""Case files: what an investigation is about, who works on it, what was found, and who decided what."""
