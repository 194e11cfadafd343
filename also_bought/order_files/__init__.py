"""Files in: the lines of order files, as text, for the warehouse."""
