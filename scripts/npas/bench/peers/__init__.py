"""The pools of a market measured with other tools, each as its users would write it."""
