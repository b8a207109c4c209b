"""Every code the demo can fail with, its sentence and hint (msgids): for `wording.register_errors`."""

from __future__ import annotations

from typing import Final

from leadtui.i18n import N_

ERRORS: Final[dict[str, str]] = {
    "demo_production": N_("The demo never runs where LEADTUI_ENV is production."),
    "demo_database_url": N_("The demo uses its own database only, and LEADTUI_DATABASE_URL names another."),
    "demo_not_empty": N_("This database holds something that is not the demo's; it stays as it is."),
    "demo_not_flagged": N_("This database is not the demo's; it is not dropped."),
    "demo_half_filled": N_("The demo was interrupted while it was being made."),
    "demo_leads": N_("The demo takes 1 to {limit} customers."),
    "demo_colleagues": N_("The demo has at most {limit} colleagues."),
}
HINTS: Final[dict[str, str]] = {
    "demo_database_url": N_("unset LEADTUI_DATABASE_URL LEADTUI_ADMIN_URL"),
    "demo_not_empty": N_("Give the demo a home of its own: LEADTUI_HOME=~/leadtui-demo leadtui demo"),
    "demo_not_flagged": N_("Give the demo a home of its own: LEADTUI_HOME=~/leadtui-demo leadtui demo"),
    "demo_half_filled": N_("leadtui demo --reset"),
}
