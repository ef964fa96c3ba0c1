"""Vietnamese text from before Unicode: recognised, and turned into Unicode where that is certain.

TCVN3 (fonts .VnTime …) and VNI (fonts VNI-Times …) put Vietnamese letters on codes that Unicode reads as other letters,
so that "NguyÔn" stands for "Nguyễn". The tables are those of the two public encodings.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô-õøö÷ùúýûüþ¡¢§£¤¥¦".replace("-", "\xad"),
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=False,
    )
)
VNI_MARKS = {
    "ù": "\u0301",
    "ø": "\u0300",
    "û": "\u0309",
    "õ": "\u0303",
    "ï": "\u0323",
    "â": "\u0302",
    "ê": "\u0306",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
VNI_LETTERS = dict(zip("ñÑöÖôÔíìæóòîÍÌÆÓÒÎ", "đĐưƯơƠíìỉĩịỵÍÌỈĨỊỴ", strict=True))
NUCLEI = [
    "a",
    "ă",
    "â",
    "e",
    "ê",
    "i",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "y",
    "ai",
    "ao",
    "au",
    "ay",
    "âu",
    "ây",
    "eo",
    "êu",
    "ia",
    "iê",
    "iêu",
    "iu",
    "oa",
    "oai",
    "oao",
    "oay",
    "oă",
    "oe",
    "oeo",
    "oi",
    "oo",
    "ôi",
    "ơi",
    "ua",
    "uâ",
    "uây",
    "uê",
    "ui",
    "uô",
    "uôi",
    "uơ",
    "ưa",
    "ưi",
    "ươ",
    "ươi",
    "ươu",
    "ưu",
    "uy",
    "uya",
    "uyê",
    "uyu",
    "yê",
    "yêu",
    "ue",
    "uai",
    "uay",
]
ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gh",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "ngh",
    "nh",
    "p",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
CODAS = ["c", "ch", "m", "n", "ng", "nh", "p", "t"]
SYLLABLE = re.compile(f"({'|'.join(ONSETS)})?({'|'.join(NUCLEI)})({'|'.join(CODAS)})?")
TONES = "\u0300\u0301\u0303\u0309\u0323"
PUNCTUATION = set(" \t\n0123456789.,;:/()'\"&+-_%*#@!?–’“”…ºª°")
VOWELS = set("aeiouyAEIOUYưƯơƠ")
LETTERS = set("aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz")


class LegacyTextError(ValueError):
    """The text is not Unicode Vietnamese and cannot be converted with certainty."""


class Encoding(StrEnum):
    """How the texts of a file are to be read; MIXED: some are Unicode, some are not."""

    UNICODE = "UNICODE"
    TCVN3 = "TCVN3"
    VNI = "VNI"
    MIXED = "MIXED"


def is_vietnamese(text: str) -> bool:
    """Every letter is one of the Vietnamese alphabet, every other sign one that is typed on purpose."""
    return all(c.lower() in LETTERS if c.isalpha() else c in PUNCTUATION for c in unicodedata.normalize("NFC", text))


def encoding_of(texts: Iterable[str]) -> Encoding:
    """One file has one encoding as a rule, and a single text cannot always tell: "Thò" is a word in two of them.

    A letter outside Latin-1 (ễ, ư) is proof of Unicode; a text that only becomes Vietnamese when it is converted is
    proof of the other.
    """
    found: set[Encoding] = set()
    for text in texts:
        if text.isascii():
            continue
        text = unicodedata.normalize("NFC", text)
        if is_plausible(text):
            found |= {Encoding.UNICODE} if any(ord(c) > 0xFF for c in text) else set()
        else:
            readings = {one for one in READERS if _reads(text, one)}
            found |= readings if len(readings) == 1 else set()
    return Encoding.MIXED if len(found) > 1 else next(iter(found), Encoding.UNICODE)


def converted(text: str, encoding: Encoding | None = None) -> str:
    """The text in Unicode. Raises LegacyTextError where no reading, or more than one, makes sense.

    `encoding` is that of the file; a text that comes alone speaks for itself. A syllable that Vietnamese does
    not have (a name of another language) stays when no reading makes it one.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    encoding = encoding or encoding_of([text])
    if encoding in READERS:
        return _converted_as(text, encoding)
    if encoding == Encoding.UNICODE and is_vietnamese(text):
        return text
    readings = {READERS[one](text) for one in READERS if _reads(text, one)}
    if is_plausible(text):
        if readings and all(ord(c) <= 0xFF for c in text):
            raise LegacyTextError(text)
        return text
    if len(readings) == 1:
        return readings.pop()
    if is_vietnamese(text) and not readings:
        return text
    raise LegacyTextError(text)


def _converted_as(text: str, encoding: Encoding) -> str:
    """In a column of one old encoding; a text that only makes sense as it stands was typed in Unicode."""
    reading = READERS[encoding](text)
    if is_plausible(reading) or (is_vietnamese(reading) and not is_plausible(text)):
        return reading
    if is_plausible(text):
        return text
    raise LegacyTextError(text)


def _reads(text: str, encoding: Encoding) -> bool:
    reading = READERS[encoding](text)
    return reading != text and is_plausible(reading)


def share_of_syllables(text: str) -> float:
    """How much of a text is Vietnamese, between 0 and 1: tells code pages apart."""
    words = [word for word in re.findall(r"\S+", text) if not word.isascii()]
    return sum(is_plausible(word) for word in words) / len(words) if words else 0.0


def is_plausible(text: str) -> bool:
    """Every word is a syllable of Vietnamese, or an abbreviation."""
    return is_vietnamese(text) and all(_is_syllable(word) for word in re.findall(r"[^\W\d_]+", text))


@lru_cache(maxsize=20_000)
def _is_syllable(word: str) -> bool:
    """One tone at most, letters in the order of a syllable, and no capital behind a small letter ("QuÕ")."""
    if not (word[1:].islower() or word.isupper() or len(word) == 1):
        return False
    if word.isupper() and word.isascii():
        return True
    apart = unicodedata.normalize("NFD", word.lower())
    toneless = unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
    return sum(c in TONES for c in apart) <= 1 and bool(SYLLABLE.fullmatch(toneless))


def from_tcvn3(text: str) -> str:
    return "".join(TCVN3.get(c, c) for c in text)


def from_vni(text: str) -> str:
    """A VNI letter is a plain vowel followed by a code of its mark."""
    out: list[str] = []
    for c in text:
        mark = VNI_MARKS.get(c.lower())
        if mark and out and out[-1] in VOWELS:
            out[-1] = unicodedata.normalize("NFC", out[-1] + mark)
        else:
            out.append(VNI_LETTERS.get(c, c))
    return "".join(out)


READERS = {Encoding.TCVN3: from_tcvn3, Encoding.VNI: from_vni}
