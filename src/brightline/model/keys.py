"""Search keys: what a name or an identifier is found by.

Three kinds, stored in `content.aspect.keys` and looked up by `&&`:

    t:<token>          one word of a name: transliterated to ASCII first, then folded
    s:<code>           how it sounds (both codes of double metaphone)
    i:<type>:<value>   an identifier in the normal form of its type; besides, `i:any:<value>`, so that
                       whoever types a number needn't know what kind it is

Transliteration comes first because metaphone answers '' for Cyrillic and wrongly for "Müller".
Data and queries go through the same functions, so that they can't drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from metaphone import doublemetaphone
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, format_number, is_possible_number
from phonenumbers import parse as parse_number
from rigour.ids import get_identifier_format
from rigour.names import extract_org_types, tokenize_name
from rigour.text import ascii_text

from brightline.model.schemata import schema_of

MAX_TEXT = 2_000
MAX_TOKEN = 48
MAX_TOKENS = 64
MAX_DOCUMENT = 200_000

_CACHED_TOKENS = 1 << 17
_SPLIT = re.compile(r"[a-z0-9]+")
_VOWEL = re.compile(r"[aeiouy]")
_ALNUM = re.compile(r"[\W_]+")

FORMATS: Mapping[str, str] = {
    "iban": "iban",
    "imo": "imo",
    "lei": "lei",
    "bic": "bic",
    "isin": "isin",
    "inn": "inn",
    "ogrn": "ogrn",
    "npi": "npi",
    "uscc": "uscc",
    "uei": "uei",
    "ssn": "ssn",
    "wikidata": "wikidata",
}
"""Identifier types that rigour normalises and checks."""

PROPERTY_TYPES: Mapping[str, str] = {
    "iban": "iban",
    "ibanMentioned": "iban",
    "imoNumber": "imo",
    "leiCode": "lei",
    "bic": "bic",
    "swiftBic": "bic",
    "isin": "isin",
    "isinCode": "isin",
    "innCode": "inn",
    "ogrnCode": "ogrn",
    "npiCode": "npi",
    "uscCode": "uscc",
    "uniqueEntityId": "uei",
    "socialSecurityNumber": "ssn",
    "wikidataId": "wikidata",
    "registrationNumber": "registration",
    "idNumber": "idnumber",
    "passportNumber": "passport",
    "accountNumber": "account",
    "taxNumber": "tax",
    "vatCode": "tax",
    "mmsi": "mmsi",
    "callSign": "callsign",
    "licenseNumber": "licence",
    "cryptoAddress": "publickey",
    "publicKey": "publickey",
}
"""Type of identifier that a FollowTheMoney property holds; every other one is `generic`."""

NOT_IDENTIFYING = frozenset(
    {"programId", "okvedCode", "cpvCode", "nutsCode", "zipCode", "territoryCode", "fipsCode", "coatoCode"}
)
"""Codes that FollowTheMoney types as identifiers but that thousands share: no keys of their own."""


@dataclass(frozen=True, slots=True)
class Keys:
    """`tokens` feed the dictionary that typos are looked up in; `keys` are stored with the aspect."""

    tokens: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityKeys:
    """Everything an aspect is found by. `document` is for `to_tsvector('pg_catalog.simple', …)`."""

    tokens: tuple[str, ...]
    keys: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a query. A hit has each word that isn't `optional`, by any of its keys or tokens.

    `texts` are what the full text must hold instead, all of them ('2026-0001' is two words there).
    """

    text: str
    tokens: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query, cut into words. `named` says whether any word may be a name or an identifier."""

    text: str
    words: tuple[Word, ...]

    @property
    def named(self) -> bool:
        return any(word.tokens or word.identifiers for word in self.words)


# --- names ------------------------------------------------------------------------------------------


@lru_cache(_CACHED_TOKENS)
def _spellings(token: str) -> tuple[str, ...]:
    """The ASCII forms of one token: usually one; several where a script writes words together.

    習近平 gives xi, jin, ping and, since people write it so in Latin letters, jinping and xijinping.
    """
    folded = ascii_text(token.casefold()).casefold().replace("'", "")
    parts = [part[:MAX_TOKEN] for part in _SPLIT.findall(folded)][:8]
    if len(parts) < 2:
        return tuple(parts)
    joined = [left + right for left, right in pairwise(parts)] + ["".join(parts)]
    return tuple(dict.fromkeys([*parts, *(word[:MAX_TOKEN] for word in joined)]))


def _voiced(token: str, spelling: str) -> str:
    """Arabic and Hebrew write consonants only; metaphone needs a vowel between them (mhmd → mahamad)."""
    if token.isascii() or _VOWEL.search(spelling) or spelling.isdigit():
        return spelling
    return "a".join(spelling)


@lru_cache(_CACHED_TOKENS)
def _sounds(token: str) -> tuple[str, ...]:
    """Phonetic codes of a token; none for numbers, initials and codes that say next to nothing."""
    words = [word for word in _spellings(token) if len(word) > 2 and not word.isdigit()]
    codes = [code for word in words for code in doublemetaphone(_voiced(token, word))]
    return tuple(dict.fromkeys(code for code in codes if len(code) > 1))


@lru_cache(_CACHED_TOKENS)
def _token_keys(token: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    spellings = _spellings(token)
    return spellings, (*(f"t:{word}" for word in spellings), *(f"s:{code}" for code in _sounds(token)))


@lru_cache(_CACHED_TOKENS)
def _correctable(word: str) -> bool:
    """Numbers and words of one or two letters are no use in a dictionary: all are neighbours of all."""
    return len(word) > 2 and not word.isdigit()


def name_keys(name: str, schema: str = "Thing") -> Keys:
    """Tokens and keys of one name. Unknown scripts and punctuation give none, never an error."""
    tokens: dict[str, None] = {}
    keys: dict[str, None] = {}
    for token in tokenize_name(name[:MAX_TEXT])[:MAX_TOKENS]:
        spelled, found = _token_keys(token)
        tokens.update(dict.fromkeys(word for word in spelled if _correctable(word)))
        keys.update(dict.fromkeys(found))
    return Keys(tuple(tokens), tuple(keys))


def words_of(text: str) -> list[str]:
    """Free text as the folded words that the full-text index and its queries share."""
    return [word for token in tokenize_name(text) for word in _spellings(token)]


# --- identifiers ------------------------------------------------------------------------------------


def _plain(value: str) -> str:
    """Letters and digits only, upper case: how people copy a number never matters."""
    return _ALNUM.sub("", ascii_text(value)).upper()[:96]


@lru_cache(1 << 15)
def _phone(value: str) -> tuple[str, str] | None:
    """(E.164, national number) of a number with its country code, else None."""
    text = value.strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = parse_number(text, None)
    except NumberParseException:
        return None
    if not is_possible_number(number):
        return None
    return phone_parts(number)


def phone_parts(number: PhoneNumber) -> tuple[str, str]:
    """(E.164, national number) of a parsed number."""
    return format_number(number, PhoneNumberFormat.E164), str(number.national_number)


def _email(value: str) -> str | None:
    text = value.strip().removeprefix("mailto:").strip("<>").casefold()
    local, at, domain = text.rpartition("@")
    return text[:254] if at and local and "." in domain and not re.search(r"\s", text) else None


def _format(name: str, value: str) -> str | None:
    form = get_identifier_format(name)
    return form.normalize(value) if form else None


@lru_cache(1 << 15)
def normal_identifier(type: str, value: str) -> str | None:
    """The one way to write this identifier, or None when nothing of it is left.

    What its type can't read is kept in the plain form: a mistyped IBAN is still worth finding.
    """
    value = value[:MAX_TEXT]
    if type == "phone":
        parsed = _phone(value)
        return parsed[0] if parsed else _plain(value) or None
    if type == "email":
        return _email(value) or _plain(value) or None
    if type in FORMATS:
        normal = _format(FORMATS[type], value)
        return (normal or _plain(value))[:96] or None
    return _plain(value) or None


def identifier_keys(type: str, value: str) -> tuple[str, ...]:
    """Keys of one identifier: its own type, any type, and a phone's national number."""
    normal = normal_identifier(type, value)
    if not normal:
        return ()
    if type == "phone" and (parsed := _phone(value)):
        return phone_keys(*parsed)
    keys = [f"i:{type}:{normal}", f"i:any:{normal if type == 'email' else _plain(normal)}"]
    if type not in ("email", "phone") and _plain(value):
        # As it was written, too: IMO pads with zeros, others drop a prefix that people may type.
        keys.append(f"i:any:{_plain(value)}")
    return tuple(dict.fromkeys(keys))


