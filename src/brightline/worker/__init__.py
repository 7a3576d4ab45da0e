"""The worker: integrates the log, works the queue. It takes no requests from anybody."""
