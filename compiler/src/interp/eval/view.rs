//! Reading the world: the event, instruments, the account and bars.
//!
//! Every place that an expression names is looked up with a check: a view that lacks it is a fault,
//! never a panic.

use strat_runtime::book::Level;
use strat_runtime::fault::FaultKind;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::ratio::Ratio;
use strat_runtime::side::Side;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::Time;
use strat_runtime::view::InstrumentView;

use super::Eval;
use crate::ir::{AccountField, BarField, Cell, EventField, ExprId, Op, TextSource, ViewField};

impl<'a> Eval<'a> {
    pub(super) fn look(&mut self, id: ExprId) -> Cell {
        let exprs = self.exprs;
        match &exprs[id.index()].op {
            Op::Now => Cell::int(self.view.now.nanos()),
            Op::View(field, instrument) => {
                let place = self.eval(*instrument).bits;
                self.instrument_field(*field, place, id)
            }
            Op::LevelPrice(level) => {
                let level = self.eval(*level);
                self.level(level, id).map_or(Cell::int(0), |level| Cell::int(level.price.raw()))
            }
            Op::LevelSize(level) => {
                let level = self.eval(*level);
                self.level(level, id).map_or(Cell::int(0), |level| Cell::int(level.size.raw()))
            }
            Op::Bar { clock, member, field } => {
                let bars = self.view.clocks.get(usize::from(clock.0)).map(|clock| &clock.bars);
                match bars.and_then(|bars| bars.get(usize::from(*member))) {
                    Some(bar) => bar_field(bar, *field),
                    None => self.fault(FaultKind::Internal, id),
                }
            }
            Op::Forming { clock, member, field } => {
                match self.view.forming(*clock, usize::from(*member)) {
                    Some(bar) => bar_field(bar, *field),
                    None if exprs[id.index()].ty.optional => Cell::NONE,
                    None => self.fault(FaultKind::Internal, id),
                }
            }
            Op::Event(field) => self.event_field(*field, id),
            Op::Account(field) => self.account_field(*field, id),
            _ => self.fault(FaultKind::Internal, id),
        }
    }

