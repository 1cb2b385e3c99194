//! Library functions without memory.
#![expect(clippy::wildcard_enum_match_arm, reason = "each function handles its own and no others")]

use strat_runtime::fault::FaultKind;
use strat_runtime::fixed;
use strat_runtime::leverage::Leverage;
use strat_runtime::money::Money;
use strat_runtime::prediction;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::side::Side;
use strat_runtime::sizing;
use strat_runtime::time::{Calendar, Date, Duration, Session, Time, Zone, weekday};
use strat_runtime::view::InstrumentView;

use crate::builtin::pure::Function;
use crate::ir::Cell;

type Value = Result<Cell, FaultKind>;

/// The value of a function that reads no book, of operands as the table lists them.
pub(super) fn evaluate(function: Function, operands: &[i64]) -> Value {
    let at = |place: usize| operands.get(place).copied().unwrap_or(0);
    let price = |place| Price::from_raw(at(place));
    let size = |place| Quantity::from_raw(at(place));
    let real = |place| f64::from_bits(at(place) as u64);
    match function {
        Function::ImpliedProb => Ok(Cell::real(prediction::implied_prob(price(0)))),
        Function::Complement => whole(prediction::complement(price(0)).map(Price::raw)),
        Function::ParityGap | Function::SumToOne => {
            let prices = operands.iter().map(|raw| Price::from_raw(*raw));
            whole(prediction::sum_to_one(prices).map(Price::raw))
        }
        Function::TimeDecay => {
            let [left, span] = [at(0), at(1)].map(Duration::from_nanos);
            prediction::time_decay(left, span).map(Cell::real).ok_or(FaultKind::DivisionByZero)
        }
        Function::KellyToken => Ok(Cell::real(prediction::kelly(real(0), price(1)))),
        Function::Payoff => whole(prediction::payoff(size(0), price(1), price(2)).map(Money::raw)),
        Function::VolTarget => {
            let (goal, most) = (Ratio::from_raw(at(0)), Leverage::from_raw(at(2)));
            Ok(Cell::int(sizing::vol_target(goal, real(1), most).raw()))
        }
        Function::KellyReturn => {
            sizing::kelly(real(0), real(1)).map(Cell::real).ok_or(FaultKind::NotFinite)
        }
        Function::RiskParity => {
            let vols = operands.iter().map(|bits| f64::from_bits(*bits as u64));
            sizing::risk_parity(vols).map(Cell::real).ok_or(FaultKind::NotFinite)
        }
        Function::RoundLots => match sizing::round_lots(size(0), size(1)) {
            Some(size) => Ok(Cell::int(size.raw())),
            None => Err(FaultKind::DivisionByZero),
        },
        Function::ClampExposure => whole(sizing::clamp_exposure(at(0), at(1), at(2))),
        Function::Year
        | Function::Month
        | Function::Day
        | Function::DayOfWeek
        | Function::DayOfYear
        | Function::DaysInMonth
        | Function::Hour
        | Function::Minute
        | Function::Second
        | Function::TimeOfDay => part(function, local(at(0), at(1))?),
        Function::IsBetween => {
            let (from, to) = (at(1), at(2));
            let shown = local(at(0), at(3))?.since_midnight().nanos();
            Ok(Cell::bool(if from <= to {
                from <= shown && shown < to
            } else {
                from <= shown || shown < to
            }))
        }
        Function::IsOpen
        | Function::IsSessionDay
        | Function::SessionOpens
        | Function::SessionCloses
        | Function::NextOpen
        | Function::NextClose => session(function, Time::from_nanos(at(0)), at(1)),
        Function::Mid
        | Function::Spread
        | Function::MicroPrice
        | Function::Imbalance
        | Function::Depth
        | Function::DepthWithin
        | Function::VwapFor
        | Function::LevelPrice
        | Function::LevelSize => Err(FaultKind::Internal),
    }
}

