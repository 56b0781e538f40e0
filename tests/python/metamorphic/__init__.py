"""What must stay, or change in a known way, when a market is changed in a known way."""
