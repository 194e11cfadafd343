"""The numeric kernel and the small command line of Also Bought."""