def phone_keys(e164: str, national: str) -> tuple[str, ...]:
    """Keys of a phone whose number is known in both forms."""
    keys = (f"i:phone:{e164}", f"i:any:{e164[1:]}")
    return (*keys, f"i:tel:{national}") if len(national) > 6 else keys


def property_identifier(name: str, ftm_type: str) -> str | None:
    """Type of identifier for a FollowTheMoney property, or None when it holds no identifier."""
    if ftm_type in ("phone", "email"):
        return ftm_type
    if ftm_type != "identifier" or name in NOT_IDENTIFYING:
        return None
    return PROPERTY_TYPES.get(name, "generic")


# --- whole entities ---------------------------------------------------------------------------------


_UNREAD = frozenset({"entity", "checksum", "url", "json", "mimetype", "gender", "country", "language"})
"""Types whose values nobody types into a search, or that would be found everywhere."""


@lru_cache(4_096)
def _role(schema: str, name: str) -> tuple[str, str | None]:
    """What a property does in search: ('name'|'identifier'|'text'|'', identifier type)."""
    proper = schema_of(schema)
    prop = proper.properties.get(name) if proper else None
    if prop is None:
        return "text", None
    identifier = property_identifier(name, prop.type.name)
    if identifier:
        return "identifier", identifier
    if prop.type.name == "name" or name == "callSign":
        return "name", None
    return ("", None) if prop.type.name in _UNREAD else ("text", None)


