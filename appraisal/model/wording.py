"""A wording: the same thing said in Chinese and in English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """``zh`` always there; ``en`` may be empty, then the Chinese is shown."""

    zh: str
    en: str = ""

    def __getitem__(self, language: str) -> str:
        """The wording in a language, ``"zh"`` or ``"en"``.

        >>> Wording("满意", "Satisfied")["en"], Wording("满意")["en"]
        ('Satisfied', '满意')
        """
        return (self.en or self.zh) if language == "en" else self.zh
