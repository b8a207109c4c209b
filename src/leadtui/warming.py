"""What is kept from the first paint and what is warmed after it, in one place.

Before the sign-in page is painted nothing is imported but what it shows (a test holds the list). Afterwards,
while somebody types their password, a thread imports the screens that they see next.
"""

from __future__ import annotations

import gc


def hold_collector() -> None:
    """Nothing dies while the program is put together: the collector would look at it in vain."""
    gc.disable()


def painted() -> None:
    """The collector works again, where it was held; what the program is made of it never needs to look at."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def warm() -> None:
    """Import what comes after the sign-in. In a thread: it takes as long as the page took."""
    import leadtui.screens.customer
    import leadtui.screens.leads  # noqa: F401
