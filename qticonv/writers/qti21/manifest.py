"""imsmanifest.xml, piece by piece, so that a bank of any size needs little memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from qticonv import __version__
from qticonv.model import Item
from qticonv.writers.qti21.items import Written
from qticonv.writers.qti21.xml import DECLARATION, QTI, attribute

_LOM = "http://ltsc.ieee.org/xsd/LOM"
_HEAD = (
    f'{DECLARATION}<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:imsmd="{_LOM}" '
    'xmlns:qtim="http://www.imsglobal.org/xsd/imsqti_metadata_v2p1" '
    # Canvas Classic knows QTI 2 by this declaration, and reads its hints in this namespace (converter.rb:82-92).
    f'xmlns:imsqti="{QTI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 '
    "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd "
    "http://www.imsglobal.org/xsd/imsqti_metadata_v2p1 "
    "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_metadata_v2p1.xsd "
    f'{_LOM} http://www.imsglobal.org/xsd/imsmd_loose_v1p3p2.xsd" '
)


def head(identifier: str, title: str, language: str | None, as_bank: bool) -> str:
    """Everything before the resources."""
    schema = "QTIv2.1 Item Bank Package" if as_bank else "QTIv2.1 Package"
    lom = f"<imsmd:lom>{_general(title, language)}</imsmd:lom>"
    return (
        f'{_HEAD}identifier="{identifier}">\n<metadata><schema>{schema}</schema><schemaversion>1.0.0</schemaversion>'
        f"{lom}</metadata>\n<organizations/>\n<resources>\n"
    )


FOOT = "</resources>\n</manifest>\n"


def item_resource(item: Item, written: Written, href: str, images: Iterable[str]) -> tuple[str, str, str]:
    """The resource of an item, in parts: what is no user's text, the metadata with the user's texts, and the rest.

    Images are files of the item and have no resource of their own: Canvas Classic skips a file that has one
    (qti.rb:109).
    """
    head = (
        f'<resource identifier="res-{written.identifier}" type="imsqti_item_xmlv2p1" href="{href}">'
        f"<metadata>{_qti_metadata(written.interaction, written.has_feedback, written.has_solution)}"
    )
    return head, _lom(item, written), f"</metadata>{_files((href, *images))}</resource>\n"


def _files(hrefs: Iterable[str]) -> str:
    return "".join(f'<file href="{escape(href)}"/>' for href in hrefs)


def test_head(identifier: str, href: str, title: str, language: str | None, images: Iterable[str]) -> str:
    """The resource of the test, before its dependencies."""
    lom = f"<imsmd:lom>{_general(title, language)}</imsmd:lom>"
    return (
        f'<resource identifier="res-{identifier}" type="imsqti_test_xmlv2p1" href="{href}">'
        f"<metadata>{lom}</metadata>{_files((href, *images))}"
    )


def dependency(identifier: str) -> str:
    """The test depends on every item."""
    return f'<dependency identifierref="res-{identifier}"/>'


@lru_cache(maxsize=64)
def _qti_metadata(name: str | None, has_feedback: bool, has_solution: bool) -> str:
    interaction = f"<qtim:interactionType>{name}</qtim:interactionType>" if name else ""
    feedback = "nonadaptive" if has_feedback else "none"
    solution = "true" if has_solution else "false"
    return (
        f"<qtim:qtiMetadata>{interaction}<qtim:feedbackType>{feedback}</qtim:feedbackType>"
        f"<qtim:solutionAvailable>{solution}</qtim:solutionAvailable><qtim:toolName>qticonv</qtim:toolName>"
        f"<qtim:toolVersion>{__version__}</qtim:toolVersion></qtim:qtiMetadata>"
    )


def _lom(item: Item, written: Written) -> str:
    """Learning object metadata: title, tags as keywords, the category as a taxon path, and hints for Canvas Classic."""
    general = _general(written.title, written.language, item.tags)
    return f"<imsmd:lom>{general}{_classification(item.category)}{_hints(written)}</imsmd:lom>"


def _general(title: str, language: str | None, keywords: Sequence[str] = ()) -> str:
    tags = "".join(f"<imsmd:keyword>{_string(keyword, language)}</imsmd:keyword>" for keyword in keywords)
    spoken = f"<imsmd:language>{language}</imsmd:language>" if language else ""
    return f"<imsmd:general><imsmd:title>{_string(title, language)}</imsmd:title>{spoken}{tags}</imsmd:general>"


def _string(text: str, language: str | None) -> str:
    spoken = f' language="{language}"' if language else ""
    return f"<imsmd:string{spoken}>{escape(text, quote=False)}</imsmd:string>"


def _classification(category: Sequence[str]) -> str:
    if not category:
        return ""
    taxons = "".join(
        f"<imsmd:taxon><imsmd:entry>{_string(name, None)}</imsmd:entry></imsmd:taxon>" for name in category
    )
    return (
        "<imsmd:classification><imsmd:purpose><imsmd:source>LOMv1.0</imsmd:source>"
        "<imsmd:value>discipline</imsmd:value></imsmd:purpose><imsmd:taxonPath><imsmd:source>"
        f"<imsmd:string>category</imsmd:string></imsmd:source>{taxons}</imsmd:taxonPath></imsmd:classification>"
    )


def _hints(written: Written) -> str:
    """What Canvas Classic needs to tell short answer, numeric, ordering, text and upload (converter.rb)."""
    if not written.hint:
        return ""
    field = (
        '<instructureMetadata xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">'
        f'<instructureField name="question_type" value="{written.question_type}"/></instructureMetadata>'
        if written.question_type
        else ""
    )
    return f"<imsqti:interactionType>{attribute(written.hint)}</imsqti:interactionType>{field}"
