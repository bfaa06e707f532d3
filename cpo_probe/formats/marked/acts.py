"""What is done at an element of an XML file, and with what it carries?

Put together once for each name, since it is done a million times.
"""

import re
from collections.abc import Callable, Iterator, Set
from functools import partial
from pyexpat import XMLParserType

from cpo_probe.formats.marked.kinds import KINDS
from cpo_probe.formats.marked.place import Mark, Open, Place
from cpo_probe.formats.marked.plan import Keyed, Leads, Need, Plan, Says, Value
from cpo_probe.formats.marked.seen import Mention, Seen
from cpo_probe.model import Problem, Where
from cpo_probe.model.format import XmlForm

MOST_FILES = 10_000
MOST_NAMES, MOST_ITEMS = 10_000, 50_000
NAME = re.compile(KINDS["name"])
"""NCName, as far as ids of tools go wrong: not empty, no colon, no blank, no digit, point or hyphen in front."""
_ID, _ONE, _MANY = 1, 2, 3

Said = Callable[[Mention], None]
_Act = Callable[[dict[str, str]], None]
_Take = Callable[[str], None]
"""What is done with a value or a text."""
Step = tuple[str, str, _Take, tuple[tuple[str, _Take], ...], tuple[_Act, ...]]
"""For a name as Expat gives it: the local one, what is done with one attribute ("" none) and with others, and at the element."""


