"""The user's own data: files are checked, appended to the raw store, and never changed there."""
