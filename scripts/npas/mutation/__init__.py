"""Mutation of the models' SQL: small changes that the comparison of marts has to notice."""
