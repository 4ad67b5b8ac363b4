"""Golden questions, the metrics over them, and the run format that a scorer reads."""
