//! Snapshots of a session: everything that it would be missed by after a restart.
//!
//! A session is restored into a new one that was made for the same strategy with the same setup. The
//! strategy inside may be of another version with its own migrations; what the session itself
//! numbers (instruments, slots, handlers, reasons, clocks, timers, risk rules) must be the same, and
//! is compared before anything is read. Limits and fees are those of the new session.

use crate::instrument::Instrument;
use crate::manifest::{Manifest, RiskRule};
use crate::session::slots::{Desk, wide_open};
use crate::session::{Core, Phase, Session};
use crate::side::Side;
use crate::snapshot::{
    Field, Keep, Mismatch, Plain, RestoreError, Snapshot, SnapshotError, find, load_each,
    load_field, save_each,
};
use crate::strategy::Strategy;

impl<S: Strategy> Session<S> {
    /// The session and its strategy, between two calls.
    ///
    /// # Errors
    /// An outbox that the host has not emptied, or a strategy that gives no snapshots.
    pub fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        if !self.core.outbox.is_empty() {
            return Err(SnapshotError::OutboxNotEmpty);
        }
        Ok(Snapshot { session: self.core.save_fields(), ..self.strategy.snapshot()? })
    }

    /// Goes on where another session stood: this one was made for the same strategy with the same
    /// setup, and need not have begun. It is not started then; it runs if the other one did.
    ///
    /// # Errors
    /// A snapshot without a session, of a session with other instruments, slots, handlers, clocks,
    /// timers or risk rules, or one that the strategy does not take in. Nothing changes then.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        let mut core = self.core.clone();
        core.outbox.clear();
        core.load_fields(&snapshot.session)?;
        self.strategy.restore(snapshot)?;
        self.core = core;
        Ok(())
    }
}

crate::choice!(Phase { New, Running, Ended });

impl Core {
    fn save_fields(&self) -> Vec<Field> {
        let Self {
            manifest,
            // Given by whoever makes a session.
            capabilities: _,
            setup: _,
            phase,
            view,
            desks,
            active,
            open_orders,
            reserved,
            clocks,
            timers,
            expiries,
            risk,
            // Empty between two calls, or about to be filled anew.
            causes: _,
            silent: _,
            group: _,
            outbox: _,
            twaps,
            equity_moved,
            halted,
            flattening,
            counters,
            started_at,
        } = self;
        let instruments: Vec<Instrument> =
            view.instruments.iter().map(|i| i.meta.clone()).collect();
        let mut fields: Vec<Field> = numbering(manifest)
            .into_iter()
            .map(|(what, names)| Field::part(what, names.to_value()))
            .collect();
        fields.extend([
            Field::part("phase", phase.to_value()),
            Field::part("now", view.now.to_value()),
            Field::part("warming", view.warming.to_value()),
            Field::part("account", view.account.to_value()),
            Field::part("table", instruments.to_value()),
            Field::part("view", save_each(&view.instruments)),
            Field::part("bars", save_each(&view.clocks)),
            Field::part("desks", save_each(desks)),
            Field::part("active", active.to_value()),
            Field::part("open_orders", open_orders.to_value()),
            Field::part("reserved", reserved.to_value()),
            Field::part("forming", clocks.save()),
            Field::part("boundaries", timers.save()),
            Field::part("expiries", expiries.to_value()),
            Field::part("rates", save_each(&risk.rates)),
            Field::part("losses", save_each(&risk.losses)),
            Field::part("drawdowns", save_each(&risk.drawdowns)),
            Field::part("silences", save_each(&risk.stale)),
            Field::part("twaps", twaps.to_value()),
            Field::part("equity_moved", equity_moved.to_value()),
            Field::part("halted", halted.to_value()),
            Field::part("flattening", flattening.to_value()),
            Field::part("counters", counters.save()),
            Field::part("started_at", started_at.to_value()),
        ]);
        fields
    }

    fn load_fields(&mut self, fields: &[Field]) -> Result<(), Mismatch> {
        if fields.is_empty() {
            return Err(Mismatch::new("it holds a strategy and no session"));
        }
        for (what, ours) in numbering(&self.manifest) {
            let theirs: Vec<String> = load_field(fields, what)?;
            same(&ours, &theirs).map_err(|mismatch| mismatch.within(what))?;
        }
        self.load_instruments(fields)?;
        let (stops, fired) = (self.counters.stops.len(), self.counters.fired.len());
        self.phase = load_field(fields, "phase")?;
        self.view.now = load_field(fields, "now")?;
        self.view.warming = load_field(fields, "warming")?;
        self.view.account = load_field(fields, "account")?;
        let bars: Vec<usize> = self.view.clocks.iter().map(|clock| clock.bars.len()).collect();
        each(&mut self.view.clocks, fields, "bars")?;
        self.active = load_field(fields, "active")?;
        self.open_orders = load_field(fields, "open_orders")?;
        self.reserved = load_field(fields, "reserved")?;
        one(&mut self.clocks, fields, "forming")?;
        one(&mut self.timers, fields, "boundaries")?;
        self.expiries = load_field(fields, "expiries")?;
        each(&mut self.risk.rates, fields, "rates")?;
        each(&mut self.risk.losses, fields, "losses")?;
        each(&mut self.risk.drawdowns, fields, "drawdowns")?;
        each(&mut self.risk.stale, fields, "silences")?;
        self.twaps = load_field(fields, "twaps")?;
        self.equity_moved = load_field(fields, "equity_moved")?;
        self.halted = load_field(fields, "halted")?;
        self.flattening = load_field(fields, "flattening")?;
        one(&mut self.counters, fields, "counters")?;
        self.started_at = load_field(fields, "started_at")?;
        let same_room = self.view.clocks.iter().map(|clock| clock.bars.len()).eq(bars)
            && (self.counters.stops.len(), self.counters.fired.len()) == (stops, fired)
            && self.counters.stopped.len() == stops * fired;
        if same_room && self.is_sound() {
            Ok(())
        } else {
            Err(Mismatch::new("the orders, sums and lists of the session contradict one another"))
        }
    }

