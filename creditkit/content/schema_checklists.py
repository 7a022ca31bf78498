"""The shape of a checklist: what to collect, who collects it, from where, and what to mind."""

from pydantic import Field

from creditkit.content.schema import Id, Names, Option, Part, Ref, Some, Titled, When
from creditkit.text import Text


class Group(Titled):
    ref: Ref
    note: Text | None = None


class ChecklistItem(Titled):
    """One thing to collect. `ours` marks who and where as this product's advice, for items of
    which the coursework does not say."""

    ref: Ref
    group: str
    collector: str
    channels: Names
    needed: When = Field(default_factory=dict)
    ours: bool = False
    how: Text
    note: Text | None = None


class Caution(Titled):
    ref: Ref
    who: str
    why: Text


class Checklist(Part):
    checklist: Id
    ref: Ref
    title: Text
    given: dict[str, str] = Field(default_factory=dict)
    lists: dict[str, Some[Option]]
    groups: Some[Group]
    items: Some[ChecklistItem]
    cautions: tuple[Caution, ...] = ()
    note: Text | None = None

    @property
    def id(self) -> str:
        return self.checklist

    def option(self, list_name: str, id: str) -> Option:
        return next(o for o in self.lists[list_name] if o.id == id)
