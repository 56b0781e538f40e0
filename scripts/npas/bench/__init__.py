"""Measurements that the project promises to keep."""
