"""Bytes of any charset to text that PostgreSQL and a browser will take: no NUL, no lone surrogate, no control codes."""

import re
from encodings.aliases import aliases

from .remarks import Remarks

# A mail names its charset freely, and Python knows codecs that are no charsets: some are quadratic (punycode, idna),
# some unpack (zlib, bz2). Only what the alias table calls a charset is ever used.
_NO_CHARSETS = {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec", "mbcs"}
_CHARSETS = set(aliases.values()) - _NO_CHARSETS | {"utf_8_sig", "koi8_u", "cp874", "cp1125", "cp856", "cp720"}

# What senders name, and what they mean: https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {
    "latin_1": "cp1252",
    "iso8859_1": "cp1252",
    "ascii": "cp1252",
    "iso8859_9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859_8_i": "iso8859_8",
    "iso_8859_8_i": "iso8859_8",
    "unicode_1_1_utf_7": "utf_7",
    "ks_c_5601_1987": "cp949",
    "x_sjis": "cp932",
    "x_gbk": "gb18030",
    "x_mac_roman": "mac_roman",
}
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[^a-z0-9]+")


def decode(raw: bytes, charset: str, remarks: Remarks) -> str:
    """Text in any charset, named rightly, wrongly or not at all. UTF-8 is believed first: hardly anything else is it
    by accident, and many declare another charset than they write."""
    try:
        return clean(raw.decode("utf-8-sig")) if _is_plausible_utf8(charset) else _decode_named(raw, charset, remarks)
    except UnicodeDecodeError:
        return _decode_named(raw, charset, remarks)


def guess(raw: bytes) -> str:
    """Raw 8-bit bytes where no charset can be named, as in a header."""
    try:
        return clean(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(_as_western(raw))


def clean(text: str) -> str:
    """Text as it may be stored and shown."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    return _UNWANTED.sub("", text)


def from_parser(value: str) -> str:
    """Text as the stdlib parser gives it: bytes that are no ASCII came in as surrogates."""
    return clean(value) if value.isascii() else guess(value.encode("utf-8", "surrogateescape"))


def _is_plausible_utf8(charset: str) -> bool:
    # Stateful and wide encodings are valid UTF-8 by their bytes, and mean something else.
    return not charset.lower().startswith(("iso-2022", "hz", "utf-7", "utf7", "utf-16", "utf-32", "utf16", "utf32"))


def _decode_named(raw: bytes, charset: str, remarks: Remarks) -> str:
    codec = _codec(charset)
    if codec is None:
        remarks.add("unknown_charset", charset[:40])
        return guess(raw)
    try:
        return clean(raw.decode(codec))
    except UnicodeError:
        return _decode_badly(raw, codec, remarks)


def _decode_badly(raw: bytes, codec: str, remarks: Remarks) -> str:
    if codec == "cp1252":
        return clean(_as_western(raw))
    remarks.add("bad_characters")
    try:
        return clean(raw.decode(codec, "replace"))
    except UnicodeError:
        return clean(_as_western(raw))


def _as_western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _codec(charset: str) -> str | None:
    name = _NAME.sub("_", charset.strip(" \"'").lower()).strip("_") or "ascii"
    codec = aliases.get(name, name)
    codec = _MEANT.get(name) or _MEANT.get(codec, codec)
    return codec if codec in _CHARSETS else None
