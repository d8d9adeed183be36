"""Runs the programs, compares their results, and writes the report."""
