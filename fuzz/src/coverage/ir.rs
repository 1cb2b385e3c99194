//! Constructs of the intermediate form, and the rows of the library.

use strat_compiler::builtin::TABLE;
use strat_compiler::builtin::pure::{FUNCTIONS, Function, PureRow};
use strat_compiler::ir::{
    AccountField, BarField, Binary, Compare, DomainKind, EventField, ForOver, Goal, Ir, Kind,
    Level, Number, On, Op, Pure, RiskKind, Stmt, StmtKind, StreamOp, Tif, Unary, Via, ViewField,
};
use strat_runtime::manifest::{RiskAction, Scope};
use strat_runtime::venue::VenueKind;

use super::{Coverage, constructs};

constructs!(op, OPS, Op, "op", {
    r#const: Op::Const(_),
    param: Op::Param(_),
    local: Op::Local(_),
    stream: Op::Stream(_),
    member_stream: Op::MemberStream(..),
    state: Op::State(_, None),
    state_of_member: Op::State(_, Some(_)),
    now: Op::Now,
    event: Op::Event(_),
    view: Op::View(..),
    account: Op::Account(_),
    level_price: Op::LevelPrice(_),
    level_size: Op::LevelSize(_),
    bar: Op::Bar { .. },
    forming: Op::Forming { .. },
    or_else: Op::OrElse(..),
    is_some: Op::IsSome(_),
    unary: Op::Unary(..),
    binary: Op::Binary(..),
    try_binary: Op::TryBinary(..),
    compare: Op::Compare(..),
    and: Op::And(..),
    or: Op::Or(..),
    in_range: Op::InRange { .. },
    call: Op::Call(..),
    library: Op::Library(..),
    r#if: Op::If { .. },
    #[never = "elements of lists are not drawn yet"]
    pick: Op::Pick { .. },
    r#let: Op::Let { .. },
    has_word: Op::HasWord(..),
    has_any: Op::HasAny(..),
});

constructs!(number, NUMBERS, Number, "number", {
    int: Number::Int,
    real: Number::Real,
    text: Number::Text,
});

constructs!(compare, COMPARES, Compare, "compare", {
    eq: Compare::Eq,
    ne: Compare::Ne,
    lt: Compare::Lt,
    le: Compare::Le,
    gt: Compare::Gt,
    ge: Compare::Ge,
});

constructs!(unary, UNARIES, Unary, "op_unary", {
    not: Unary::Not,
    neg_int: Unary::NegInt,
    neg_real: Unary::NegReal,
    fixed_to_real: Unary::FixedToReal,
    int_to_real: Unary::IntToReal,
    int_to_fixed: Unary::IntToFixed,
    real_to_fixed: Unary::RealToFixed,
});

constructs!(binary, BINARIES, Binary, "op_binary", {
    add_int: Binary::AddInt,
    sub_int: Binary::SubInt,
    mul_int: Binary::MulInt,
    rem_int: Binary::RemInt,
    mul_fixed: Binary::MulFixed,
    mul_fixed_real: Binary::MulFixedReal,
    div_fixed: Binary::DivFixed,
    div_fixed_int: Binary::DivFixedInt,
    div_fixed_real: Binary::DivFixedReal,
    div_to_real: Binary::DivToReal,
    add_real: Binary::AddReal,
    sub_real: Binary::SubReal,
    mul_real: Binary::MulReal,
    div_real: Binary::DivReal,
});

constructs!(pure, PURES, Pure, "pure", {
    min_int: Pure::MinInt,
    min_real: Pure::MinReal,
    max_int: Pure::MaxInt,
    max_real: Pure::MaxReal,
    abs_int: Pure::AbsInt,
    abs_real: Pure::AbsReal,
    clamp_int: Pure::ClampInt,
    clamp_real: Pure::ClampReal,
    ln: Pure::Ln,
    exp: Pure::Exp,
    sqrt: Pure::Sqrt,
    floor: Pure::Floor,
    ceil: Pure::Ceil,
    round: Pure::Round,
    down: Pure::RealToFixedDown,
    up: Pure::RealToFixedUp,
    div_or: Pure::DivOrReal,
});

constructs!(event_field, EVENT_FIELDS, EventField, "event_field", {
    instrument: EventField::Instrument,
    fill_size: EventField::FillSize,
    fill_price: EventField::FillPrice,
    fill_fee: EventField::FillFee,
    fill_remaining: EventField::FillRemaining,
    fill_is_buy: EventField::FillIsBuy,
    reject_reason: EventField::RejectReason,
});

constructs!(view_field, VIEW_FIELDS, ViewField, "view", {
    book_bid: ViewField::BookBid,
    book_ask: ViewField::BookAsk,
    book_mid: ViewField::BookMid,
    book_spread: ViewField::BookSpread,
    book_spread_pct: ViewField::BookSpreadPct,
    last: ViewField::LastTrade,
    mark: ViewField::Mark,
    position_size: ViewField::PositionSize,
    position_avg_price: ViewField::PositionAvgPrice,
    position_unrealized: ViewField::PositionUnrealized,
    position_realized: ViewField::PositionRealized,
    exposure_long: ViewField::ExposureLong,
    exposure_short: ViewField::ExposureShort,
    tick: ViewField::Tick,
    lot: ViewField::Lot,
    min_size: ViewField::MinSize,
    liquidity: ViewField::Liquidity,
    expiry: ViewField::Expiry,
    expires_in: ViewField::ExpiresIn,
    question: ViewField::Question,
    outcome: ViewField::Outcome,
    id: ViewField::Id,
});

