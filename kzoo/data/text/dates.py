"""Dates as people write them, in seven languages, and what ISO 8601 makes of them: pairs from a seed alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from kzoo.data.text.pairs import Pair, Pairs

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
SHORT = range(1950, 2050)  # years that two digits can stand for
TRAIN, TEST = 60_000, 1000

MONTH_NAMES = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
DAY_NAMES = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}
MONTHS, DAYS = ({key: names.split() for key, names in table.items()} for table in (MONTH_NAMES, DAY_NAMES))

Style = Callable[[date], str]


def in_words(language: str, form: str) -> Style:
    """Return a style with names of months, by a format string.

    `{d}` is the day, `{m}` the month and `{w}` the weekday by name, `{y}` the year.
    `{th}` is an English ordinal, `{er}` a French one; `{mmm}` and `{www}` are the first three letters.
    """

    def format_date(day: date) -> str:
        month, weekday = MONTHS[language][day.month - 1], DAYS[language][day.weekday()]
        return form.format(
            d=day.day,
            th=f"{day.day}{ordinal(day.day)}",
            er="1er" if day.day == 1 else day.day,
            m=month,
            mmm=month[:3],
            w=weekday,
            www=weekday[:3],
            y=day.year,
        )

    return format_date


def numeric(form: str) -> Style:
    """Return a style: `{d}`, `{m}` and `{y}` are numbers, `{dd}` and `{mm}` of two digits, and so is `{yy}`."""

    def format_date(day: date) -> str:
        d, m, y = day.day, day.month, day.year
        return form.format(d=d, dd=f"{d:02}", m=m, mm=f"{m:02}", y=y, yy=f"{y % 100:02}")

    return format_date


def ordinal(number: int) -> str:
    """Return what English puts behind a number."""
    return "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


# Of numbers alone, the sign tells the order: 3/15/2021 is American, 15.3.2021 and 15-3-2021 European.
STYLES = (
    *(in_words("en", form) for form in ("{m} {d}, {y}", "{d} {m} {y}", "{th} {m} {y}", "{w}, {m} {d}, {y}")),
    *(
        in_words("en", form)
        for form in ("{www}, {d} {mmm} {y}", "{mmm} {d} {y}", "{d}-{mmm}-{y}", "the {th} of {m}, {y}")
    ),
    *(in_words("de", form) for form in ("{d}. {m} {y}", "{w}, {d}. {m} {y}", "{w}, der {d}. {m} {y}")),
    *(in_words("fr", form) for form in ("{er} {m} {y}", "{w} {er} {m} {y}", "le {er} {m} {y}")),
    *(in_words("es", form) for form in ("{d} de {m} de {y}", "{w}, {d} de {m} de {y}", "el {d} de {m} de {y}")),
    *(in_words("it", form) for form in ("{d} {m} {y}", "{w} {d} {m} {y}", "il {d} {m} {y}")),
    *(in_words("nl", form) for form in ("{d} {m} {y}", "{w} {d} {m} {y}")),
    *(numeric(form) for form in ("{m}/{d}/{y}", "{mm}/{dd}/{y}", "{dd}.{mm}.{y}", "{d}.{m}.{y}", "{dd}-{mm}-{y}")),
    *(numeric(form) for form in ("{y}/{mm}/{dd}", "{y}-{m}-{d}", "{y}{mm}{dd}", "{y}年{m}月{d}日", "{y}.{mm}.{dd}")),
)
SHORT_STYLES = tuple(numeric(form) for form in ("{m}/{d}/{yy}", "{d}.{m}.{yy}", "{dd}.{mm}.{yy}"))
# Never seen in training: known words and signs in new places
HELD_OUT_STYLES = (
    *(in_words("en", form) for form in ("{m} the {th}, {y}", "{w} {d} {m} {y}", "{th} of {m} {y}", "{th} {mmm}, {y}")),
    *(in_words("de", form) for form in ("der {d}. {m} {y}", "{w} {d}. {m} {y}")),
    *(in_words("fr", form) for form in ("{w}, le {er} {m} {y}", "{w} le {er} {m} {y}")),
    *(in_words("es", form) for form in ("{w} {d} de {m} de {y}", "{w}, el {d} de {m} de {y}")),
    *(in_words("it", form) for form in ("{w}, {d} {m} {y}", "{w} il {d} {m} {y}")),
    in_words("nl", "{w}, {d} {m} {y}"),
)


def date_pairs(seed: int = 0, train: int = TRAIN, test: int = TEST) -> Pairs:
    """Make pairs such as ("Montag, 15. März 2021", "2021-03-15").

    A tenth of all days, from 1900 to 2099, is for the tests: no training pair has one of them. One pair in ten is in
    capitals, another in small letters.

    Args:
        train, test: how many pairs; there are `test` in known styles and as many in styles that are held out.
    """
    rng = np.random.default_rng(seed)
    days = rng.permutation((LAST - FIRST).days + 1)
    tenth = len(days) // 10
    known = STYLES + SHORT_STYLES
    return Pairs(
        "dates",
        _pairs(rng, days[tenth:], known, train),
        _pairs(rng, days[:tenth], known, test),
        {"held-out styles": _pairs(rng, days[:tenth], HELD_OUT_STYLES, test)},
    )


def _pairs(rng: np.random.Generator, days: np.ndarray, styles: Sequence[Style], count: int) -> list[Pair]:
    pairs: list[Pair] = []
    while len(pairs) < count:
        day, style = FIRST + timedelta(int(rng.choice(days))), styles[int(rng.integers(len(styles)))]
        if style in SHORT_STYLES and day.year not in SHORT:
            continue
        text, case = style(day), rng.integers(10)
        pairs.append((text.upper() if case == 0 else text.lower() if case == 1 else text, day.isoformat()))
    return pairs
