"""The record of every question, answer, source and index run, in SQLite or PostgreSQL."""