    fn instrument(&self, place: i64) -> Option<&'a InstrumentView> {
        let view = self.view;
        usize::try_from(place).ok().and_then(|place| view.instruments.get(place))
    }

    #[inline]
    fn instrument_field(&mut self, field: ViewField, place: i64, at: ExprId) -> Cell {
        let Some(instrument) = self.instrument(place) else {
            return self.fault(FaultKind::Internal, at);
        };
        let book = &instrument.book;
        match field {
            ViewField::BookMid => optional(book.mid().map(Price::raw)),
            ViewField::BookBid => {
                if book.best_bid().is_some() {
                    Cell::int(place * 2)
                } else {
                    Cell::NONE
                }
            }
            ViewField::BookAsk => {
                if book.best_ask().is_some() {
                    Cell::int(place * 2 + 1)
                } else {
                    Cell::NONE
                }
            }
            ViewField::BookSpread => optional(book.spread().map(Price::raw)),
            ViewField::BookSpreadPct => optional(book.spread_ratio().map(Ratio::raw)),
            ViewField::LastTrade => optional(instrument.last_trade.map(|(price, _)| price.raw())),
            ViewField::Mark => optional(instrument.mark.map(|mark| mark.price.raw())),
            ViewField::ExposureLong => {
                Cell::int(instrument.exposure(Side::Buy, self.restated).raw())
            }
            ViewField::ExposureShort => {
                Cell::int(instrument.exposure(Side::Sell, self.restated).raw())
            }
            ViewField::Question => TextSource::Question.cell(place as u32),
            ViewField::Outcome => TextSource::Outcome.cell(place as u32),
            ViewField::Id => TextSource::Symbol.cell(place as u32),
            ViewField::Tick => Cell::int(instrument.meta.tick.raw()),
            ViewField::Lot => Cell::int(instrument.meta.lot.raw()),
            ViewField::MinSize => Cell::int(instrument.meta.min_size.raw()),
            ViewField::Liquidity => optional(instrument.meta.liquidity.map(Money::raw)),
            ViewField::Expiry => optional(instrument.meta.expires_at.map(Time::nanos)),
            ViewField::ExpiresIn => self.expires_in(instrument, at),
            ViewField::PositionSize
            | ViewField::PositionAvgPrice
            | ViewField::PositionUnrealized
            | ViewField::PositionRealized => self.position_field(field, instrument, at),
        }
    }

    fn expires_in(&mut self, instrument: &InstrumentView, at: ExprId) -> Cell {
        match instrument.meta.expires_at {
            Some(end) => match end.since(self.view.now) {
                Some(left) => Cell::int(left.nanos()),
                None => self.fault(FaultKind::Overflow, at),
            },
            None => Cell::NONE,
        }
    }

    fn position_field(
        &mut self,
        field: ViewField,
        instrument: &InstrumentView,
        at: ExprId,
    ) -> Cell {
        let position = &instrument.position;
        match field {
            ViewField::PositionSize => Cell::int(position.size.raw()),
            ViewField::PositionAvgPrice if position.is_flat() => Cell::NONE,
            ViewField::PositionAvgPrice => Cell::int(position.avg_price.raw()),
            ViewField::PositionRealized => Cell::int(position.realized.raw()),
            // A position that was never marked has not gained or lost anything yet.
            _ => match instrument.mark.map(|mark| position.unrealized(mark.price)) {
                None => Cell::int(0),
                Some(Some(money)) => Cell::int(money.raw()),
                Some(None) => self.fault(FaultKind::Overflow, at),
            },
        }
    }

    /// The level that a cell names: the touch of its side. It is read at the event at which it was
    /// named, so that it is there.
    fn level(&mut self, cell: Cell, at: ExprId) -> Option<Level> {
        let side = if cell.bits & 1 == 0 { Side::Buy } else { Side::Sell };
        let level =
            self.instrument(cell.bits >> 1).and_then(|instrument| instrument.book.best(side));
        if level.is_none() {
            self.fault(FaultKind::Internal, at);
        }
        level
    }

    fn event_field(&mut self, field: EventField, at: ExprId) -> Cell {
        match (*self.trigger, field) {
            (
                Trigger::Book(instrument)
                | Trigger::Trade(instrument)
                | Trigger::Expiry(instrument)
                | Trigger::Meta(instrument)
                | Trigger::Fill { instrument, .. }
                | Trigger::Done { instrument, .. }
                | Trigger::Reject { instrument, .. },
                EventField::Instrument,
            ) => Cell::int(i64::from(instrument.0)),
            (Trigger::Fill { fill, .. }, EventField::FillSize) => Cell::int(fill.size.raw()),
            (Trigger::Fill { fill, .. }, EventField::FillPrice) => Cell::int(fill.price.raw()),
            (Trigger::Fill { fill, .. }, EventField::FillFee) => Cell::int(fill.fee.raw()),
            (Trigger::Fill { fill, .. }, EventField::FillRemaining) => {
                Cell::int(fill.remaining.raw())
            }
            (Trigger::Fill { side, .. }, EventField::FillIsBuy) => Cell::bool(side == Side::Buy),
            (Trigger::Reject { .. }, EventField::RejectReason) => TextSource::Reject.cell(0),
            _ => self.fault(FaultKind::Internal, at),
        }
    }

    fn account_field(&mut self, field: AccountField, at: ExprId) -> Cell {
        let account = &self.view.account;
        match field {
            AccountField::Equity => Cell::int(account.equity.raw()),
            AccountField::Cash => Cell::int(account.cash.raw()),
            AccountField::FreeCash => match self.free_cash() {
                Some(cash) => Cell::int(cash.raw()),
                None => self.fault(FaultKind::Overflow, at),
            },
        }
    }

    /// Cash less what open buy orders can still use: at their limit, market orders at the mark.
    fn free_cash(&self) -> Option<Money> {
        let mut cash = self.view.account.cash;
        for instrument in &self.view.instruments {
            for order in &instrument.orders {
                if order.desired.side != Side::Buy
                    || order.state == strat_runtime::slot::SlotState::Empty
                {
                    continue;
                }
                let mark = instrument.mark.map(|mark| mark.price);
                if let Some(price) = order.desired.limit.or(mark) {
                    cash = cash.checked_sub(price.checked_mul_quantity(order.open)?)?;
                }
            }
        }
        Some(cash)
    }
}

fn optional(bits: Option<i64>) -> Cell {
    bits.map_or(Cell::NONE, Cell::int)
}

fn bar_field(bar: &strat_runtime::bar::Bar, field: BarField) -> Cell {
    match field {
        BarField::Open => Cell::int(bar.open.raw()),
        BarField::High => Cell::int(bar.high.raw()),
        BarField::Low => Cell::int(bar.low.raw()),
        BarField::Close => Cell::int(bar.close.raw()),
        BarField::Volume => Cell::real(bar.volume),
        BarField::OpensAt => Cell::int(bar.opens_at.nanos()),
        BarField::ClosesAt => Cell::int(bar.closes_at.nanos()),
    }
}
