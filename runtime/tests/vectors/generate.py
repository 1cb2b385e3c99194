"""Vectors of time zones and calendars, from independent implementations.

zones.tsv: for each zone its offset at every transition from 2007 to 2037, one second before, and at
random instants, from Python's zoneinfo over the tz database.
calendars.tsv: every session from 2015 to 2030, from exchange_calendars; those of foreign exchange from
their definition, over zoneinfo. Nasdaq has the sessions of the New York Stock Exchange, which the
script asserts.

    python -m venv v && v/bin/pip install -r requirements.txt && v/bin/python generate.py
"""

import random
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import exchange_calendars

HERE = Path(__file__).parent
SEED = 20260601
RANDOM_POINTS = 700

ZONES = {
    "utc": "UTC",
    "new_york": "America/New_York",
    "chicago": "America/Chicago",
    "los_angeles": "America/Los_Angeles",
    "london": "Europe/London",
    "paris": "Europe/Paris",
    "frankfurt": "Europe/Berlin",
    "zurich": "Europe/Zurich",
    "dubai": "Asia/Dubai",
    "mumbai": "Asia/Kolkata",
    "singapore": "Asia/Singapore",
    "hong_kong": "Asia/Hong_Kong",
    "shanghai": "Asia/Shanghai",
    "tokyo": "Asia/Tokyo",
    "seoul": "Asia/Seoul",
    "sydney": "Australia/Sydney",
}
EXCHANGES = {
    "nyse": "XNYS",
    "lse": "XLON",
    "xetra": "XETR",
    "euronext": "XPAR",
    "tse": "XTKS",
}


def seconds(*parts):
    return int(datetime(*parts, tzinfo=timezone.utc).timestamp())


def offset(zone, at):
    return int(datetime.fromtimestamp(at, zone).utcoffset().total_seconds())


def transitions(zone):
    """Every second from 2007 to 2037 at which the offset changes, found by bisection of each day."""
    found, day = [], 86_400
    start, end = seconds(2007, 1, 1), seconds(2038, 1, 1)
    for at in range(start, end, day):
        if offset(zone, at) != offset(zone, at + day):
            low, high = at, at + day
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == offset(zone, at):
                    low = middle
                else:
                    high = middle
            found.append(high)
    return found


def zones():
    rng = random.Random(SEED)
    start, end = seconds(2007, 1, 1), seconds(2038, 1, 1)
    lines = []
    for name, key in ZONES.items():
        zone = ZoneInfo(key)
        edges = transitions(zone)
        points = sorted(
            [at for edge in edges for at in (edge - 1, edge)]
            + [rng.randrange(start, end) for _ in range(RANDOM_POINTS)]
        )
        for at in points:
            local = datetime.fromtimestamp(at, zone)
            shown = local.strftime("%Y-%m-%d %H:%M:%S")
            week, year_day = local.isoweekday(), local.timetuple().tm_yday
            lines.append(f"{name}\t{at}\t{offset(zone, at)}\t{shown}\t{week}\t{year_day}")
    return lines


def stamp(moment):
    """Minutes: no session begins within one."""
    return int(moment.timestamp()) // 60


def exchange(name, code):
    calendar = exchange_calendars.get_calendar(code, start="2015-01-01", end="2030-12-31")
    for row in calendar.schedule.itertuples():
        opens, closes = stamp(row.open), stamp(row.close)
        pause = "-\t-"
        if row.break_start == row.break_start:
            pause = f"{stamp(row.break_start)}\t{stamp(row.break_end)}"
        yield f"{name}\t{row.Index.date()}\t{opens}\t{closes}\t{pause}"


def days():
    day = date(2015, 1, 1)
    while day < date(2031, 1, 1):
        yield day
        day += timedelta(days=1)


def foreign_exchange():
    new_york = ZoneInfo("America/New_York")
    five = time(17)
    for day in days():
        if day.isoweekday() <= 5:
            opens = datetime.combine(day - timedelta(days=1), five, new_york)
            closes = datetime.combine(day, five, new_york)
            yield f"forex\t{day}\t{stamp(opens)}\t{stamp(closes)}\t-\t-"


def main():
    head = "# zone\tutc seconds\toffset\tshown\tday of week\tday of year\n"
    (HERE / "zones.tsv").write_text(head + "\n".join(zones()) + "\n")
    nasdaq = [line.replace("nasdaq", "nyse") for line in exchange("nasdaq", "XNAS")]
    assert nasdaq == list(exchange("nyse", "XNYS")), "the calendars have parted"
    lines = [line for name, code in EXCHANGES.items() for line in exchange(name, code)]
    lines += foreign_exchange()
    head = "# calendar\tdate\topens (utc minutes)\tcloses\tpause from\tpause to\n"
    (HERE / "calendars.tsv").write_text(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
