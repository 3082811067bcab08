"""The building blocks of QTI 1.2 as Canvas reads it. User text is escaped here and nowhere else.

Elements stand side by side without white space, so that no reader can take it for a part of the stem, an answer or
the points (the gem drops it today, but walks over all child nodes of these places).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from qticonv.model import Text
from qticonv.model.markup import clean_text, escape
from qticonv.patterns import lazy
from qticonv.writers.markup import AssetUrl, has_blocks, to_html

# What the gem takes for a tag or a character reference also in a plain text.
HTML_LIKE = lazy(r"<[A-Za-z/!?]|&#?\w+;|&(?:amp|lt|gt|quot|copy|reg|nbsp)")


class Content(Struct, frozen=True, gc=False):
    """Turns texts into escaped HTML; ``asset_url`` says where an image stands in the package."""

    asset_url: AssetUrl

    def html(self, text: Text) -> str:
        """Return ``text`` as HTML that is escaped once more, as all mark-up in QTI 1.2."""
        return escape(to_html(text, asset_url=self.asset_url))

    def shielded(self, text: Text) -> str:
        """Return ``text`` like :meth:`html`, safe where Canvas decides itself whether a text is HTML.

        A text with ``&`` or ``<`` and without mark-up is taken for plain text there and shown as ``&amp;``
        (html_helper.rb ``detect_html``); an element with a class makes it HTML.
        """
        content = to_html(text, asset_url=self.asset_url)
        if "&" in content:
            element = "div" if has_blocks(content) else "p"
            content = f'<{element} class="text-block">{content}</{element}>'
        return escape(content)


def one_line(text: str) -> str:
    """Return ``text`` without characters that XML forbids, with single spaces for all white space; not yet escaped."""
    return " ".join(clean_text(text).split())


def number(value: Decimal) -> str:
    """Return ``value`` in the C locale without an exponent.

    >>> number(Decimal("2.50")), number(Decimal("1E+2"))
    ('2.5', '100')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def html_material(escaped: str) -> str:
    """Return a material that holds HTML, escaped already."""
    return f'<material><mattext texttype="text/html">{escaped}</mattext></material>'


def plain_material(text: str) -> str:
    """Return a material that holds plain text: what students type, a drop-down, a right side of a matching.

    Canvas shows these as text, so HTML would be seen as its source (fill_in_the_blank.rb, associate_interaction.rb).
    """
    return f'<material><mattext texttype="text/plain">{escape(one_line(text))}</mattext></material>'


def side_material(text: str) -> str:
    """Return a right side of a matching: plain, but HTML where the gem would read it as such anyway."""
    if HTML_LIKE.search(text):
        return html_material(escape(escape(one_line(text))))
    return plain_material(text)


def label(identifier: int, material: str) -> str:
    """Return a choice, an answer or a right side."""
    return f'<response_label ident="{identifier}">{material}</response_label>'


def choice_response(name: str, cardinality: str, labels: Sequence[str], *, prompt: str = "", shuffle: str = "") -> str:
    """Return a response that is chosen from ``labels``."""
    return (
        f'<response_lid ident="{name}" rcardinality="{cardinality}">{prompt}'
        f"<render_choice{shuffle}>{''.join(labels)}</render_choice></response_lid>"
    )


def typed_response(kind: str = "") -> str:
    """Return a response that is typed; ``kind`` is an attribute of render_fib."""
    return (
        '<response_str ident="response1" rcardinality="Single">'
        f'<render_fib{kind}><response_label ident="answer1" rshuffle="No"/></render_fib></response_str>'
    )


def equal(value: object, response: str = "response1", attributes: str = "") -> str:
    """True when ``response`` is ``value`` (escaped already)."""
    return f'<varequal respident="{response}"{attributes}>{value}</varequal>'


def condition(test: str, actions: str, *, proceed: str = ' continue="No"') -> str:
    """Return a rule of the response processing; ``proceed`` says whether later rules are looked at."""
    return f"<respcondition{proceed}><conditionvar>{test}</conditionvar>{actions}</respcondition>"


def show(feedback: str) -> str:
    """Return the action that shows a feedback."""
    return f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>'


def score(points: str = "100", action: str = "Set") -> str:
    """Return the action that gives points (a percentage)."""
    return f'<setvar action="{action}" varname="SCORE">{points}</setvar>'


def metadata(label_text: str, entry: str) -> str:
    """Return a metadata field; ``entry`` is escaped already."""
    return f"<qtimetadatafield><fieldlabel>{label_text}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"


def feedback(identifier: str, escaped: str) -> str:
    """Return a feedback. The gem finds it only in flow_mat (base_interaction.rb ``get_feedback``)."""
    return f'<itemfeedback ident="{identifier}"><flow_mat>{html_material(escaped)}</flow_mat></itemfeedback>'