constructs!(account_field, ACCOUNT_FIELDS, AccountField, "account", {
    equity: AccountField::Equity,
    cash: AccountField::Cash,
    free_cash: AccountField::FreeCash,
});

constructs!(bar_field, BAR_FIELDS, BarField, "bar", {
    open: BarField::Open,
    high: BarField::High,
    low: BarField::Low,
    close: BarField::Close,
    volume: BarField::Volume,
    opens_at: BarField::OpensAt,
    closes_at: BarField::ClosesAt,
});

constructs!(domain, DOMAINS, DomainKind, "domain", {
    bars: DomainKind::Bars(_),
    book: DomainKind::Book(_),
    trades: DomainKind::Trades(_),
    #[never = "no stream follows a timer"]
    timer: DomainKind::Timer(_),
    member_book: DomainKind::MemberBook(_),
    member_trades: DomainKind::MemberTrades(_),
    present: DomainKind::Present { .. },
});

constructs!(stream_op, STREAM_OPS, StreamOp, "stream", {
    expr: StreamOp::Expr(_),
    guard: StreamOp::Guard(..),
    node: StreamOp::Node { .. },
    next: StreamOp::Next { .. },
});

constructs!(stmt, STMTS, StmtKind, "do", {
    r#let: StmtKind::Let(..),
    open: StmtKind::Open(..),
    require: StmtKind::Require(..),
    set: StmtKind::Set { .. },
    #[never = "elements of lists are not drawn yet"]
    set_element: StmtKind::SetElement { .. },
    r#if: StmtKind::If { .. },
    if_let: StmtKind::IfLet { .. },
    r#match: StmtKind::Match { .. },
    r#for: StmtKind::For { .. },
    order: StmtKind::Order(_),
    clear: StmtKind::Clear(..),
    target: StmtKind::Target(_),
    together: StmtKind::Together(_),
    cancel: StmtKind::Cancel(_),
    say: StmtKind::Say(..),
});

constructs!(over, OVERS, ForOver, "for", {
    universe: ForOver::Universe(_),
    list: ForOver::List(_),
    range: ForOver::Range(..),
});

constructs!(level, LEVELS, Level, "say", {
    log: Level::Log,
    alert: Level::Alert,
    halt: Level::Halt,
});

constructs!(tif, TIFS, Tif, "life", {
    gtc: Tif::Gtc,
    gtd: Tif::Gtd(_),
    fok: Tif::Fok,
    fak: Tif::Fak,
    day: Tif::Day,
});

constructs!(goal, GOALS, Goal, "aim", {
    flat: Goal::Flat,
    leverage: Goal::Leverage(_),
    size: Goal::Size(_),
    notional: Goal::Notional(_),
    weight: Goal::Weight(_),
});

constructs!(via, VIAS, Via, "way", {
    cross: Via::Cross,
    passive: Via::Passive,
    twap: Via::Twap(_),
});

constructs!(on, ONS, On, "on", {
    start: On::Start,
    shutdown: On::Shutdown,
    book: On::Book(_),
    trades: On::Trades(_),
    expiry: On::Expiry(_),
    member_book: On::MemberBook(_),
    member_trades: On::MemberTrades(_),
    member_expiry: On::MemberExpiry(_),
    bars: On::Bars(_),
    timer: On::Timer(_),
    fill: On::Fill(_),
    done: On::Done(_),
    reject: On::Reject(_),
    enter: On::Enter(_),
    leave: On::Leave(_),
    link_down: On::LinkDown,
    link_up: On::LinkUp,
});

constructs!(risk, RISKS, RiskKind, "risk", {
    max_position: RiskKind::MaxPosition,
    max_notional: RiskKind::MaxNotional,
    max_open_orders: RiskKind::MaxOpenOrders,
    max_leverage: RiskKind::MaxLeverage,
    max_weight: RiskKind::MaxWeight,
    max_loss: RiskKind::MaxLoss,
    max_drawdown: RiskKind::MaxDrawdown,
    max_order_rate: RiskKind::MaxOrderRate,
    stale_data: RiskKind::StaleData,
});

constructs!(action, ACTIONS, RiskAction, "action", {
    cancel_all: RiskAction::CancelAll,
    flatten: RiskAction::Flatten,
    halt: RiskAction::Halt,
    hold: RiskAction::Hold,
});

constructs!(scope, SCOPES, Scope, "scope", {
    portfolio: Scope::Portfolio,
    each: Scope::EachInstrument,
    one: Scope::Instrument(_),
});

constructs!(venue, VENUES, VenueKind, "venue", {
    polymarket: VenueKind::Polymarket,
    binance_perp: VenueKind::BinancePerp,
    vanta: VenueKind::Vanta,
});

