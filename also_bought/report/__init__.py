"""The published tables as one page for people who look rather than query."""
