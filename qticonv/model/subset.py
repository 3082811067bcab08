"""The safe HTML subset as data: which elements, which attributes, what may stand in what.

It is what QTI 2.1 allows in an item body (imsqti_v2p1.xsd: HTMLText.Type, BlockQuote.Type, OUL.Type, Table.Type …),
which Moodle and Canvas keep unchanged, plus presentation MathML.
"""

from __future__ import annotations

import re

from qticonv.patterns import lazy

MATHML = "http://www.w3.org/1998/Math/MathML"

VOID = frozenset({"br", "hr", "img", "mspace"})

INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "br",
        "cite",
        "code",
        "dfn",
        "em",
        "i",
        "img",
        "kbd",
        "math",
        "q",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "var",
    }
)
# Blocks that hold text and inline elements only.
TEXT_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "address"})
BLOCKS = TEXT_BLOCKS | {"div", "blockquote", "ul", "ol", "dl", "table", "hr"}
# Parts of a list or table, with the elements that they may stand in.
PARTS: dict[str, frozenset[str]] = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "caption": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tr": frozenset({"thead", "tbody"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
}
# What must stand between an element and text (or anything else) that it cannot hold itself.
IMPLIED: dict[str, str] = {
    "ul": "li",
    "ol": "li",
    "dl": "dd",
    "table": "tbody",
    "thead": "tr",
    "tbody": "tr",
    "tr": "td",
    "blockquote": "p",
}
# The list or table that is made where a part stands in none.
HOMES = {"li": "ul", "dt": "dl", "dd": "dl"}
# Elements that hold no block although they are no inline elements.
TEXT_ONLY = TEXT_BLOCKS | {"dt", "caption"}
TABLE_PARTS = frozenset({"table", "caption", "thead", "tbody", "tr", "td", "th"})
# An end tag inside these does not close what is around them.
BARRIERS = frozenset({"td", "th", "caption"})
# Elements that must not be empty: without a child they are left out.
NEVER_EMPTY = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tr"})

RENAMED = {
    "article": "div",
    "aside": "div",
    "center": "div",
    "details": "div",
    "dir": "ul",
    "fieldset": "div",
    "figcaption": "p",
    "figure": "div",
    "footer": "div",
    "form": "div",
    "header": "div",
    "hgroup": "div",
    "legend": "p",
    "listing": "pre",
    "main": "div",
    "menu": "ul",
    "nav": "div",
    "plaintext": "pre",
    "search": "div",
    "section": "div",
    "summary": "p",
    "tfoot": "tbody",
    "xmp": "pre",
}
# Elements of HTML that are left out while their text stays.
UNWRAPPED = frozenset(
    {
        "audio",
        "base",
        "basefont",
        "bdi",
        "bdo",
        "blink",
        "body",
        "button",
        "canvas",
        "col",
        "colgroup",
        "command",
        "data",
        "datalist",
        "del",
        "embed",
        "font",
        "frame",
        "frameset",
        "html",
        "input",
        "ins",
        "isindex",
        "keygen",
        "label",
        "link",
        "maction",
        "map",
        "mark",
        "marquee",
        "area",
        "meta",
        "meter",
        "mmultiscripts",
        "mprescripts",
        "nobr",
        "noframes",
        "none",
        "noscript",
        "object",
        "optgroup",
        "option",
        "output",
        "param",
        "picture",
        "portal",
        "progress",
        "rb",
        "rbc",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "s",
        "select",
        "semantics",
        "slot",
        "source",
        "strike",
        "textarea",
        "time",
        "track",
        "u",
        "video",
        "wbr",
    }
)
# Elements that are left out together with what is in them.
DROPPED = frozenset({"script", "style", "iframe", "svg", "template", "title", "head", "noembed", "applet"})
# Their content is no mark-up: only their own end tag ends it.
RAW = frozenset({"script", "style", "title", "iframe", "noembed"})

