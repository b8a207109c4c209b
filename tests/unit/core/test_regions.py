"""Provinces, zones and cities."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from leadtui.core import regions
from leadtui.core.leads.dto import Zone


def test_there_are_38_provinces_in_three_zones() -> None:
    assert len(regions.PROVINCES) == 38
    assert len({province.name for province in regions.PROVINCES}) == 38
    zones = Counter(province.zone for province in regions.PROVINCES)
    assert zones == {Zone.WIB: 18, Zone.WITA: 12, Zone.WIT: 8}


def test_every_name_and_alias_is_recognised_as_its_own_province() -> None:
    for province in regions.PROVINCES:
        for name in (province.name, province.name.upper(), f"Provinsi {province.name}", *province.also):
            assert regions.province(name) is province, name


def test_zones_exist_in_the_time_zone_database() -> None:
    for zone in Zone:
        assert ZoneInfo(regions.ZONE_NAMES[zone]).key == regions.ZONE_NAMES[zone]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jabar", "Jawa Barat"),
        ("West Java", "Jawa Barat"),
        ("D.K.I. Jakarta", "DKI Jakarta"),
        ("d.i. yogyakarta", "DI Yogyakarta"),
        ("N.T.B.", "Nusa Tenggara Barat"),
        ("Kep. Riau", "Kepulauan Riau"),
        ("prov. Papua Barat Daya", "Papua Barat Daya"),
    ],
)
def test_spellings(text: str, name: str) -> None:
    found = regions.province(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", ["Lisboa", "", None, "Java", "Kalimantan", "Sumatera", "Papua New Guinea"])
def test_what_is_not_sure_is_unknown(text: str | None) -> None:
    assert regions.province(text) is None


def test_zone_by_province_then_by_city() -> None:
    assert regions.zone("Bali") is Zone.WITA
    assert regions.zone("Bali", "Jakarta") is Zone.WITA
    assert regions.zone(None, "Kota Jayapura") is Zone.WIT
    assert regions.zone(" ", "Kab. Sleman") is Zone.WIB
    assert regions.zone(None, "Solo") is Zone.WIB
    assert regions.zone(None, "Springfield") is None
    assert regions.zone("Lisboa", "Bandung") is None
    assert regions.zone(None, None) is None


def test_a_city_name_belongs_to_one_province() -> None:
    seen = Counter(city for province in regions.PROVINCES for city in province.cities)
    assert [city for city, n in seen.items() if n > 1] == []
