"""What can be seen of PDF/A-3a (ISO 19005-3) in the structure of a file: clause by clause, and no substitute for a validator.

Not looked at: glyph outlines and their widths against the font programme, the ICC profile's content, colour in images, the tree's
meaning, and every rule of PDF itself.
"""

import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

ALLOWED_FILTERS = frozenset(
    {"/FlateDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode", "/DCTDecode", "/CCITTFaxDecode"}
)
FORBIDDEN_ACTIONS = frozenset(
    {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans"}
    | {"/GoTo3DView", "/JavaScript", "/GoToE", "/SubmitForm"}
)
FORBIDDEN_ANNOTATIONS = frozenset({"/3D", "/Sound", "/Screen", "/Movie", "/FileAttachment"})
DEVICE_SPACES = frozenset({"/DeviceRGB", "/DeviceGray", "/DeviceCMYK"})


def faults(pdf: bytes) -> list[str]:
    """Every breach that is seen, as the clause and what is wrong; empty for a file in which none is."""
    read = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    objects = [read.get_object(IndirectObject(number, 0, read)) for number in _numbers(read)]
    checks = (_header, _trailer, _metadata, _intent, _structure, _actions)
    whole = [fault for check in checks for fault in check(pdf, read)]
    each = [fault for item in objects for inner in _dictionaries(item) for fault in _object(inner)]
    return [*whole, *each]


def _numbers(read: pypdf.PdfReader) -> list[int]:
    return sorted({*read.xref.get(0, {}), *read.xref_objStm} - {0})


def _dictionaries(item: object) -> Iterator[DictionaryObject]:
    """The dictionaries that lie in an object itself, without those that it refers to."""
    if isinstance(item, DictionaryObject):
        yield item
    held = item.values() if isinstance(item, DictionaryObject) else item if isinstance(item, ArrayObject) else ()
    for inner in held:
        yield from _dictionaries(inner)


def _header(pdf: bytes, _read: pypdf.PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2 header: version line or comment of four bytes above 127"
    if not re.search(rb"%%EOF\n?\Z", pdf):
        yield "6.1.3 something follows the end of the file"


def _trailer(_pdf: bytes, read: pypdf.PdfReader) -> Iterator[str]:
    ids = read.trailer.get("/ID")
    if not isinstance(ids, ArrayObject) or len(ids) != 2 or not all(ids):
        yield "6.1.3 trailer without ID"
    if "/Encrypt" in read.trailer:
        yield "6.1.3 encrypted"


def _metadata(_pdf: bytes, read: pypdf.PdfReader) -> Iterator[str]:
    stream = read.root_object.get("/Metadata")
    if stream is None:
        yield "6.6.2 no XMP metadata"
        return
    xmp = stream.get_object().get_data().decode("utf-8")
    claims = [re.search(rf'pdfaid:{name}(?:="|>)([^"<]+)', xmp) for name in ("part", "conformance")]
    if [claim[1] if claim else None for claim in claims] != ["3", "A"]:
        yield "6.6.4 XMP does not claim part 3, conformance A"
    info = read.metadata or {}
    pairs = {"/Title": "dc:title", "/CreationDate": "xmp:CreateDate", "/ModDate": "xmp:ModifyDate"}
    pairs |= {"/Producer": "pdf:Producer", "/Keywords": "pdf:Keywords", "/Subject": "dc:description"}
    for key, name in pairs.items():
        if key in info and _said(str(info[key])) != _said(_xmp_value(xmp, name)):
            yield f"6.6.2.3 Info and XMP disagree on {key}"


def _xmp_value(xmp: str, name: str) -> str:
    found = re.search(rf'<{name}[^>]*>(.*?)</{name}>|{name}="([^"]*)"', xmp, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1] or found[2] or "")).strip() if found else ""


def _said(value: str) -> str:
    """Dates of both kinds as one: D:20261123 and 2026-11-23."""
    digits = re.sub(r"\D", "", value)
    looks_like_date = re.fullmatch(r"D:\d+.*|\d{4}-\d\d-\d\d.*", value)
    return datetime.strptime(digits[:8], "%Y%m%d").date().isoformat() if looks_like_date else value


def _intent(_pdf: bytes, read: pypdf.PdfReader) -> Iterator[str]:
    intents = [intent.get_object() for intent in read.root_object.get("/OutputIntents", [])]
    profiles = [each for each in intents if each.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in each]
    if len(profiles) != 1:
        yield "6.2.3 no single output intent with a profile"
        return
    profile = profiles[0]["/DestOutputProfile"].get_object()
    content = profile.get_data()
    if content[36:40] != b"acsp" or profile.get("/N") != {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}.get(content[16:20]):
        yield "6.2.3 the output profile is no ICC profile of as many components as it says"


def _structure(_pdf: bytes, read: pypdf.PdfReader) -> Iterator[str]:
    root = read.root_object
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "6.7.2 not tagged"
    if not root.get("/Lang"):
        yield "6.7.4 no language"
    for number, page in enumerate(read.pages, start=1):
        content = page.get_contents()
        text = content.get_data() if content is not None else b""
        if text.count(b"BDC") + text.count(b"BMC") != text.count(b"EMC"):
            yield f"6.7 page {number}: marked content that is not closed"
        yield from (f"6.2 page {number}: {fault}" for fault in _content(text, page))
        if "/Group" in page and page["/Group"].get("/CS") in DEVICE_SPACES - {"/DeviceRGB"}:
            yield f"6.2.10 page {number}: transparency group in another device's colours"


