"""Which language a question is in.

A rule of our own rather than a library: questions here are short and half of their words are identifiers, on which
statistical detectors guess ("HNSW efConstruction" is German to some), and a wrong guess would answer somebody in a
language that they did not ask in. Scripts tell most languages apart; the Latin ones are told by function words, and a
text with too few of them is told nothing of. The languages are those of the documentation, and a few scripts more.
"""

import re

NAMES = {
    "en": "English",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "ru": "Russian",
    "ar": "Arabic",
    "hi": "Hindi",
    "th": "Thai",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
    "id": "Indonesian",
}
"""What each language is called in English."""

_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),  # kana: Japanese has Chinese characters too, so it is looked for first
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh": re.compile(r"[\u3400-\u9fff\uf900-\ufaff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
_LETTERS_OF_A_WORD = 2
_FUNCTION_WORDS = {
    "en": "the a an is are was do does did can could how what which when where why who should would of and or in on to "
    "for with my it that this i you not if there from have has",
    "de": "der die das ein eine einen ist sind wie was welche wann wo warum kann ich und oder nicht mit für von zu auf "
    "werden wird im den dem man es gibt bei nach über muss soll mein meine",
    "es": "el la los las un una es son cómo como qué cuál cuando cuándo dónde por puedo puede y o no con para de en se "
    "del al hay mi cuántos cuántas está tengo debo",
    "fr": "le la les un une des est sont comment que quel quelle quels quand où pourquoi puis peut je et ou ne pas "
    "avec pour de du en dans sur il y au ce cette mon ma combien faire",
    "it": "il lo la gli le un una è sono come che cosa quale quando dove perché posso può e o non con per di del della "
    "in si al nel mio quanti quante devo",
    "pt": "o a os as um uma é são como que qual quando onde por posso pode e ou não com para de do da em no na se meu "
    "minha quantos quantas há tenho devo",
    "id": "yang dan atau apa bagaimana kapan mengapa di ke dari untuk dengan tidak bisa saya ini itu adalah dalam pada "
    "berapa apakah cara ada",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_LEAST_WORDS = 2


def language_of(text: str) -> str | None:
    """The code of the text's language, as documentation sites use it; None where the text does not tell.

    A word quoted from another script does not outweigh the English around it.
    """
    words = _latin_words(text)
    counts = {language: len(words & known) for language, known in _WORDS_OF.items()}
    for language, script in _SCRIPTS.items():
        letters = len(script.findall(text))
        if letters >= _LETTERS_OF_A_WORD and letters > _LETTERS_OF_A_WORD * counts["en"]:
            return language
    most = max(counts.values())
    best = [language for language, count in counts.items() if count == most]
    if most < _LEAST_WORDS:
        return None
    return "en" if "en" in best else best[0]


def _latin_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w.])[^\W\d_]+(?![\w(])", text.casefold()))