constructs!(kind, KINDS, Kind, "kind", {
    bool: Kind::Bool,
    int: Kind::Int,
    real: Kind::Real,
    price: Kind::Price,
    size: Kind::Size,
    money: Kind::Money,
    ratio: Kind::Ratio,
    leverage: Kind::Leverage,
    per_size: Kind::PricePerSize,
    time: Kind::Time,
    duration: Kind::Duration,
    r#enum: Kind::Enum(_),
    text: Kind::Text,
    instrument: Kind::Instrument,
    level: Kind::Level,
});

pub(super) fn all() -> Vec<(&'static str, Option<&'static str>)> {
    let lists = [
        OPS,
        NUMBERS,
        COMPARES,
        UNARIES,
        BINARIES,
        PURES,
        EVENT_FIELDS,
        VIEW_FIELDS,
        ACCOUNT_FIELDS,
        BAR_FIELDS,
        DOMAINS,
        STREAM_OPS,
        STMTS,
        OVERS,
        LEVELS,
        TIFS,
        GOALS,
        VIAS,
        ONS,
        RISKS,
        ACTIONS,
        SCOPES,
        VENUES,
        KINDS,
    ];
    let mut out = lists.concat();
    out.extend(TABLE.iter().map(|row| (row.name, None)));
    out.extend(FUNCTIONS.iter().map(|row| (name_of(row), read_as_a_field(row.function))));
    out
}

pub(super) fn program(ir: &Ir, out: &mut Coverage) {
    out.met(venue(&ir.venue));
    for expr in &ir.exprs {
        out.met(op(&expr.op));
        out.met(kind(&expr.ty.kind));
        operation(&expr.op, out);
    }
    ir.domains.iter().for_each(|it| out.met(domain(&it.kind)));
    for stream in &ir.streams {
        out.met(stream_op(&stream.op));
        if let StreamOp::Node { builtin, .. } = &stream.op {
            out.met(builtin.row().name);
        }
    }
    for handler in &ir.handlers {
        out.met(on(&handler.on));
        stmts(&handler.body, out);
    }
    for rule in &ir.risk {
        out.met(risk(&rule.kind));
        out.met(scope(&rule.scope));
        rule.actions.iter().for_each(|it| out.met(action(it)));
    }
}

/// The name of a function without memory; two modules have one that is called `kelly`.
fn name_of(row: &PureRow) -> &'static str {
    if row.function == Function::KellyReturn { "kelly of returns" } else { row.name }
}

fn read_as_a_field(function: Function) -> Option<&'static str> {
    matches!(function, Function::Mid | Function::Spread).then_some("lowered to the book's field")
}

fn operation(it: &Op, out: &mut Coverage) {
    match it {
        Op::Event(it) => out.met(event_field(it)),
        Op::View(it, _) => out.met(view_field(it)),
        Op::Account(it) => out.met(account_field(it)),
        Op::Bar { field, .. } | Op::Forming { field, .. } => out.met(bar_field(field)),
        Op::Unary(it, _) => out.met(unary(it)),
        Op::Binary(it, ..) | Op::TryBinary(it, ..) => out.met(binary(it)),
        Op::Compare(it, of, ..) => {
            out.met(compare(it));
            out.met(number(of));
        }
        Op::InRange { number: of, .. } => out.met(number(of)),
        Op::Call(it, _) => out.met(pure(it)),
        Op::Library(function, _) => out.met(name_of(function.row())),
        Op::Const(_)
        | Op::Param(_)
        | Op::Local(_)
        | Op::Stream(_)
        | Op::MemberStream(..)
        | Op::State(..)
        | Op::Now
        | Op::LevelPrice(_)
        | Op::LevelSize(_)
        | Op::OrElse(..)
        | Op::IsSome(_)
        | Op::And(..)
        | Op::Or(..)
        | Op::If { .. }
        | Op::Pick { .. }
        | Op::Let { .. }
        | Op::HasWord(..)
        | Op::HasAny(..) => {}
    }
}

fn stmts(all: &[Stmt], out: &mut Coverage) {
    for it in all {
        out.met(stmt(&it.kind));
        match &it.kind {
            StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
                stmts(then, out);
                stmts(other, out);
            }
            StmtKind::Match { arms, .. } => arms.iter().for_each(|(_, body)| stmts(body, out)),
            StmtKind::For { over: it, body, .. } => {
                out.met(over(it));
                stmts(body, out);
            }
            StmtKind::Together(body) => stmts(body, out),
            StmtKind::Order(it) => out.met(tif(&it.tif)),
            StmtKind::Target(it) => {
                out.met(goal(&it.goal));
                it.via.iter().for_each(|it| out.met(via(it)));
            }
            StmtKind::Say(it, _) => out.met(level(it)),
            StmtKind::Let(..)
            | StmtKind::Open(..)
            | StmtKind::Require(..)
            | StmtKind::Set { .. }
            | StmtKind::SetElement { .. }
            | StmtKind::Clear(..)
            | StmtKind::Cancel(_) => {}
        }
    }
}
