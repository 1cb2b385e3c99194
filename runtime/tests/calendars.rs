//! Time zones and calendars against independent implementations: `vectors/generate.py` tells which.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a vector that cannot be read fails the test"
)]

use std::collections::BTreeMap;

use strat_runtime::time::{Calendar, Date, Duration, Session, Time, Zone, weekday};

const ZONES: &str = include_str!("vectors/zones.tsv");
const CALENDARS: &str = include_str!("vectors/calendars.tsv");

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn zone(name: &str) -> Zone {
    let at = Zone::NAMES.iter().position(|known| *known == name).unwrap();
    Zone::of_number(at as i64).unwrap()
}

#[test]
fn zones_show_what_the_tz_database_says() {
    let mut points: BTreeMap<Zone, usize> = BTreeMap::new();
    for row in rows(ZONES) {
        let zone = zone(row[0]);
        let at = Time::from_secs(row[1].parse().unwrap()).unwrap();
        let offset: i64 = row[2].parse().unwrap();
        assert_eq!(zone.offset(at).nanos(), offset * 1_000_000_000, "{row:?}");
        let local = zone.local(at).unwrap();
        assert_eq!(local.to_string(), row[3].replace(' ', "T") + "Z", "{row:?}");
        let day = local.utc_day();
        assert_eq!(weekday(day).to_string(), row[4], "{row:?}");
        assert_eq!(Date::of_day(day).day_of_year().to_string(), row[5], "{row:?}");
        // And back, but for the hour that comes twice, of which it is the first.
        let back = zone.time_of(day, local.since_midnight()).unwrap();
        let twice = at.checked_sub(Duration::HOUR).unwrap();
        assert!(back == at || (back == twice && zone.local(twice) == Some(local)), "{row:?}");
        *points.entry(zone).or_default() += 1;
    }
    let total: usize = points.values().sum();
    println!("{total} points of {} zones", points.len());
    assert!(total >= 10_000 && points.len() == Zone::ALL.len());
}

fn expected() -> BTreeMap<Calendar, BTreeMap<i64, Session>> {
    let mut out: BTreeMap<Calendar, BTreeMap<i64, Session>> = BTreeMap::new();
    for row in rows(CALENDARS) {
        let minute = |text: &str| Time::from_secs(text.parse::<i64>().ok()? * 60);
        let mut parts = row[1].split('-').map(|part| part.parse::<i64>().unwrap());
        let mut part = || parts.next().unwrap();
        let date = Date { year: part(), month: part(), day: part() };
        let session = Session {
            opens: minute(row[2]).unwrap(),
            closes: minute(row[3]).unwrap(),
            pause: minute(row[4]).zip(minute(row[5])),
        };
        let calendar = Calendar::parse(row[0]).unwrap();
        out.entry(calendar).or_default().insert(date.day_number(), session);
    }
    out.insert(Calendar::Nasdaq, out[&Calendar::Nyse].clone());
    out
}

fn span() -> std::ops::Range<i64> {
    let day = |year| Date { year, month: 1, day: 1 }.day_number();
    day(2015)..day(2031)
}

#[test]
fn calendars_have_the_sessions_that_others_have() {
    let mut failures = Vec::new();
    let expected = expected();
    for (calendar, sessions) in &expected {
        for day in span() {
            let (got, wanted) = (calendar.session_of(day), sessions.get(&day).copied());
            if got != wanted {
                let Date { year, month, day } = Date::of_day(day);
                let name = calendar.name();
                failures
                    .push(format!("{name} {year}-{month:02}-{day:02}: {got:?}, not {wanted:?}"));
            }
        }
        println!("{}: {} sessions", calendar.name(), sessions.len());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(expected.len() + 2, Calendar::ALL.len());
}

/// What is asked of a moment, against a search through the sessions.
#[test]
fn moments_are_judged_by_the_sessions_around_them() {
    let mut points = 0;
    for (calendar, sessions) in expected() {
        let all: Vec<Session> = sessions.values().copied().collect();
        // The neighbours of every edge, and the middle of what lies between.
        for pair in all.windows(2).step_by(3) {
            let [first, second] = pair else { continue };
            let mut moments = vec![first.opens, first.closes, second.opens];
            moments.extend(first.pause.map(|(from, _)| from));
            moments.extend(first.pause.map(|(_, to)| to));
            for edge in moments.clone() {
                moments.push(edge.checked_sub(Duration::NANOSECOND).unwrap());
            }
            for at in moments.into_iter().filter(|at| *at >= first.opens) {
                let running = all.iter().find(|s| s.opens <= at && at < s.closes);
                let paused = |s: &Session| s.pause.is_some_and(|(a, b)| a <= at && at < b);
                assert_eq!(calendar.session_at(at).as_ref(), running, "{calendar:?} {at}");
                let open = running.is_some_and(|session| !paused(session));
                assert_eq!(calendar.is_open(at), open, "{calendar:?} {at}");
                if let Some(next) = all.iter().map(|s| s.opens).find(|opens| *opens > at) {
                    assert_eq!(calendar.next_open(at), Some(next), "{calendar:?} {at}");
                }
                if let Some(next) = all.iter().map(|s| s.closes).find(|closes| *closes > at) {
                    assert_eq!(calendar.next_close(at), Some(next), "{calendar:?} {at}");
                }
                points += 1;
            }
        }
    }
    println!("{points} moments");
    assert!(points >= 10_000);
}

#[test]
fn days_without_end() {
    for calendar in [Calendar::Crypto, Calendar::UtcDay] {
        for day in span() {
            let opens = Time::from_nanos(day * Duration::DAY.nanos());
            let session = calendar.session_of(day).unwrap();
            assert_eq!((session.opens, session.pause), (opens, None));
            assert_eq!(session.closes, opens.checked_add(Duration::DAY).unwrap());
            assert!(calendar.is_open(opens) && calendar.is_session_day(opens));
            assert_eq!(calendar.next_open(opens), Some(session.closes));
            assert_eq!(calendar.next_close(opens), Some(session.closes));
        }
    }
}

/// Nothing panics, and nothing loops, at the ends of time.
#[test]
fn the_ends_of_time() {
    for at in [Time::MIN, Time::MAX, Time::EPOCH] {
        for zone in Zone::ALL {
            let _ = (zone.offset(at), zone.local(at), zone.time_of(at.utc_day(), Duration::MAX));
        }
        for calendar in Calendar::ALL {
            let _ = (calendar.is_open(at), calendar.is_session_day(at), calendar.next_close(at));
            let next = calendar.next_open(at);
            assert!(next.is_none_or(|next| next > at) && (at != Time::MAX || next.is_none()));
        }
    }
}
