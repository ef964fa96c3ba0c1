"""Vietnamese text from before Unicode: recognised, and turned into Unicode where that is certain.

TCVN3 (fonts .VnTime …) and VNI (fonts VNI-Times …) put Vietnamese letters on codes that Unicode reads as other letters,
so that "NguyÔn" stands for "Nguyễn". The tables are those of the two public encodings.
"""

import re
import unicodedata

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
VNI_LETTERS = dict(zip("ñÑöÖôÔíìæóòî", "đĐưƯơƠíìỉĩịỵ", strict=True))
NUCLEI = {
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
}
TONES = "\u0300\u0301\u0303\u0309\u0323"
PUNCTUATION = set(" \t\n0123456789.,;:/()'\"&+-_%*#@!?–’“”…ºª°")
VOWELS = set("aeiouyAEIOUYưƯơƠ")
LETTERS = set("aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz")


class LegacyTextError(ValueError):
    """The text is not Unicode Vietnamese and cannot be converted with certainty."""


def is_vietnamese(text: str) -> bool:
    """Every letter is one of the Vietnamese alphabet, every other sign one that is typed on purpose."""
    return all(c.lower() in LETTERS if c.isalpha() else c in PUNCTUATION for c in unicodedata.normalize("NFC", text))


def converted(text: str) -> str:
    """Unicode as it is; legacy text converted. Raises LegacyTextError where no reading or more than one makes sense.

    A syllable that Vietnamese does not have ("Nguyeãn") is looked at as legacy text first; where that gives nothing
    better (a name of another language) it stays.
    """
    text = unicodedata.normalize("NFC", text)
    if is_plausible(text):
        return text
    readings = {read for read in (from_tcvn3(text), from_vni(text)) if read != text and is_plausible(read)}
    if len(readings) == 1:
        return readings.pop()
    if is_vietnamese(text) and not readings:
        return text
    raise LegacyTextError(text)


def is_plausible(text: str) -> bool:
    """Vietnamese letters only, at most one tone in a syllable, and vowels that stand together in Vietnamese."""
    return is_vietnamese(text) and all(_is_syllable(word) for word in re.findall(r"[^\W\d_]+", text))


def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.lower())
    toneless = unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
    vowels = re.findall(r"[aăâeêioôơuưy]+", re.sub(r"^(qu|gi(?=[aăâeêioôơuưy]))", "", toneless))
    return sum(c in TONES for c in apart) <= 1 and all(one in NUCLEI for one in vowels)


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