/// The value of a function that reads a book; the first operand, which names it, is left out.
pub(super) fn of_book(function: Function, of: &InstrumentView, operands: &[i64]) -> Value {
    let book = &of.book;
    let at = |place: usize| operands.get(place).copied().unwrap_or(0);
    let count = |place| usize::try_from(at(place)).unwrap_or(usize::MAX);
    let side = match at(0) {
        0 => Side::Buy,
        _ => Side::Sell,
    };
    let found = match function {
        Function::Mid => book.mid().map(Price::raw),
        Function::Spread => book.spread().map(Price::raw),
        Function::MicroPrice => book.micro_price().map(Price::raw),
        Function::Imbalance => book.imbalance(count(0)).map(Ratio::raw),
        Function::Depth => book.depth(side.opposite(), Price::from_raw(at(1))).map(Quantity::raw),
        Function::DepthWithin => {
            let distance = fixed::mul_int(of.meta.tick.raw(), at(1));
            distance
                .and_then(|distance| book.depth_within(side, Price::from_raw(distance)))
                .map(Quantity::raw)
        }
        Function::VwapFor => {
            book.vwap_for(side.opposite(), Quantity::from_raw(at(1))).map(Price::raw)
        }
        Function::LevelPrice => book.level(side, count(1)).map(|level| level.price.raw()),
        Function::LevelSize => book.level(side, count(1)).map(|level| level.size.raw()),
        _ => return Err(FaultKind::Internal),
    };
    Ok(found.map_or(Cell::NONE, Cell::int))
}

/// Whether a function reads a book.
pub(super) const fn reads_book(function: Function) -> bool {
    matches!(
        function,
        Function::Mid
            | Function::Spread
            | Function::MicroPrice
            | Function::Imbalance
            | Function::Depth
            | Function::DepthWithin
            | Function::VwapFor
            | Function::LevelPrice
            | Function::LevelSize
    )
}

fn whole(raw: Option<i64>) -> Value {
    raw.map(Cell::int).ok_or(FaultKind::Overflow)
}

/// What the clocks of a zone show.
fn local(at: i64, zone: i64) -> Result<Time, FaultKind> {
    let zone = Zone::of_number(zone).ok_or(FaultKind::Internal)?;
    zone.local(Time::from_nanos(at)).ok_or(FaultKind::Overflow)
}

fn part(function: Function, local: Time) -> Value {
    let day = local.utc_day();
    let passed = local.since_midnight();
    let seconds = passed.nanos() / Duration::SECOND.nanos();
    let date = || Date::of_day(day);
    Ok(Cell::int(match function {
        Function::Year => date().year,
        Function::Month => date().month,
        Function::Day => date().day,
        Function::DayOfWeek => weekday(day),
        Function::DayOfYear => date().day_of_year(),
        Function::DaysInMonth => date().days_in_month(),
        Function::Hour => seconds / 3_600,
        Function::Minute => seconds / 60 % 60,
        Function::Second => seconds % 60,
        Function::TimeOfDay => passed.nanos(),
        _ => return Err(FaultKind::Internal),
    }))
}

fn session(function: Function, at: Time, calendar: i64) -> Value {
    let calendar = Calendar::of_number(calendar).ok_or(FaultKind::Internal)?;
    let edge = |edge: fn(Session) -> Time| {
        let running = calendar.session_at(at).map(edge);
        running.map_or(Cell::NONE, |at| Cell::int(at.nanos()))
    };
    Ok(match function {
        Function::IsOpen => Cell::bool(calendar.is_open(at)),
        Function::IsSessionDay => Cell::bool(calendar.is_session_day(at)),
        Function::SessionOpens => edge(|session| session.opens),
        Function::SessionCloses => edge(|session| session.closes),
        Function::NextOpen => return whole(calendar.next_open(at).map(Time::nanos)),
        Function::NextClose => return whole(calendar.next_close(at).map(Time::nanos)),
        _ => return Err(FaultKind::Internal),
    })
}

#[cfg(test)]
mod vectors;