    /// The table of instruments; members of universes that this session does not know yet are added.
    fn load_instruments(&mut self, fields: &[Field]) -> Result<(), Mismatch> {
        let table: Vec<Instrument> = load_field(fields, "table")?;
        let ours = &self.view.instruments;
        let agrees = ours.iter().zip(&table).all(|(ours, saved)| ours.meta.symbol == saved.symbol);
        if !agrees || ours.len() > table.len() {
            return Err(Mismatch::new("the session has other instruments").within("table"));
        }
        for instrument in table.into_iter().skip(self.view.instruments.len()) {
            self.add_instrument(instrument);
        }
        each(&mut self.view.instruments, fields, "view")?;
        each(&mut self.desks, fields, "desks")
    }

    /// Whether numbers point into their tables and sums are those of the orders.
    fn is_sound(&self) -> bool {
        let count = self.view.instruments.len();
        let orders = self.view.instruments.iter().map(|i| i.orders.len()).sum::<usize>();
        let mut reserved = 0;
        let sums = (0..count).all(|i| {
            let sums = wide_open(&self.desks[i], &self.view.instruments[i].orders);
            let Some([buys, sells]) = sums else { return false };
            if !self.view.instruments[i].meta.can_short() {
                reserved += buys.1;
            }
            self.desks[i].sums(Side::Buy) == buys && self.desks[i].sums(Side::Sell) == sells
        });
        let works: Vec<_> = self.desks.iter().flat_map(Desk::works_in_slots).collect();
        let twaps = works.iter().filter(|work| work.is_sliced()).count();
        sums && reserved == self.reserved
            && usize::try_from(self.open_orders) == Ok(orders)
            && usize::try_from(self.twaps) == Ok(twaps)
            && self.desks.iter().all(|desk| desk.works as usize == desk.works_in_slots().count())
            && self.active.is_sorted_by(|a, b| a < b)
            && self.active.last().is_none_or(|last| (*last as usize) < count)
            && self.expiries.is_within(count)
            && self
                .view
                .instruments
                .iter()
                .enumerate()
                .all(|(i, seen)| seen.orders.iter().all(|order| order.id.instrument.index() == i))
    }
}

fn one(of: &mut impl Keep, fields: &[Field], name: &str) -> Result<(), Mismatch> {
    of.load(find(fields, name)?).map_err(|mismatch| mismatch.within(name))
}

fn each<T: Keep>(all: &mut [T], fields: &[Field], name: &str) -> Result<(), Mismatch> {
    load_each(all, find(fields, name)?).map_err(|mismatch| mismatch.within(name))
}

/// What a session numbers, in the order of the numbers. Names that hold a line are cut before it:
/// a comment more in the strategy's text changes nothing.
fn numbering(manifest: &Manifest) -> Vec<(&'static str, Vec<String>)> {
    let before_line = |name: &str| name.split(" in line ").next().unwrap_or(name).to_owned();
    let clocks = manifest.clocks.iter().map(|clock| {
        let instruments: Vec<u32> = clock.instruments.iter().map(|id| id.0).collect();
        format!("{} of {instruments:?}, {}, {:?}", clock.name, clock.every, clock.gaps)
    });
    vec![
        ("instruments", manifest.instruments.iter().map(|decl| decl.symbol.clone()).collect()),
        ("slots", manifest.slots.iter().map(|slot| before_line(&slot.name)).collect()),
        ("handlers", manifest.handlers.iter().map(|handler| handler.name.clone()).collect()),
        ("reasons", manifest.reasons.iter().map(|reason| reason.text.clone()).collect()),
        ("clocks", clocks.collect()),
        ("timers", manifest.timers.iter().map(ToString::to_string).collect()),
        ("rules", manifest.risk.iter().map(|rule| kind_of(rule).to_owned()).collect()),
    ]
}

const fn kind_of(rule: &RiskRule) -> &'static str {
    match rule {
        RiskRule::MaxPosition { .. } => "max_position",
        RiskRule::MaxNotional { .. } => "max_notional",
        RiskRule::MaxOpenOrders { .. } => "max_open_orders",
        RiskRule::MaxLeverage { .. } => "max_leverage",
        RiskRule::MaxWeight { .. } => "max_weight",
        RiskRule::MaxLoss { .. } => "max_loss",
        RiskRule::MaxDrawdown { .. } => "max_drawdown",
        RiskRule::MaxOrderRate { .. } => "max_order_rate",
        RiskRule::StaleData { .. } => "stale_data",
    }
}

fn same(ours: &[String], theirs: &[String]) -> Result<(), Mismatch> {
    if ours == theirs {
        return Ok(());
    }
    let at = ours.iter().zip(theirs).position(|(a, b)| a != b);
    let at = at.unwrap_or(ours.len().min(theirs.len()));
    let name = |list: &[String]| list.get(at).map_or("nothing".to_owned(), |it| format!("`{it}`"));
    let (ours, theirs) = (name(ours), name(theirs));
    Err(Mismatch::new(format!("number {at} is {theirs} there and {ours} here")))
}
