//! Which data a strategy reads, by instrument and universe.
#![expect(clippy::wildcard_enum_match_arm, reason = "all other forms read nothing by themselves")]

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{Manifest, NeedOf, Needed};
use strat_runtime::signal::TriggerStream;

use crate::bounds::{Bars, Feed, Reading};
use crate::ir::{
    DomainKind, ExprId, ForOver, Ir, LocalId, On, Op, Stmt, StmtKind, UniverseId, Via, ViewField,
};

/// Of what something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Of {
    Instrument(InstrumentId),
    Universe(UniverseId),
    /// Of any declared instrument.
    Any,
}

/// Declared instruments, then universes.
pub(super) fn feeds(ir: &Ir) -> Vec<Feed> {
    let blank = |name: &str| Feed {
        name: name.to_owned(),
        symbol: None,
        venue: ir.venue.name(),
        capacity: None,
        reads: Vec::new(),
        ordered: false,
    };
    let instruments = ir.instruments.iter().map(|it| Feed {
        symbol: Some(it.symbol.clone()),
        venue: it.venue.name(),
        ..blank(&it.name)
    });
    let universes = ir.universes.iter().map(|it| Feed {
        capacity: Some(u64::from(it.decl.max)),
        // Who is a member is looked up there, whatever the conditions ask.
        reads: vec![Reading::Metadata],
        ..blank(&it.decl.name)
    });
    let feeds = instruments.chain(universes).collect();
    let mut reader = Reader { ir, locals: vec![Of::Any; ir.locals.len()], feeds };
    reader.read();
    reader.feeds
}

/// Bar clocks with the names of their instruments.
pub(super) fn bars(manifest: &Manifest) -> Vec<Bars> {
    let name = |id: &InstrumentId| manifest.instruments.get(id.index()).map(|it| it.name.clone());
    let clocks = manifest.clocks.iter().map(|clock| Bars {
        name: clock.name.clone(),
        instruments: clock.instruments.iter().filter_map(name).collect(),
        every: clock.every,
    });
    clocks.collect()
}

/// What data must have, by name.
pub(super) fn wanted(manifest: &Manifest) -> Vec<(String, Needed)> {
    let name = |of: NeedOf| match of {
        NeedOf::Instrument(id) => manifest.instruments.get(id.index()).map(|it| it.name.clone()),
        NeedOf::Universe(id) => manifest.universes.get(id as usize).map(|it| it.name.clone()),
    };
    manifest.needs.iter().filter_map(|need| Some((name(need.of)?, need.what))).collect()
}

