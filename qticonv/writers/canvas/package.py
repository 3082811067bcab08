"""The zip: one quiz (or its questions as banks) after the other, settings, images and the manifest."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import BinaryIO

from msgspec import Struct, field
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import ChoiceInteraction, ChoiceKind, Item, ItemBank, NoInteraction, Section, Text
from qticonv.model.markup import escape
from qticonv.model.options import WriteOptions
from qticonv.patterns import lazy
from qticonv.writers.canvas import xml
from qticonv.writers.canvas.questions import TITLE_LENGTH, write_item
from qticonv.writers.capabilities import quiz_parts
from qticonv.writers.markup import packaged_path, to_html
from qticonv.writers.packing import Packer

TARGET = "canvas"
MAX_RATIO = 60  # of a file to what it is packed into; the package as a whole stays below 100
_LEVEL = 3  # of compression: half the time of the default for a tenth more bytes
_SMALL = 65_536
STEM_LENGTH = 16_384  # longer stems are replaced (assessment_question_importer.rb)

_LEARNING_RESOURCE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_QTI = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.imsglobal.org/xsd/'
    'ims_qtiasiv1p2 http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd">\n'
)
_META = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<quiz xmlns="http://canvas.instructure.com/xsd/cccv1p0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://canvas.instructure.com/xsd/cccv1p0 '
    'https://canvas.instructure.com/xsd/cccv1p0.xsd" identifier="{0}">\n'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest identifier="{0}" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" '
    'xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1 http://www.imsglobal.org/xsd/imscp_v1p1.xsd '
    'http://www.imsglobal.org/xsd/imsmd_v1p2 http://www.imsglobal.org/xsd/imsmd_v1p2p2.xsd">\n'
    "<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion><imsmd:lom><imsmd:general><imsmd:title>"
    "<imsmd:string>{1}</imsmd:string></imsmd:title></imsmd:general></imsmd:lom></metadata>\n"
    "<organizations/>\n<resources>\n"
)
# Identifiers of items that qticonv made are hashes already; others could meet a stranger's in the same course.
_GLOBAL = lazy(r"q-[0-9a-f]{12}")


def write_package(banks: Sequence[ItemBank], options: WriteOptions, out: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write one package with a quiz for each bank; return what it cannot hold of the banks as a whole."""
    package = _Package(options)
    with Packer(out) as archive:
        for bank in banks:
            package.add(bank, archive)
        title = next((bank.title for bank in banks if bank.title), None) or "Quiz"
        package.finish(title, archive)
    return tuple(package.diagnostics)


