"""What works on this machine without signing in: starting, stopping, making an installation."""
