"""Tests on Spark, and what they share; not run where Spark is not installed."""