class _Package(Struct):
    options: WriteOptions
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _resources: list[str] = field(default_factory=list)
    _files: dict[str, bytes] = field(default_factory=dict)  # images by their path
    _given: set[str] = field(default_factory=set)  # identifiers of items, quizzes and banks

    def add(self, bank: ItemBank, archive: Packer) -> None:
        """Pack a bank."""
        writer = _Items(bank, self)
        if self.options.as_bank:
            self._bank_losses(bank)
            for title, items in _by_category(bank).items():
                self._add_bank(title, items, writer, archive)
        else:
            self._add_quiz(bank, writer, archive)

    def _add_quiz(self, bank: ItemBank, writer: _Items, archive: Packer) -> None:
        title = self._title(bank.title or "Quiz")
        identifier = self.unique(_hash("quiz", title, *(item.identifier for item in bank.items)))
        body = "".join(_body(bank, writer, self))
        head = f'{_QTI}<assessment ident="{identifier}" title="{escape(title)}"><section ident="root_section">\n'
        document = f"{head}{body}</section></assessment></questestinterop>\n"
        place, meta = f"{identifier}/{identifier}.xml", f"{identifier}/assessment_meta.xml"
        _pack(archive, place, document)
        _pack(archive, meta, _settings(bank, identifier, title, writer))
        self._losses(bank)
        link = f'<file href="{place}"/><dependency identifierref="{identifier}_meta"/>'
        self._resources.append(f'<resource identifier="{identifier}" type="imsqti_xmlv1p2">{link}</resource>')
        self._resources.append(_resource(f"{identifier}_meta", _LEARNING_RESOURCE, meta))

    def _add_bank(self, title: str, items: Sequence[Item], writer: _Items, archive: Packer) -> None:
        title = self._title(title)
        identifier = self.unique(_hash("bank", title, *(item.identifier for item in items)))
        name = f"<qtimetadata>{xml.metadata('bank_title', escape(title))}</qtimetadata>"
        body = "".join(map(writer.write, items))
        place = f"non_cc_assessments/{identifier}.xml.qti"
        _pack(archive, place, f'{_QTI}<objectbank ident="{identifier}">{name}\n{body}</objectbank></questestinterop>\n')
        self._resources.append(_resource(identifier, _LEARNING_RESOURCE, place))

    def finish(self, title: str, archive: Packer) -> None:
        """Pack the images and the manifest. Each image is a resource of its own: Canvas reports others as missing."""
        for path, data in self._files.items():
            _pack(archive, path, data)
            self._resources.append(_resource(_hash("file", path), "webcontent", path))
        head = _MANIFEST.format(_hash("manifest", *self._resources), escape(xml.one_line(title)))
        _pack(archive, "imsmanifest.xml", head + "\n".join(self._resources) + "\n</resources>\n</manifest>\n")

    def image(self, name: str, bank: ItemBank) -> str | None:
        """Return the address of an image in the package, which is packed from now on."""
        asset = bank.assets.get(name)
        if asset is None or asset.data is None:
            return None
        path = packaged_path(name)
        if self._files.setdefault(path, asset.data) != asset.data:  # two banks with images of the same name
            path = path.replace("images/", f"images/{_hash('image', asset.data.hex())[:9]}-")
            self._files[path] = asset.data
        return f"$IMS-CC-FILEBASE$/{path}"

    def unique(self, identifier: str) -> str:
        """Return ``identifier``, with a number if it stands in the package already."""
        found, count = identifier, 1
        while found in self._given:
            count += 1
            found = f"{identifier}-{count}"
        self._given.add(found)
        return found

    def lose(self, message: str, item: Item | None = None) -> None:
        """Report what does not arrive."""
        identifier, span = (item.identifier, item.span) if item else (None, None)
        self.diagnostics.append(
            diagnose(Code.TARGET_LOSES, message, item=identifier, span=span, target=TARGET, effect=Effect.LOST)
        )

    def _title(self, title: str) -> str:
        plain = xml.one_line(title) or "Quiz"
        if len(plain) <= TITLE_LENGTH:
            return plain
        self.lose(f"the title of the quiz is cut: Canvas refuses titles over {TITLE_LENGTH} characters")
        return plain[: TITLE_LENGTH - 1].rstrip() + "…"

    def _bank_losses(self, bank: ItemBank) -> None:
        """Report what belongs to a quiz, which a question bank is not."""
        for what in quiz_parts(bank):
            self.lose(f"{what}: not written, because the file holds question banks and no quiz")

    def _losses(self, bank: ItemBank) -> None:
        if bank.quiz.shuffle_items:
            self.lose("order of the questions: Canvas shuffles questions only within groups that draw some of them")
        for section in bank.sections:
            if section.pick is None:
                self.lose(f"section {section.title!r}: its questions stand in the quiz without a heading")


class _Items:
    """Writes the items of one bank."""

    def __init__(self, bank: ItemBank, package: _Package) -> None:
        self._bank = bank
        self._package = package
        self._passages: dict[str, Text] | None = None
        self.content = xml.Content(lambda name: package.image(name, bank))
        self.points = Decimal(0)
        self.shuffles: set[bool] = set()

    def write(self, item: Item) -> str:
        """Return ``item`` as XML and count its points."""
        own = item.identifier
        identifier = own if _GLOBAL.fullmatch(own) else _hash("item", self._bank.title or "", own)
        if not isinstance(item.interaction, NoInteraction):
            self.points += item.points
        if isinstance(item.interaction, ChoiceInteraction) and item.interaction.kind is not ChoiceKind.TRUE_FALSE:
            self.shuffles.add(item.interaction.shuffle)
        students = self._package.options.model_answer_for_students
        passage = self._passage(item)
        return write_item(item, self._package.unique(identifier), self.content, passage, for_students=students)

    def _passage(self, item: Item) -> Text | None:
        if item.passage is None:
            return None
        if self._passages is None:
            found = (other for other in self._bank.items if isinstance(other.interaction, NoInteraction))
            self._passages = {other.identifier: other.stem for other in found}
        passage = self._passages.get(item.passage)
        if passage and len(to_html(passage)) + len(to_html(item.stem)) > STEM_LENGTH - 200:
            self._package.lose("shared passage: too long to be repeated before the question", item)
            return None
        return passage