def property_role(schema: str, name: str) -> tuple[str, str | None]:
    """('name' | 'identifier' | 'text' | '', identifier type) of a property of a schema."""
    return _role(schema, name)


def entity_keys(schema: str, properties: Mapping[str, Sequence[str]]) -> EntityKeys:
    """Keys, tokens and full-text document of one aspect, from its FollowTheMoney properties.

    A value node (schema `Value`) is found by its `name` as the identifier that its `type` names.
    """
    tokens: dict[str, None] = {}
    keys: dict[str, None] = {}
    text: list[str] = []
    for name, values in properties.items():
        role, identifier = _value_role(properties) if schema == "Value" else _role(schema, name)
        for value in values if role else ():
            if role == "identifier" and identifier:
                keys.update(dict.fromkeys(identifier_keys(identifier, value)))
                continue
            text.append(value)
            if role == "name":
                found = name_keys(value, schema)
                tokens.update(dict.fromkeys(found.tokens))
                keys.update(dict.fromkeys(found.keys))
    return EntityKeys(tokens=tuple(tokens), keys=tuple(keys), document=_document(text))


def _value_role(properties: Mapping[str, Sequence[str]]) -> tuple[str, str | None]:
    return "identifier", next(iter(properties.get("type", ())), "generic")


def _document(values: Iterable[str]) -> str:
    joined = "\n".join(values)[:MAX_DOCUMENT]
    return " ".join(words_of(joined))


SCOPED = frozenset({"sealed", "covert", "protected", "oversight"})
"""Caveats and categories whose keys carry the marking, so that hidden and absent words cost the same."""


def scoped(keys: Iterable[str], marking: int) -> tuple[str, ...]:
    """Keys of an aspect whose marking is one of `SCOPED`: `15:t:smith` instead of `t:smith`."""
    return tuple(f"{marking}:{key}" for key in keys)


# --- queries ----------------------------------------------------------------------------------------

