"""The front door of background work: mail, and what a night has to do. The core never needs it."""
