"""Indonesia's provinces, their time zones and main cities.

Calling hours hold in the customer's zone, so a province decides when somebody may be called. Nothing is
invented: a province that is not recognised has no zone, and a city decides only where its name belongs to
exactly one province.

Zones: Presidential Decree 41/1987 (WIB = UTC+7, WITA = UTC+8, WIT = UTC+9); the 38 provinces as of 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leadtui.core.fold import fold
from leadtui.core.leads.dto import Zone

ZONE_NAMES: Final[dict[Zone, str]] = {
    Zone.WIB: "Asia/Jakarta",
    Zone.WITA: "Asia/Makassar",
    Zone.WIT: "Asia/Jayapura",
}
"""Zone → its name in the time zone database."""


@dataclass(frozen=True, slots=True)
class Province:
    """One province: its official Indonesian name, its zone, and what else people write."""

    name: str
    zone: Zone
    also: tuple[str, ...]
    """Abbreviations, English names and older spellings."""
    cities: tuple[str, ...]
    """Its main cities, largest first."""


def _p(name: str, zone: Zone, also: str, cities: str) -> Province:
    return Province(name, zone, tuple(also.split("|")) if also else (), tuple(cities.split("|")))


_WIB, _WITA, _WIT = Zone.WIB, Zone.WITA, Zone.WIT

PROVINCES: Final[tuple[Province, ...]] = (
    _p("Aceh", _WIB, "Nanggroe Aceh Darussalam|NAD|Atjeh", "Banda Aceh|Lhokseumawe|Langsa|Meulaboh"),
    _p("Sumatera Utara", _WIB, "Sumut|North Sumatra|Sumatra Utara",
       "Medan|Pematangsiantar|Binjai|Tebing Tinggi|Padang Sidempuan|Sibolga"),
    _p("Sumatera Barat", _WIB, "Sumbar|West Sumatra|Sumatra Barat",
       "Padang|Bukittinggi|Payakumbuh|Pariaman|Solok"),
    _p("Riau", _WIB, "", "Pekanbaru|Dumai"),
    _p("Jambi", _WIB, "", "Jambi|Sungai Penuh"),
    _p("Sumatera Selatan", _WIB, "Sumsel|South Sumatra|Sumatra Selatan",
       "Palembang|Lubuklinggau|Prabumulih|Pagar Alam"),
    _p("Bengkulu", _WIB, "", "Bengkulu|Curup"),
    _p("Lampung", _WIB, "", "Bandar Lampung|Metro|Kotabumi"),
    _p("Kepulauan Bangka Belitung", _WIB,
       "Bangka Belitung|Babel|Kep Bangka Belitung|Bangka Belitung Islands|Bangka-Belitung",
       "Pangkalpinang|Tanjung Pandan"),
    _p("Kepulauan Riau", _WIB, "Kepri|Kep Riau|Riau Islands", "Batam|Tanjungpinang"),
    _p("DKI Jakarta", _WIB,
       "Jakarta|DKI|DKJ|Daerah Khusus Jakarta|Daerah Khusus Ibukota Jakarta|DK Jakarta|Jakarta Raya"
       "|Jakarta Special Capital Region|Special Region of Jakarta",
       "Jakarta Timur|Jakarta Barat|Jakarta Selatan|Jakarta Utara|Jakarta Pusat"),
    _p("Jawa Barat", _WIB, "Jabar|West Java|Java Barat",
       "Bandung|Bekasi|Depok|Bogor|Cimahi|Tasikmalaya|Cirebon|Sukabumi|Karawang|Garut"),
    _p("Jawa Tengah", _WIB, "Jateng|Central Java",
       "Semarang|Surakarta|Pekalongan|Salatiga|Tegal|Magelang|Purwokerto|Kudus|Klaten"),
    _p("DI Yogyakarta", _WIB,
       "Yogyakarta|DIY|Yogya|Jogja|Jogjakarta|Daerah Istimewa Yogyakarta|Special Region of Yogyakarta",
       "Yogyakarta|Sleman|Bantul|Wates"),
    _p("Jawa Timur", _WIB, "Jatim|East Java",
       "Surabaya|Malang|Kediri|Madiun|Pasuruan|Probolinggo|Mojokerto|Blitar|Sidoarjo|Gresik|Jember|Banyuwangi"),
    _p("Banten", _WIB, "", "Tangerang|Tangerang Selatan|Serang|Cilegon"),
    _p("Bali", _WITA, "", "Denpasar|Singaraja|Gianyar|Tabanan"),
    _p("Nusa Tenggara Barat", _WITA, "NTB|West Nusa Tenggara", "Mataram|Bima|Sumbawa Besar"),
    _p("Nusa Tenggara Timur", _WITA, "NTT|East Nusa Tenggara", "Kupang|Maumere|Ende|Labuan Bajo"),
    _p("Kalimantan Barat", _WIB, "Kalbar|West Kalimantan|West Borneo", "Pontianak|Singkawang|Ketapang"),
    _p("Kalimantan Tengah", _WIB, "Kalteng|Central Kalimantan", "Palangka Raya|Sampit|Pangkalan Bun"),
    _p("Kalimantan Selatan", _WITA, "Kalsel|South Kalimantan", "Banjarmasin|Banjarbaru|Martapura"),
    _p("Kalimantan Timur", _WITA, "Kaltim|East Kalimantan", "Samarinda|Balikpapan|Bontang"),
    _p("Kalimantan Utara", _WITA, "Kaltara|North Kalimantan", "Tarakan|Tanjung Selor|Nunukan"),
    _p("Sulawesi Utara", _WITA, "Sulut|North Sulawesi|North Celebes", "Manado|Bitung|Tomohon|Kotamobagu"),
    _p("Sulawesi Tengah", _WITA, "Sulteng|Central Sulawesi", "Palu|Luwuk|Poso"),
    _p("Sulawesi Selatan", _WITA, "Sulsel|South Sulawesi", "Makassar|Parepare|Palopo|Sungguminasa"),
    _p("Sulawesi Tenggara", _WITA, "Sultra|Southeast Sulawesi|South East Sulawesi", "Kendari|Baubau|Kolaka"),
    _p("Gorontalo", _WITA, "", "Gorontalo|Limboto"),
    _p("Sulawesi Barat", _WITA, "Sulbar|West Sulawesi", "Mamuju|Majene|Polewali"),
    _p("Maluku", _WIT, "Moluccas", "Ambon|Tual|Masohi"),
    _p("Maluku Utara", _WIT, "Malut|North Maluku|North Moluccas", "Ternate|Tidore|Sofifi|Tobelo"),
    _p("Papua", _WIT, "Irian Jaya", "Jayapura|Sentani|Biak"),
    _p("Papua Barat", _WIT, "Pabar|West Papua|Irian Jaya Barat", "Manokwari|Fakfak|Kaimana"),
    _p("Papua Selatan", _WIT, "South Papua", "Merauke|Tanah Merah"),
    _p("Papua Tengah", _WIT, "Central Papua", "Nabire|Timika"),
    _p("Papua Pegunungan", _WIT, "Highland Papua|Papua Highlands", "Wamena|Oksibil"),
    _p("Papua Barat Daya", _WIT, "Southwest Papua|South West Papua", "Sorong|Teminabuan"),
)  # fmt: skip
"""All 38 provinces, west to east."""


def _key(text: str) -> str:
    """What two spellings share: folded, without "provinsi/province/prop" and without spaces."""
    parts = fold(text).split()
    while parts and parts[0] in {"provinsi", "propinsi", "prov", "prop", "province"}:
        parts = parts[1:]
    while parts and parts[-1] in {"province", "indonesia"}:
        parts = parts[:-1]
    return "".join(parts)


def _city_key(text: str) -> str:
    """As `_key`, without what kind of place it is."""
    parts = fold(text).split()
    while len(parts) > 1 and parts[0] in {"kota", "kab", "kabupaten", "kodya", "kotamadya", "city"}:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in {"city", "regency", "indonesia"}:
        parts = parts[:-1]
    return "".join(parts)


_BY_NAME: Final[dict[str, Province]] = {
    _key(name): province for province in PROVINCES for name in (province.name, *province.also)
}

_CITY_ALSO: Final[dict[str, str]] = {
    "Solo": "Jawa Tengah",
    "Jogja": "DI Yogyakarta",
    "Jogjakarta": "DI Yogyakarta",
    "Jakarta": "DKI Jakarta",
    "Tangsel": "Banten",
    "Ujung Pandang": "Sulawesi Selatan",
    "Pematang Siantar": "Sumatera Utara",
    "Palangkaraya": "Kalimantan Tengah",
    "Bau-Bau": "Sulawesi Tenggara",
    "Makasar": "Sulawesi Selatan",
    "Pangkal Pinang": "Kepulauan Bangka Belitung",
    "Tanjung Pinang": "Kepulauan Riau",
}


def _cities() -> dict[str, Province]:
    found: dict[str, Province] = {}
    twice: set[str] = set()
    for province in PROVINCES:
        for city in province.cities:
            key = _city_key(city)
            if key in found and found[key] is not province:
                twice.add(key)
            found[key] = province
    for city, name in _CITY_ALSO.items():
        found.setdefault(_city_key(city), _BY_NAME[_key(name)])
    return {key: province for key, province in found.items() if key not in twice}


_BY_CITY: Final = _cities()


def province(text: str | None) -> Province | None:
    """The province that `text` names in Indonesian or English, in full or in short; None if unsure."""
    return _BY_NAME.get(_key(text)) if text else None


def province_of_city(text: str | None) -> Province | None:
    """The province of a city, where the name belongs to one province only; None if unsure."""
    return _BY_CITY.get(_city_key(text)) if text else None


def zone(province_text: str | None, city_text: str | None = None) -> Zone | None:
    """The time zone of a customer: by province, else by city, else unknown.

    A province that is named but not recognised stays unknown: the city is then not asked, because it may
    lie in another country ("Córdoba").
    """
    if province_text and province_text.strip():
        known = province(province_text)
    else:
        known = province_of_city(city_text)
    return known.zone if known else None
