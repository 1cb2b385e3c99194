//! Fills as rows of a table, for writers of tables.

use strat_runtime::money::Money;
use strat_runtime::order::Liquidity;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::slot::SlotId;
use strat_runtime::time::Time;

use crate::record::RunRecord;

/// One execution as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeRow<'a> {
    /// When the session learned of it.
    pub time: Time,
    /// The venue's time.
    pub ts_event: Time,
    /// The venue's symbol.
    pub symbol: &'a str,
    /// The instrument's name for people.
    pub instrument: &'a str,
    /// Buy or sell.
    pub side: Side,
    /// Price per unit.
    pub price: Price,
    /// Units.
    pub size: Quantity,
    /// Fee charged; negative is a rebate.
    pub fee: Money,
    /// Whether our order rested or took.
    pub liquidity: Liquidity,
    /// Cash that moved: proceeds above zero or cost below, less the fee.
    pub cash_flow: Money,
    /// Profit of the part that was closed, before the fee.
    pub realized: Money,
    /// Units held afterwards.
    pub position: Quantity,
    /// Client order id.
    pub order: String,
    /// The order statement, or what the session did by itself.
    pub slot: &'a str,
    /// The handler that asked; empty for the session itself.
    pub handler: &'a str,
    /// The strategy's reason; empty where it gave none.
    pub because: &'a str,
}

/// The fills of a run, in order; empty where the run did not keep them.
pub fn trades(record: &RunRecord) -> impl Iterator<Item = TradeRow<'_>> {
    record.fill_records.iter().map(|fill| {
        let instrument = record.instruments.get(fill.instrument.index());
        TradeRow {
            time: fill.ts,
            ts_event: fill.ts_event,
            symbol: instrument.map_or("", |row| row.instrument.symbol.as_str()),
            instrument: instrument.map_or("", |row| row.instrument.name.as_str()),
            side: fill.side,
            price: fill.fill.price,
            size: fill.fill.size,
            fee: fill.fill.fee,
            liquidity: fill.fill.liquidity,
            cash_flow: fill.booked.cash.checked_sub(fill.fill.fee).unwrap_or(fill.booked.cash),
            realized: fill.booked.realized,
            position: fill.position,
            order: fill.order.to_string(),
            slot: slot_name(record, fill.slot),
            handler: fill
                .handler
                .and_then(|id| record.manifest.handlers.get(usize::from(id.0)))
                .map_or("", |handler| handler.name.as_str()),
            because: fill
                .because
                .and_then(|id| record.manifest.reasons.get(usize::from(id.0)))
                .map_or("", |reason| reason.text.as_str()),
        }
    })
}

fn slot_name(record: &RunRecord, slot: SlotId) -> &str {
    match record.manifest.slots.get(slot.index()) {
        Some(decl) => &decl.name,
        None if slot >= SlotId::FIRST_OF_SESSION => "session",
        None => "",
    }
}

/// `maker` or `taker`.
pub const fn liquidity_name(liquidity: Liquidity) -> &'static str {
    match liquidity {
        Liquidity::Maker => "maker",
        Liquidity::Taker => "taker",
    }
}
