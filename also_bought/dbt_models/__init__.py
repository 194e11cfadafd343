"""What the Python models of the dbt package call: the kernel at each cut."""
