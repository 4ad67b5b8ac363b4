"""Alembic's steps from one version of the tables to the next, one file a step.

Make one with `alembic -x url=sqlite:///scratch.db revision --autogenerate -m "what changes"`, after `upgrade head`.
"""