struct Reader<'a> {
    ir: &'a Ir,
    /// By local: what it stands for, if it is an instrument.
    locals: Vec<Of>,
    feeds: Vec<Feed>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let ir = self.ir;
        for (id, universe) in (0..).map(UniverseId).zip(&ir.universes) {
            self.bind(universe.member, Of::Universe(id));
        }
        for handler in &ir.handlers {
            if let Some((local, universe)) = handler.member {
                self.bind(local, Of::Universe(universe));
            }
            self.locals_of(&handler.body);
        }
        for expr in &ir.exprs {
            if let Op::View(field, of) = expr.op
                && let Some(source) = source_of(field)
            {
                self.note(&self.subject(of), source);
            }
            if let Op::Library(function, operands) = &expr.op
                && function.row().reads_book()
                && let Some(of) = operands.first()
            {
                self.note(&self.subject(*of), Reading::Book);
            }
        }
        for domain in &ir.domains {
            match domain.kind {
                DomainKind::Book(id) => self.note(&Of::Instrument(id), Reading::Book),
                DomainKind::Trades(id) => self.note(&Of::Instrument(id), Reading::Trades),
                DomainKind::MemberBook(id) => self.note(&Of::Universe(id), Reading::Book),
                DomainKind::MemberTrades(id) => self.note(&Of::Universe(id), Reading::Trades),
                DomainKind::Bars(_) | DomainKind::Timer(_) | DomainKind::Present { .. } => {}
            }
        }
        for clock in &ir.clocks {
            for id in &clock.instruments {
                self.note(&Of::Instrument(*id), Reading::Bars);
            }
        }
        for handler in &ir.handlers {
            match &handler.on {
                On::Book(id) => self.note(&Of::Instrument(*id), Reading::Book),
                On::Trades(id) => self.note(&Of::Instrument(*id), Reading::Trades),
                On::Expiry(id) => self.note(&Of::Instrument(*id), Reading::Metadata),
                On::MemberBook(id) => self.note(&Of::Universe(*id), Reading::Book),
                On::MemberTrades(id) => self.note(&Of::Universe(*id), Reading::Trades),
                _ => {}
            }
            self.stmts(&handler.body);
        }
    }

    fn bind(&mut self, local: LocalId, of: Of) {
        if let Some(known) = self.locals.get_mut(local.index()) {
            *known = of;
        }
    }

    fn locals_of(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            if let StmtKind::For { local, over: ForOver::Universe(universe), .. } = &stmt.kind {
                self.bind(*local, Of::Universe(*universe));
            }
            for inner in inner(stmt) {
                self.locals_of(inner);
            }
        }
    }

    /// Orders, of which targets that rest at the touch read it.
    fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            if let StmtKind::Order(order) = &stmt.kind {
                let subject = self.subject(order.instrument);
                self.order(&subject);
                if order.via == Some(Via::Passive) {
                    self.note(&subject, Reading::Book);
                }
                for on in order.triggers() {
                    self.note(&subject, reading_of(on));
                }
            }
            if let StmtKind::Target(target) = &stmt.kind {
                let subject = self.subject(target.instrument);
                self.order(&subject);
                if target.via == Some(Via::Passive) {
                    self.note(&subject, Reading::Book);
                }
            }
            for inner in inner(stmt) {
                self.stmts(inner);
            }
        }
    }

    fn subject(&self, expr: ExprId) -> Of {
        match self.ir.expr(expr).op {
            Op::Const(cell) => {
                u32::try_from(cell.bits).map_or(Of::Any, |id| Of::Instrument(InstrumentId(id)))
            }
            Op::Local(local) => self.locals.get(local.index()).cloned().unwrap_or(Of::Any),
            _ => Of::Any,
        }
    }

    fn feeds_of(&mut self, of: &Of) -> impl Iterator<Item = &mut Feed> {
        let declared = self.ir.instruments.len();
        let range = match of {
            Of::Instrument(id) => id.index()..id.index() + 1,
            Of::Universe(id) => declared + id.index()..declared + id.index() + 1,
            Of::Any => 0..declared,
        };
        self.feeds.get_mut(range).into_iter().flatten()
    }

    fn note(&mut self, of: &Of, reading: Reading) {
        for feed in self.feeds_of(of) {
            if let Err(place) = feed.reads.binary_search(&reading) {
                feed.reads.insert(place, reading);
            }
        }
    }

    fn order(&mut self, of: &Of) {
        self.feeds_of(of).for_each(|feed| feed.ordered = true);
    }
}

/// The blocks of a statement.
pub(super) fn inner(stmt: &Stmt) -> Vec<&[Stmt]> {
    match &stmt.kind {
        StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
            vec![then, other]
        }
        StmtKind::Match { arms, .. } => arms.iter().map(|(_, body)| body.as_slice()).collect(),
        StmtKind::For { body, .. } | StmtKind::Together(body) => vec![body],
        StmtKind::Let(..)
        | StmtKind::Open(..)
        | StmtKind::Require(..)
        | StmtKind::Set { .. }
        | StmtKind::SetElement { .. }
        | StmtKind::Order(_)
        | StmtKind::Clear(..)
        | StmtKind::Target(_)
        | StmtKind::Cancel(_)
        | StmtKind::Say(..) => Vec::new(),
    }
}

fn reading_of(on: TriggerStream) -> Reading {
    match on {
        TriggerStream::Book => Reading::Book,
        TriggerStream::Trades => Reading::Trades,
        TriggerStream::Bars(_) => Reading::Bars,
    }
}

/// What a field is read from; positions, exposure and increments are the host's own.
fn source_of(field: ViewField) -> Option<Reading> {
    match field {
        ViewField::BookBid
        | ViewField::BookAsk
        | ViewField::BookMid
        | ViewField::BookSpread
        | ViewField::BookSpreadPct => Some(Reading::Book),
        ViewField::LastTrade => Some(Reading::Trades),
        ViewField::Liquidity
        | ViewField::Expiry
        | ViewField::ExpiresIn
        | ViewField::Question
        | ViewField::Outcome => Some(Reading::Metadata),
        ViewField::Mark
        | ViewField::PositionSize
        | ViewField::PositionAvgPrice
        | ViewField::PositionUnrealized
        | ViewField::PositionRealized
        | ViewField::ExposureLong
        | ViewField::ExposureShort
        | ViewField::Tick
        | ViewField::Lot
        | ViewField::MinSize
        | ViewField::Id => None,
    }
}