def _content(text: bytes, page: DictionaryObject) -> Iterator[str]:
    """Glyphs that are shown: none is .notdef, each has its character; no colour of a device without a profile."""
    if re.search(rb"(?:^|\s)(?:[\d.]+ ){4}[kK](?:\s|$)", text):
        yield "a colour of DeviceCMYK"
    fonts = page["/Resources"]["/Font"]
    known: set[bytes] = set()
    for name, shown in re.findall(rb"/(\w+) [\d.]+ Tf|\[([^\]]*)\] TJ", text):
        if name:
            known = _characters(fonts["/" + name.decode()].get_object())
        codes = {code for run in re.findall(rb"<([0-9a-f]*)>", shown) for code in re.findall(rb"[0-9a-f]{4}", run)}
        if b"0000" in codes:
            yield "a glyph that the font lacks"
        if codes - known:
            yield f"glyphs without a character: {sorted(codes - known)[:3]}"


def _characters(font: DictionaryObject) -> set[bytes]:
    mapped: bytes = font["/ToUnicode"].get_object().get_data() if "/ToUnicode" in font else b""
    return {code.lower() for code in re.findall(rb"<([0-9a-fA-F]{4})> <[0-9a-fA-F]+>", mapped)}


def _actions(_pdf: bytes, read: pypdf.PdfReader) -> Iterator[str]:
    root = read.root_object
    names = root.get("/Names", {})
    for place, key in ((root, "/AA"), (root, "/NeedsRendering"), (names, "/JavaScript"), (root, "/Requirements")):
        if key in place:
            yield f"6.5 or 6.4: {key} in the catalogue"
    if "/EmbeddedFiles" in names:
        yield "6.8 a file inside: none of ours has one"
    if "/OCProperties" in root:
        yield "6.9 layers: none of ours has them"
    if root.get("/AcroForm", {}).get("/NeedAppearances") or "/XFA" in root.get("/AcroForm", {}):
        yield "6.4 a form that the reader has to draw"


def _object(item: DictionaryObject) -> Iterator[str]:
    kinds: dict[object, Callable[[Any], Iterator[str]]] = {
        "/Font": _font,
        "/Annot": _annotation,
        "/Page": _page,
        "/ExtGState": _state,
    }
    yield from kinds.get(item.get("/Type"), _nothing)(item)
    if isinstance(item, StreamObject):
        yield from _stream(item)
    if item.get("/S") in FORBIDDEN_ACTIONS and item.get("/Type") in (None, "/Action") and "/K" not in item:
        yield f"6.5.1 action {item['/S']}"


def _nothing(_item: DictionaryObject) -> Iterator[str]:
    yield from ()


def _stream(item: StreamObject) -> Iterator[str]:
    filters = item.get("/Filter", [])
    for name in [filters] if isinstance(filters, NameObject) else filters:
        if name not in ALLOWED_FILTERS:
            yield f"6.1.7.2 filter {name}"
    if {"/F", "/FFilter", "/FDecodeParms"} & set(item):
        yield "6.1.7.1 a stream outside the file"
    if item.get("/Subtype") == "/Image" and (item.get("/Interpolate") or "/Alternates" in item or "/OPI" in item):
        yield "6.2.8 an image with interpolation, alternates or OPI"
    if item.get("/Subtype") == "/Form" and ("/PS" in item or "/Ref" in item or "/OPI" in item):
        yield "6.2.9 a form with PostScript, reference or OPI"


def _font(item: DictionaryObject) -> Iterator[str]:
    name = item.get("/BaseFont", "?")
    if item.get("/Subtype") == "/Type0":
        if "/ToUnicode" not in item:
            yield f"6.2.11.7 {name} without ToUnicode"
        elif b"beginbf" not in item["/ToUnicode"].get_object().get_data():
            yield f"6.2.11.7 {name} with an empty ToUnicode"
        if item.get("/Encoding") not in ("/Identity-H", "/Identity-V"):
            yield f"6.2.11.3.3 {name}: encoding {item.get('/Encoding')}"
        return
    descriptor = item.get("/FontDescriptor")
    if descriptor is None or not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.get_object()):
        yield f"6.2.11.4 {name} is not embedded"
    if item.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in item:
        yield f"6.2.11.3.2 {name} without CIDToGIDMap"


def _annotation(item: DictionaryObject) -> Iterator[str]:
    kind, flags = item.get("/Subtype"), int(item.get("/F", 0))
    if kind in FORBIDDEN_ANNOTATIONS:
        yield f"6.3.1 annotation {kind}"
    if kind != "/Popup" and (not flags & 4 or flags & (1 | 2 | 32 | 256)):
        yield f"6.3.2 annotation {kind} is not printed, or hidden"
    if "/AA" in item:
        yield "6.5.2 additional actions in an annotation"


def _page(item: DictionaryObject) -> Iterator[str]:
    if "/AA" in item:
        yield "6.5.2 additional actions in a page"
    if "/PresSteps" in item:
        yield "6.10 presentation steps in a page"


def _state(item: DictionaryObject) -> Iterator[str]:
    if "/TR" in item or item.get("/TR2", "/Default") != "/Default" or "/HTP" in item:
        yield "6.2.5 transfer function or halftone phase in a graphics state"
