"""What knows and answers: crawling, indexing, answering, records, evaluation.

Nothing in here knows of Discord, of environment variables or of the command line; every part gets what it needs as
arguments. `bot` imports `rag_core`, never the other way.
"""
