"""The Python of Also Bought: the numeric kernel, the reader of files and the small command line."""