MATH_TOKENS = frozenset({"mi", "mn", "mo", "ms", "mtext"})
# The number of children that an element of MathML must have; None: any.
MATH_ARITY: dict[str, int | None] = {
    "mi": None,
    "mn": None,
    "mo": None,
    "ms": None,
    "mtext": None,
    "mspace": 0,
    "mrow": None,
    "mfrac": 2,
    "msqrt": None,
    "mroot": 2,
    "mstyle": None,
    "merror": None,
    "mpadded": None,
    "mphantom": None,
    "mfenced": None,
    "menclose": None,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
    "mtable": None,
    "mtr": None,
    "mtd": None,
}
MATH_PARTS = {"mtr": "mtable", "mtd": "mtr"}
MATH_IMPLIED = {"mtable": "mtr", "mtr": "mtd"}
# MathML that is left out: an annotation repeats the formula in another language.
MATH_DROPPED = frozenset({"annotation", "annotation-xml"})

_BOOLEAN = lazy(r"true|false")
_LENGTH = lazy(r"-?\d+(?:\.\d+)?(?:px|em|ex|pt|in|cm|mm|pc|%)?")
_ANY = lazy(r".*", re.DOTALL)
_WHOLE = lazy(r"[1-9]\d{0,3}")

_URI = r"[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}"
_HOST = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
# A link after everything that no URI may hold was percent-encoded (RFC 3986; libxml2 checks xs:anyURI like this).
_LINK = (
    rf"(?i:https?)://(?:{_HOST}@)?{_HOST}(?::\d{{1,5}})?(?:/(?:{_URI})*)?(?:\?(?:{_URI}|\?)*)?(?:#(?:{_URI}|\?)*)?"
    rf"|(?i:mailto|tel):(?:{_URI}|\?)+"
)
LINK = lazy(_LINK)

# Attributes that are kept, in the order in which they are written, with what their values look like.
ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {"href": LINK},
    "img": {
        "src": lazy(
            rf"asset:[^\"<>]+|{_LINK}|data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=\s]+|"
            r"(?![a-z][a-z0-9+.-]*:)(?!//)[^\x00-\x1f\"<>]+",
            re.IGNORECASE,
        ),
        "alt": _ANY,
        "height": lazy(r"\d{1,5}%?"),
        "width": lazy(r"\d{1,5}%?"),
    },
    "td": {"scope": lazy(r"col|row|colgroup|rowgroup"), "rowspan": _WHOLE, "colspan": _WHOLE},
    "th": {"scope": lazy(r"col|row|colgroup|rowgroup"), "rowspan": _WHOLE, "colspan": _WHOLE},
    "math": {"display": lazy(r"inline|block"), "alttext": _ANY},
    "mo": {
        "form": lazy(r"prefix|infix|postfix"),
        "fence": _BOOLEAN,
        "separator": _BOOLEAN,
        "stretchy": _BOOLEAN,
        "symmetric": _BOOLEAN,
        "largeop": _BOOLEAN,
        "movablelimits": _BOOLEAN,
        "accent": _BOOLEAN,
    },
    "mi": {"mathvariant": lazy(r"normal|bold|italic|bold-italic|double-struck|script|fraktur|sans-serif|monospace")},
    "mspace": {"width": lazy(r"\d+(?:\.\d+)?(?:px|em|ex|pt)")},
    "mover": {"accent": _BOOLEAN},
    "munder": {"accentunder": _BOOLEAN},
    "mstyle": {"displaystyle": _BOOLEAN},
    "mfrac": {"linethickness": lazy(r"\d+(?:\.\d+)?(?:px|em|ex|pt)?")},
    "menclose": {"notation": lazy(r"[a-z ]+")},
    "mfenced": {"open": _ANY, "close": _ANY, "separators": _ANY},
    "mtable": {"columnalign": lazy(r"(?:left|center|right)(?: (?:left|center|right))*")},
}
ATTRIBUTES["mn"] = ATTRIBUTES["mtext"] = ATTRIBUTES["mi"]
# Elements in which nothing of their own kind can stand: the limit on depth does not count them.
FLAT = frozenset(PARTS) | TEXT_BLOCKS | VOID | MATH_TOKENS | frozenset(MATH_PARTS)
# Kept on every element outside MathML.
CLASS = lazy(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z][A-Za-z0-9_-]*)*")
