//! How types and expressions are spoken of in messages.

use strat_dsl::ast::{self, ExprKind, UnaryOp};

use super::Checker;
use crate::hir::{Currency, Kind, Of, Ty, Unit};
use strat_runtime::venue::VenueKind;

/// The longest expression that is quoted in a message, in letters.
const QUOTE_MAX: usize = 48;

impl Checker {
    /// `a price`, `an optional size`, with an article.
    pub(super) fn a(&self, ty: Ty) -> String {
        let noun = noun(self, ty.kind);
        if ty.optional { format!("{noun} that may be absent") } else { noun }
    }

    /// `a price (usdc per share of btc)`: with its unit in brackets.
    pub(super) fn with_unit(&self, kind: Kind) -> String {
        let piece = self.piece();
        let of = self.name_of(kind.instrument());
        let of = of.map(|name| format!(" of {name}")).unwrap_or_default();
        let noun = noun(self, kind);
        match kind {
            Kind::Price(instrument) => {
                format!("{noun} ({} per {piece}{of})", self.quote(instrument).name())
            }
            Kind::Size(_) => format!("{noun} ({piece}s{of})"),
            Kind::PricePerSize(instrument) => {
                format!("{noun} ({} per {piece} and {piece}{of})", self.quote(instrument).name())
            }
            Kind::Money(currency) => format!("{noun} ({})", currency.name()),
            Kind::Real(Unit::Price(_)) if !of.is_empty() => format!("{noun} ({})", of.trim_start()),
            _ => noun,
        }
    }

    /// The instrument's name, if it has one.
    pub(super) fn name_of(&self, of: Of) -> Option<String> {
        match of {
            Of::Any => None,
            Of::One(id) => self.st.instruments.get(id.index()).map(|i| i.name.clone()),
            Of::Bound(id) => self.body.locals.get(id.index()).map(|l| l.name.clone()),
        }
    }

    /// The currency in which an instrument is quoted.
    pub(super) fn quote(&self, of: Of) -> Currency {
        let venue = match of {
            Of::One(id) => self.st.instruments.get(id.index()).map(|i| i.venue),
            Of::Any | Of::Bound(_) => None,
        };
        venue.or(self.st.venue).map_or(Currency::Usd, Currency::of_venue)
    }

    pub(super) fn piece(&self) -> &'static str {
        if self.st.venue == Some(VenueKind::Polymarket) { "share" } else { "coin" }
    }
}

fn noun(checker: &Checker, kind: Kind) -> String {
    let text = match kind {
        Kind::Bool => "a yes or no",
        Kind::Int => "a whole number",
        Kind::Real(Unit::None) => "a real",
        Kind::Real(Unit::Price(_)) => "a real in the unit of a price",
        Kind::Real(Unit::Size(_)) => "a real in the unit of a size",
        Kind::Real(Unit::Money(_)) => "a real in the unit of money",
        Kind::Real(Unit::Ratio) => "a real in the unit of a percent",
        Kind::Real(Unit::Leverage) => "a real in the unit of a leverage",
        Kind::Real(Unit::PricePerSize(_)) => "a real in the unit of a price per size",
        Kind::Price(_) => "a price",
        Kind::Size(_) => "a size",
        Kind::Money(_) => "an amount of money",
        Kind::Ratio => "a percent",
        Kind::Leverage => "a leverage",
        Kind::PricePerSize(_) => "a price per size",
        Kind::Time => "a time",
        Kind::Duration => "a duration",
        Kind::Enum(id) => {
            return match checker.hir.enums.get(id.index()) {
                Some(it) => format!("one of `{}`", it.name),
                None => "an enum".to_owned(),
            };
        }
        Kind::Text => "a text",
        Kind::Words(_) => "a word list",
        Kind::Instrument(_) => "an instrument",
        Kind::Book(_) => "a book",
        Kind::Position(_) => "a position",
        Kind::Exposure(_) => "an exposure",
        Kind::Universe(_) => "a universe",
        Kind::Level(_) => "a level of a book",
        Kind::Bar(..) => "a bar",
        Kind::Forming(..) => "a bar that is not closed yet",
        Kind::Clock(_) => "a clock of several instruments",
        Kind::Fill(_) => "a fill",
        Kind::Reject(_) => "a refusal",
        Kind::Account => "the account",
        Kind::List(elem, length) => {
            let each = checker.a(elem.ty());
            return format!("a list of {length} (each {each})");
        }
        Kind::Error => "something else",
    };
    text.to_owned()
}

/// The expression as a person would write it, shortened if it is long.
pub(super) fn quoted(expr: &ast::Expr) -> String {
    let text = text(expr, 0);
    if text.chars().count() <= QUOTE_MAX {
        return text;
    }
    let mut short: String = text.chars().take(QUOTE_MAX - 3).collect();
    short.push_str("...");
    short
}

fn text(expr: &ast::Expr, depth: u32) -> String {
    if depth > 6 {
        return "...".to_owned();
    }
    let inner = |e: &ast::Expr| text(e, depth + 1);
    match &expr.kind {
        ExprKind::Number(value) => decimal(*value),
        ExprKind::Quantity { value, unit } => {
            let symbol = unit.symbol();
            let gap = if matches!(symbol, "usd" | "shares" | "coins" | "lots") { " " } else { "" };
            format!("{}{gap}{symbol}", decimal(*value))
        }
        ExprKind::Text(it) => format!("\"{}\"", it.value),
        ExprKind::Bool(it) => it.to_string(),
        ExprKind::None => "none".to_owned(),
        ExprKind::Ident(it) => it.name.clone(),
        ExprKind::Field { base, name, optional } => {
            format!("{}{}{}", inner(base), if *optional { "?." } else { "." }, name.name)
        }
        ExprKind::Call { callee, args } => {
            let args: Vec<String> = args.iter().take(4).map(|arg| inner(&arg.value)).collect();
            format!("{}({})", inner(callee), args.join(", "))
        }
        ExprKind::Index { base, index } => format!("{}[{}]", inner(base), inner(index)),
        ExprKind::Unary { op: UnaryOp::Neg, operand, .. } => format!("-{}", inner(operand)),
        ExprKind::Unary { op: UnaryOp::Not, operand, .. } => format!("not {}", inner(operand)),
        ExprKind::Binary { op, left, right, .. } => {
            format!("{} {} {}", inner(left), op.symbol(), inner(right))
        }
        ExprKind::Range { start, end } => format!("{}..{}", inner(start), inner(end)),
        ExprKind::In { value, set, .. } => format!("{} in {}", inner(value), inner(set)),
        ExprKind::If { .. } => "if ... then ... else ...".to_owned(),
        ExprKind::List(_) | ExprKind::Repeat { .. } => "[...]".to_owned(),
        ExprKind::Is { value, some } => {
            format!("{} is {}", inner(value), if *some { "some" } else { "none" })
        }
        ExprKind::AsAtPar { value, currency } => {
            format!("{} as {} at par", inner(value), currency.name)
        }
        ExprKind::Error => "...".to_owned(),
    }
}

/// The number as it is written.
pub(super) fn decimal(value: ast::Decimal) -> String {
    let digits = value.digits.to_string();
    let scale = value.scale as usize;
    if scale == 0 {
        return digits;
    }
    if scale > 18 {
        return format!("{digits}e-{scale}");
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{whole}.{fraction}")
}
