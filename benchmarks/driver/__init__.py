"""What starts the programs, compares them and reports."""
