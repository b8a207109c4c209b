"""Indonesian names and places to make people up from.

Names are Faker's `id_ID` lists (MIT), their parts only: Faker's whole names carry titles and degrees, and
making one costs 6 µs. Places are the provinces' main cities, provinces weighted by their population.
"""

from __future__ import annotations

import functools
from typing import Final

from leadtui.core.fold import fold
from leadtui.core.regions import PROVINCES

# Millions of inhabitants, rounded (Statistics Indonesia, mid-2023); what is not named has less than 3.
_MILLIONS: Final = {
    "Jawa Barat": 50, "Jawa Timur": 41, "Jawa Tengah": 37, "Sumatera Utara": 15, "Banten": 12,
    "DKI Jakarta": 11, "Sulawesi Selatan": 9, "Lampung": 9, "Sumatera Selatan": 9, "Riau": 7,
    "Sumatera Barat": 6, "Nusa Tenggara Timur": 6, "Kalimantan Barat": 6, "Aceh": 5,
    "Nusa Tenggara Barat": 5, "Bali": 4, "Kalimantan Selatan": 4, "Kalimantan Timur": 4,
    "DI Yogyakarta": 4, "Jambi": 4, "Sulawesi Tengah": 3,
}  # fmt: skip


def _plain(names: object) -> list[str]:
    # what folds by lower-casing alone, so that SQL can fold it too
    found = [str(name) for name in names] if isinstance(names, list | tuple | dict) else []
    return sorted(
        {name for name in found if name.isascii() and name.isalpha() and fold(name) == name.lower()}
    )


@functools.cache
def by_sex() -> tuple[tuple[list[str], list[str]], tuple[list[str], list[str]]]:
    """((given, family) of women, (given, family) of men), each sorted and plain ASCII."""
    from faker.providers.person.id_ID import Provider

    women = (_plain(Provider.first_names_female), _plain(Provider.last_names_female))
    men = (_plain(Provider.first_names_male), _plain(Provider.last_names_male))
    return women, men


@functools.cache
def places() -> tuple[list[str], list[str]]:
    """Cities and their provinces, side by side, repeated by the weight of the province."""
    cities: list[str] = []
    provinces: list[str] = []
    for province in PROVINCES:
        weight = _MILLIONS.get(province.name, 2)
        for turn in range(weight):
            cities.append(province.cities[turn % len(province.cities)])
            provinces.append(province.name)
    return cities, provinces
