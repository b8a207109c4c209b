"""leadtui: a keyboard-driven terminal program for a bank's outbound sales floor."""

__version__ = "0.1.0"
