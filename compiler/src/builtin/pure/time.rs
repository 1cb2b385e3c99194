//! `std.time`: parts of a time in a zone, and sessions of a calendar.

use super::{Argument, BASE, Function, Gives, Input, Proven, PureRow, Words, any};

const AT: Argument = any("t", Input::Time);
const ZONE: Argument = any("zone", Input::Word(Words::Zone));
const CALENDAR: Argument = any("calendar", Input::Word(Words::Calendar));

const PART: PureRow =
    PureRow { takes: &[AT, ZONE], gives: Gives::Whole, sign: Proven::NotNegative, ..BASE };
const SESSION: PureRow = PureRow { takes: &[AT, CALENDAR], gives: Gives::Time, ..BASE };

/// The rows.
pub(super) const ROWS: &[PureRow] = &[
    PureRow {
        function: Function::Year,
        name: "year",
        sign: Proven::Positive,
        doc: "the year of the date in the zone",
        ..PART
    },
    PureRow {
        function: Function::Month,
        name: "month",
        sign: Proven::Positive,
        doc: "the month, 1 to 12",
        ..PART
    },
    PureRow {
        function: Function::Day,
        name: "day",
        sign: Proven::Positive,
        doc: "the day of the month, 1 to 31",
        ..PART
    },
    PureRow {
        function: Function::DayOfWeek,
        name: "day_of_week",
        sign: Proven::Positive,
        doc: "the day of the week, Monday 1 to Sunday 7 (ISO 8601)",
        ..PART
    },
    PureRow {
        function: Function::DayOfYear,
        name: "day_of_year",
        sign: Proven::Positive,
        doc: "the day of the year, 1 to 366",
        ..PART
    },
    PureRow {
        function: Function::DaysInMonth,
        name: "days_in_month",
        sign: Proven::Positive,
        doc: "how many days the month has, 28 to 31",
        ..PART
    },
    PureRow { function: Function::Hour, name: "hour", doc: "the hour, 0 to 23", ..PART },
    PureRow { function: Function::Minute, name: "minute", doc: "the minute, 0 to 59", ..PART },
    PureRow { function: Function::Second, name: "second", doc: "the second, 0 to 59", ..PART },
    PureRow {
        function: Function::TimeOfDay,
        name: "time_of_day",
        gives: Gives::Duration,
        doc: "what the clocks of the zone show, as a duration since 0:00; on a day on which they \
              are moved that is not the time that has passed",
        ..PART
    },
    PureRow {
        function: Function::IsBetween,
        name: "is_between",
        takes: &[AT, any("from", Input::Duration), any("to", Input::Duration), ZONE],
        gives: Gives::Bool,
        sign: Proven::Nothing,
        doc: "whether from <= time_of_day(t, zone) < to; over midnight where `from` is after `to`; \
              never where they are equal",
        ..PART
    },
    PureRow {
        function: Function::IsOpen,
        name: "is_open",
        gives: Gives::Bool,
        doc: "whether the market trades: opens <= t < closes of a session, and not in its pause",
        ..SESSION
    },
    PureRow {
        function: Function::IsSessionDay,
        name: "is_session_day",
        gives: Gives::Bool,
        doc: "whether the date of t in the calendar's zone has a session",
        ..SESSION
    },
    PureRow {
        function: Function::SessionOpens,
        name: "session_opens",
        optional: true,
        doc: "when the running session opened, pauses included; none between sessions",
        ..SESSION
    },
    PureRow {
        function: Function::SessionCloses,
        name: "session_closes",
        optional: true,
        doc: "when the running session closes, pauses included; none between sessions",
        ..SESSION
    },
    PureRow {
        function: Function::NextOpen,
        name: "next_open",
        doc: "when the next session opens, strictly after t",
        ..SESSION
    },
    PureRow {
        function: Function::NextClose,
        name: "next_close",
        doc: "when a session closes next, strictly after t",
        ..SESSION
    },
];
