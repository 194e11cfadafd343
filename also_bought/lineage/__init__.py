"""Columns followed through the SQL of a build: what a score is made of."""