class Acts:
    """`ids`, `references`, `ended` elements: since the last look. `text`: of the innermost element, as far as somebody waits.

    `needed`: is told of an element that needs attributes or children.
    """

    def __init__(
        self,
        parser: XMLParserType,
        form: XmlForm,
        open: Open,
        seen: Seen,
        told: Said | None,
        suspects: Set[int],
        needed: Callable[[Need, dict[str, str]], None],
    ) -> None:
        self.open = open
        self.ids: list[str] = []
        self.references: list[str] = []
        self.ended: list[str] = []
        self.text: list[str] = []
        self.seen = seen
        self._parser = parser
        self._form = form
        self._told = told
        self._suspects = suspects
        self._at_need = needed
        self._roles = _roles(form)
        self.wait = self._texts()

    def step(self, plan: Plan, local: str) -> Step:
        takes = [] if plan.plain else [(key, self._take(role, key, local, plan)) for key, role in self._roles.items()]
        (named, take), *others = takes or [("", self.ids.append)]
        return local, named, take, tuple(others), tuple(self._acts(plan, local))

    def _acts(self, plan: Plan, local: str) -> Iterator[_Act]:
        """What is done at each element of a plan."""
        parser = self._parser
        if plan.follow is not None:
            follow = plan.follow
            yield lambda attributes: follow(attributes, parser.CurrentLineNumber)
        for place in plan.files:
            yield self._only(place, partial(self._named_file, place.attribute))
        if not plan.native:
            yield self._strange
            return
        yield from self._gather(plan)
        for value in plan.values:
            yield self._only(value.place, self._there(value.place, self._judged(value)))
        for need in plan.needs:
            yield self._only(need.place, partial(self._at_need, need))
        for keyed in plan.keyed:
            yield self._only(keyed.key.place, partial(self._at_key, keyed))
        yield from self._text_leads(plan, local)

    def _only(self, place: Place, act: _Act) -> _Act:
        """What is done at that place alone."""
        if place.anywhere:
            return act
        at = self.open.at(place)
        return lambda attributes: act(attributes) if at(attributes) else None

    def _there(self, place: Place, take: _Take) -> _Act:
        """With what stands at a place: its attribute if it is there, or its text."""
        wait, name = self.wait, place.attribute
        if name:
            return lambda attributes: take(attributes[name]) if name in attributes else None
        return lambda _: wait(take)

    def _text_leads(self, plan: Plan, local: str) -> Iterator[_Act]:
        wait, take = self.wait, self._take(_MANY, "", local, plan)
        places = [self.open.at(one.place) for one in plan.leads if not one.place.attribute]
        if plan.text:
            yield lambda _: wait(take)
        elif places:
            yield lambda attributes: wait(take) if any(at(attributes) for at in places) else None

    def _gather(self, plan: Plan) -> Iterator[_Act]:
        """Places that differ in the element around alone are one step: some formats have an Id or a Name in all of theirs."""
        concepts = [says for says in plan.says if says.kind == "standard"]
        below = {says.place.around[0]: says.label for says in concepts if says.place.plain}
        names, open, seen = self.open.names, self.open, self.seen.standard

        def concept(attributes: dict[str, str]) -> None:
            around = names[open.depth - 1]
            if around in below:
                seen.add(below.pop(around))

        if below:
            yield concept
        for says in plan.says:
            if says.kind != "standard":
                yield self._only(says.place, self._there(says.place, self._said(says.kind)))
            elif not says.place.plain:
                yield self._only(says.place, partial(self._at_concept, says))

    def _at_concept(self, says: Says, attributes: dict[str, str]) -> None:
        if not says.place.attribute or attributes.get(says.place.attribute):
            self.seen.standard.add(says.label)

    def _said(self, kind: str) -> _Take:
        names, most = (self.seen.own, MOST_NAMES) if kind == "own" else (self.seen.items, MOST_ITEMS)

        def said(text: str) -> None:
            if text and len(names) < most:
                names.add(text)

        return said

    def _judged(self, value: Value) -> _Take:
        fits, looked = value.fits, self.seen.looked.add

        def judged(text: str) -> None:
            looked("value")
            if not fits(text):
                self.wrong("value", self.where(), str(value.place), value.expected, text[:100])

        return judged

    def _at_key(self, keyed: Keyed, attributes: dict[str, str]) -> None:
        if keyed.key.textual:
            self.wait(lambda text: self._key(keyed, text) if text else None)
        else:
            self._key(keyed, "")

    def _key(self, keyed: Keyed, text: str) -> None:
        found = keyed.key.written(self.open, text)
        if found is None:
            return
        if not keyed.key.many:
            self._at_mark(keyed, *found)
            return
        for one in found[1].split():
            self._at_mark(keyed, (one,), one)

    def _at_mark(self, keyed: Keyed, fields: Mark, shown: str) -> None:
        if keyed.refers and not keyed.counts(shown):
            return
        mark, seen = hash((keyed.group, *fields)), self.seen
        if keyed.refers:
            seen.looked.add("key-reference")
            seen.meant.fresh.append(mark)
        else:
            seen.named.fresh.append(mark)
            if keyed.once:
                seen.looked.add("key-unique")
                seen.once.fresh.append(mark)
        if self._told is not None:
            rule = "key-reference" if keyed.refers else "key-unique"
            self._tell(rule, mark, shown, keyed.key.place.element, keyed.keys.name)

    # Ids, and references to them

    def _take(self, role: int, attribute: str, element: str, plan: Plan) -> _Take:
        """What is done with the value of an attribute of that role, or with the text."""
        if role == _ID:
            plain = self._told is None and not plan.groups
            return self.ids.append if plain else partial(self._id, element, plan.groups)
        refer = self._refer(element, [one for one in plan.leads if one.place.attribute == attribute])
        if role == _ONE and not self._form.fragment:
            return refer
        return partial(self._written, role, attribute in self._form.bare, refer)

    def _id(self, element: str, groups: tuple[int, ...], value: str) -> None:
        self.ids.append(value)
        for group in groups:
            self.seen.named.fresh.append(hash((group, value)))
        if self._told is not None:
            mark = hash(value)
            self._tell("id-unique", mark, value, element, "an id of its own")
            if self._form.names and not NAME.fullmatch(value):
                self._tell("id-name", mark, value, element, "a name")

    def _written(self, role: int, bare: bool, refer: _Take, value: str) -> None:
        for one in value.split() if role == _MANY else (value,):
            if not self._form.fragment:
                refer(one)
            elif one.startswith("#"):  # what has no # in front leads to another file
                refer(one[1:])
            elif bare:
                refer(one)

    def _refer(self, element: str, leads: list[Leads]) -> _Take:
        """What is done with a reference; of places that say where it leads, the first that fits holds."""
        met, meant, looked = self.references.append, self.seen.meant.fresh.append, self.seen.looked.add
        places = [(lead.group, lead.place.anywhere, self.open.at(lead.place), lead.expected) for lead in leads]
        telling = self._told is not None

        def refer(value: str) -> None:
            met(value)
            if telling:
                self._tell("reference", hash(value), value, element, "an element with that id")
            for group, anywhere, at, expected in places:
                if anywhere or at({}):
                    kind = hash((group, value))
                    meant(kind)
                    looked("reference-kind")
                    if telling:
                        self._tell("reference-kind", hash(value), value, element, expected, kind)
                    return

        return refer if places or telling else met

    def _strange(self, attributes: dict[str, str]) -> None:
        for name, role in self._roles.items():
            if role == _ID and name in attributes:
                self.seen.strange.fresh.append(hash(attributes[name]))

    def _tell(self, rule: str, mark: int, value: str, place: str, expected: object, kind: int = 0) -> None:
        if self._told is not None and (mark in self._suspects or kind in self._suspects or rule == "id-name"):
            self._told(Mention(rule, mark, value[:200], place, expected, self.where(), kind))

    # Places and texts

    def where(self) -> Where:
        return Where("file", line=self._parser.CurrentLineNumber, offset=max(self._parser.CurrentByteIndex, 0))

    def wrong(self, rule: str, where: Where, place: str, expected: object, found: object) -> None:
        self.seen.problems.add(Problem(rule, where, place, expected, found, {}))

    def _named_file(self, attribute: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if attribute:
            self._file(attributes.get(attribute, ""), line)
        else:
            self.wait(lambda text: self._file(text, line))

    def _file(self, name: str, line: int) -> None:
        if name and len(self.seen.files) < MOST_FILES:
            self.seen.files.append((name, line))

    def _texts(self) -> Callable[[_Take], None]:
        """For the text of the innermost element, if it holds no others: the parser tells of texts and ends only then."""
        parser, open, over, pieces = self._parser, self.open, self.ended.append, self.text
        waiting: list[_Take] = []
        gather, awaited = pieces.append, 0

        def wait(take: _Take) -> None:
            nonlocal awaited
            if awaited != open.depth:
                waiting.clear()
                pieces.clear()
                awaited = open.depth
                parser.CharacterDataHandler = gather
                parser.EndElementHandler = end
            waiting.append(take)

        def end(name: str) -> None:
            nonlocal awaited
            over(name)
            parser.EndElementHandler = over
            parser.CharacterDataHandler = None
            if awaited == open.depth:  # nothing began in it
                text = "".join(pieces).strip()
                for take in waiting:
                    take(text)
            waiting.clear()
            pieces.clear()
            awaited = 0

        return wait


def _roles(form: XmlForm) -> dict[str, int]:
    roles = dict.fromkeys(form.ids, _ID)
    for name in form.references:
        if name.startswith("@"):
            roles[name[1:].rstrip("*")] = _MANY if name.endswith("*") else _ONE
    return roles