# ---------------------------------------------------------------- the body of a quiz


def _body(bank: ItemBank, writer: _Items, package: _Package) -> Iterator[str]:
    """Yield the items in their order; a group that is drawn from stands where its first item does."""
    drawn = {name: section for section in reversed(bank.sections) if section.pick for name in section.items}
    worth = {name: s.points_each for s in reversed(bank.sections) if s.points_each is not None for name in s.items}
    begun: set[int] = set()
    by_name = {item.identifier: item for item in bank.items} if drawn else {}
    for item in bank.items:
        section = drawn.get(item.identifier)
        if section is None or isinstance(item.interaction, NoInteraction):
            yield writer.write(_worth(item, worth))
        elif id(section) not in begun:
            begun.add(id(section))
            members = [by_name[name] for name in section.items if name in by_name and drawn[name] is section]
            yield _group(section, members, writer, package)


def _worth(item: Item, worth: dict[str, Decimal]) -> Item:
    points = worth.get(item.identifier)
    return item if points is None or isinstance(item.interaction, NoInteraction) else replace(item, points=points)


def _group(section: Section, members: Sequence[Item], writer: _Items, package: _Package) -> str:
    """Return a group from which Canvas draws ``pick`` questions, each worth the same."""
    scored = [item for item in members if not isinstance(item.interaction, NoInteraction)]
    points = section.points_each if section.points_each is not None else scored[0].points
    if section.points_each is None and any(item.points != points for item in scored):
        package.lose(
            f"section {section.title!r}: every question drawn from a group is worth {xml.number(points)} points"
        )
    pick = min(section.pick or len(scored), len(scored))
    before = writer.points
    body = "".join(writer.write(item) for item in scored)
    writer.points = before + points * pick
    identifier = package.unique(_hash("group", section.title, *section.items))
    chosen = (
        f"<selection_ordering><selection><selection_number>{pick}</selection_number><selection_extension>"
        f"<points_per_item>{xml.number(points)}</points_per_item></selection_extension></selection>"
        "</selection_ordering>\n"
    )
    title = escape(xml.one_line(section.title))
    return f'<section ident="{identifier}" title="{title}">{chosen}{body}</section>\n'


def _settings(bank: ItemBank, identifier: str, title: str, writer: _Items) -> str:
    quiz = bank.quiz
    description = writer.content.html(quiz.description) if quiz.description else ""
    entries = {
        "title": escape(title),
        "description": description,
        "shuffle_answers": "true" if writer.shuffles == {True} else "false",
        "scoring_policy": "keep_highest",
        "quiz_type": "assignment",
        "points_possible": xml.number(writer.points),
    }
    if quiz.attempts is not None:
        entries["allowed_attempts"] = str(quiz.attempts)
    if quiz.time_limit_minutes is not None:
        entries["time_limit"] = str(int(quiz.time_limit_minutes.to_integral_value(ROUND_CEILING)))
    body = "".join(f"<{name}>{value}</{name}>\n" for name, value in entries.items())
    return f"{_META.format(identifier)}{body}</quiz>\n"


def _by_category(bank: ItemBank) -> dict[str, list[Item]]:
    """Return the items of each category under the name of its bank: the title and the path."""
    found: dict[str, list[Item]] = {}
    for item in bank.items:
        found.setdefault(" / ".join(filter(None, (bank.title or "Questions", *item.category))), []).append(item)
    return found


# ---------------------------------------------------------------- files


def _resource(identifier: str, kind: str, href: str) -> str:
    return f'<resource identifier="{identifier}" type="{kind}" href="{href}"><file href="{href}"/></resource>'


def _hash(*parts: str) -> str:
    """Return ``g`` and 32 hexadecimal digits, as Canvas's own exports have."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    return f"g{digest.hexdigest()[:32]}"


def _pack(archive: Packer, path: str, data: str | bytes) -> None:
    """Pack a file, as dense as Canvas takes it."""
    content = data.encode() if isinstance(data, str) else data
    archive.add(path, content, 0 if _is_too_dense(content) else _LEVEL)


def _is_too_dense(content: bytes) -> bool:
    """Whether Canvas would take the file for a zip bomb: it stops at 100 times the size (gems/canvas_unzip)."""
    if len(content) < _SMALL:
        return False
    return len(zlib.compress(content, _LEVEL)) * MAX_RATIO < len(content)