_RUN = re.compile(
    r"[^\s@]+@[^\s@]+\.[^\s@]+"  # an e-mail address
    r"|\b[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]{4}){2,7}(?: ?[0-9A-Za-z]{1,4})?\b"  # an IBAN in blocks of four
    r"|(?<![\w-])(?:\+|00)?\(?\d[\d().\-/ \u00a0]{5,}\d(?![\w-])"  # a phone or account number with gaps
    r"|\b[A-Z]{1,4} \d{2,5}(?: [A-Z]{1,4})?\b"  # a plate in capitals: SM 4471 NJ
    r"|\b(?=[\w\-/.]*\d)\w+(?:[\-/.]\w+)+\b"  # a reference such as C-2026-0001
)
# Articles and particles, titles, legal forms that rigour leaves out, labels in front of a number.
_SMALL_WORDS = frozenset(
    """
    a al an and bin bint da de del der des di do dos du el ibn la le of the van von y
    mr mrs ms dr mv ss co company corp inc limited ltd
    iban imo lei mmsi passport phone tel no nr number id
    """.split()  # noqa: SIM905 — read as words, not as sixty quoted strings
)


def _candidates(text: str) -> tuple[str, ...]:
    """Identifier keys that a piece of query may mean. Type by form; `any` always."""
    plain = _plain(text)
    digits = sum(letter.isdigit() for letter in plain)
    email = _email(text)
    if email:
        return (f"i:email:{email}", f"i:any:{email}")
    if not digits or len(plain) < 3:
        return ()
    keys = [f"i:any:{plain}"]
    parsed = _phone(text) if digits >= 7 and text.lstrip().startswith(("+", "00")) else None
    if parsed:
        keys.append(f"i:phone:{parsed[0]}")
    elif plain.isdigit() and digits >= 7:
        keys.append(f"i:tel:{plain.lstrip('0')}")
    keys.extend(
        f"i:{type}:{normal}"
        for type, form in FORMATS.items()
        if (normal := _format(form, text)) and _plain(normal) != plain
    )
    return tuple(dict.fromkeys(keys))


def _legal_forms(text: str) -> frozenset[str]:
    """Words such as Ltd and GmbH, which say little: a hit may lack them."""
    return frozenset(word for form, _ in extract_org_types(text.casefold()) for word in words_of(form))


def _small(word: str, forms: frozenset[str]) -> bool:
    return not word.isdigit() and (len(word) == 1 or word in _SMALL_WORDS or word in forms)


def _spoken(token: str, forms: frozenset[str]) -> list[Word]:
    """The words that a token of the query stands for.

    習近平 is three words, each found also inside jinping or xijinping, for so it may have been written.
    """
    spelled = _spellings(token)
    plain = [word for word in spelled if not any(word != part and part in word for part in spelled)] or spelled
    if len(plain) < 2:
        word = Word(
            text=token,
            tokens=spelled,
            sounds=_sounds(token),
            identifiers=_candidates(token),
            texts=spelled,
            optional=bool(spelled) and _small(spelled[0], forms),
        )
        return [word] if spelled else []
    return [
        Word(text=f"{token} ({part})", tokens=tuple(w for w in spelled if part in w), texts=(part,)) for part in plain
    ]


def _run_word(run: str) -> Word:
    return Word(text=run.strip(), identifiers=_candidates(run), texts=tuple(words_of(run)))


def _cut(text: str) -> tuple[list[str], str]:
    """(runs that may be identifiers with gaps inside, what remains)."""
    runs = [run.group() for run in _RUN.finditer(text)]
    return runs, _RUN.sub(" ", text)


def query_keys(text: str) -> Query:
    """What a query looks for, word by word. When every word is a small one, all count."""
    text = text[:MAX_TEXT]
    runs, names = _cut(text)
    forms = _legal_forms(names)
    words = [_run_word(run) for run in runs]
    for token in tokenize_name(names)[:MAX_TOKENS]:
        words.extend(_spoken(token, forms))
    words = [word for word in words if word.tokens or word.identifiers or word.texts]
    if all(word.optional for word in words):
        words = [replace(word, optional=False) for word in words]
    return Query(text=text, words=tuple({word.text.casefold(): word for word in words}.values()))
