"""What an agent of the demo has written: notes in Indonesian and English, by outcome.

Notes are data like those that people type, not words of the interface: they do not go through gettext.
"""

from __future__ import annotations

from typing import Final

NOTES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "id": {
        "no_answer": ("Tidak diangkat, dicoba lagi nanti.", "Nada sambung, tidak ada jawaban."),
        "busy": ("Sibuk terus, dua kali dicoba.", "Nada sibuk."),
        "off": ("Nomor tidak aktif.", "Ponsel dimatikan."),
        "voicemail": ("Masuk ke kotak suara, tidak meninggalkan pesan.",),
        "interested": (
            "Tertarik deposito 6 bulan, minta simulasi bunga lewat WhatsApp.",
            "Mau bandingkan dulu dengan bank lain, minta brosur.",
            "Tertarik, uangnya baru ada setelah gajian tanggal 25.",
            "Tanya apakah bisa dicairkan sebelum jatuh tempo. Dijelaskan, masih tertarik.",
        ),
        "callback": (
            "Sedang rapat, minta ditelepon lagi.",
            "Mau bicara dulu dengan suami, telepon lagi.",
            "Masih di jalan, minta ditelepon saat sudah di rumah.",
        ),
        "closed": (
            "Setuju deposito 12 bulan, dokumen dikirim ke cabang.",
            "Buka deposito 3 bulan dulu, diperpanjang otomatis.",
            "Setuju, akan datang ke cabang besok pagi membawa KTP.",
        ),
        "not_interested": (
            "Uangnya dipakai untuk renovasi rumah.",
            "Lebih suka emas daripada deposito.",
            "Bunganya dianggap terlalu kecil.",
            "Sudah punya deposito di bank lain sampai akhir tahun.",
            "Sedang tidak ada dana lebih.",
        ),
        "wrong_number": ("Bukan nomor yang bersangkutan, pemilik baru sejak tahun lalu.",),
        "do_not_call": ("Minta tidak ditelepon lagi untuk penawaran apa pun.",),
    },
    "en": {
        "no_answer": ("No answer, will try again later.", "Rings, nobody picks up."),
        "busy": ("Busy, tried twice.", "Engaged tone."),
        "off": ("Switched off.", "The phone is off."),
        "voicemail": ("Voicemail, left no message.",),
        "interested": (
            "Interested in a 6 month deposit, wants the interest worked out by WhatsApp.",
            "Wants to compare with another bank first, asked for the brochure.",
            "Interested, has the money after payday on the 25th.",
            "Asked about breaking the deposit early. Explained, still interested.",
        ),
        "callback": (
            "In a meeting, asked me to call again.",
            "Wants to talk to her husband first, call again.",
            "Driving, asked me to call when he is home.",
        ),
        "closed": (
            "Agreed to a 12 month deposit, papers go to the branch.",
            "Starts with 3 months, renewed automatically.",
            "Agreed, comes to the branch tomorrow morning with the ID card.",
        ),
        "not_interested": (
            "The money goes into renovating the house.",
            "Prefers gold to a deposit.",
            "Finds the interest too low.",
            "Has a deposit at another bank until the end of the year.",
            "No money to spare at the moment.",
        ),
        "wrong_number": ("Not this person's number, the owner changed last year.",),
        "do_not_call": ("Asked not to be called again for any offer.",),
    },
}
"""Language → outcome, or why nobody answered → notes."""
