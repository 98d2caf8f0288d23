"""Families of features: each a function from the past to one row per customer."""
