"""Fields with a label above and the error below, and chips that say what narrows a list."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from leadtui.text import clean, cut, plain, width
from leadtui.themes import palette
from leadtui.widgets.field_label import FieldLabel
from leadtui.widgets.line import Line


class FieldError(Widget):
    """The sentence under a field, in the alert colour after a `!`; takes no room while there is none."""

    DEFAULT_CSS = """
    FieldError { height: auto; width: 1fr; color: $alert; display: none; }
    FieldError.-said { display: block; }
    """

    sentence: reactive[str] = reactive("", layout=True)

    def watch_sentence(self, sentence: str) -> None:
        """Show or hide it."""
        self.set_class(bool(sentence), "-said")

    def render(self) -> object:  # type: ignore[override]  # any visual; the base says Rich or Textual's own
        """The sentence, never read as markup."""
        return plain(f"! {self.sentence}" if self.sentence else "")


class Field(Vertical):
    """A label, an `Input` or `TextArea`, and its error.

    with Field("catatan", "wajib") as field: yield TextArea()
    field.error = error_sentence
    """

    DEFAULT_CSS = """
    Field { height: auto; width: 1fr; }
    """

    label: reactive[str] = reactive("")
    fact: reactive[str] = reactive("")
    error: reactive[str] = reactive("")

    def __init__(self, label: str = "", fact: str = "", *children: Widget, id: str | None = None,
                 classes: str | None = None) -> None:  # fmt: skip
        self._label = FieldLabel(label, fact)
        self._error = FieldError()
        super().__init__(*children, id=id, classes=classes)
        self.set_reactive(Field.label, label)
        self.set_reactive(Field.fact, fact)

    def compose(self) -> ComposeResult:
        """The label and the error; what was put in between is the field."""
        yield self._label
        yield self._error

    def on_mount(self) -> None:
        """The label stands above what was put in, the error below."""
        self.move_child(self._label, before=0)

    def watch_label(self, label: str) -> None:
        """Hand it to the label."""
        self._label.label = label

    def watch_fact(self, fact: str) -> None:
        """Hand it to the label."""
        self._label.fact = fact

    def watch_error(self, error: str) -> None:
        """Say it under the field, and colour the field's edge."""
        self._error.sentence = error
        for child in self.children:
            if child not in (self._label, self._error):
                child.set_class(bool(error), "-invalid")


class Chip(Widget):
    """`skor ≥ 20% ×`: one thing that narrows the list; a click takes it away."""

    DEFAULT_CSS = """
    Chip { height: 1; width: auto; background: $field; margin: 0 1 0 0; }
    """

    text: reactive[str] = reactive("", layout=True)

    class Removed(Message):
        """The chip was clicked."""

        def __init__(self, chip: Chip) -> None:
            super().__init__()
            self.chip = chip

        @property
        def control(self) -> Chip:
            """The chip."""
            return self.chip

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Chip.text, text)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as its words and the cross."""
        return width(clean(self.text)) + 4

    def render_line(self, y: int) -> Strip:
        """The one line."""
        colors = palette(self.app)
        line = Line(self.size.width, self.rich_style)
        line.put(1, cut(clean(self.text), self.size.width - 4), colors.style("text"))
        return line.add(" ×", colors.style("muted")).strip()

    def on_click(self, event: events.Click) -> None:
        """Ask for it to go."""
        event.stop()
        self.post_message(self.Removed(self))
