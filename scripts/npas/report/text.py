"""A text of the page in its two languages."""

from collections.abc import Iterable
from dataclasses import dataclass

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Text:
    """One text, in Chinese and in English."""

    zh: str
    en: str

    def __add__(self, other: "Text | str") -> "Text":
        more = both(other)
        return Text(self.zh + more.zh, self.en + more.en)

    def of(self, language: str) -> str:
        """The text in one of `LANGUAGES`."""
        return self.zh if language == "zh" else self.en

    @property
    def is_same(self) -> bool:
        """Whether both languages say it with the same characters."""
        return self.zh == self.en


def both(text: Text | str) -> Text:
    """A text that may be a plain string: a name, a number."""
    return text if isinstance(text, Text) else Text(text, text)


def joined(texts: Iterable[Text | str], zh: str = "；", en: str = "; ") -> Text:
    """Texts one after the other, with a mark between them."""
    several = [both(text) for text in texts]
    return Text(zh.join(text.zh for text in several), en.join(text.en for text in several))


def sentences(texts: Iterable[Text]) -> Text:
    """Whole sentences one after the other."""
    return joined(texts, "", " ")
