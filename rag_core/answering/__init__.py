"""A question becomes passages, a prompt, and a cited answer, as a stream of events."""
