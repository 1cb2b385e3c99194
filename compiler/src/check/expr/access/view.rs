//! Fields of instruments, books and the account.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};

use super::super::super::{Checker, Place, Typed};
use super::{ACCOUNT, BOOK, INSTRUMENT, view};
use crate::hir::{Currency, DomainKind, ExprKind, Kind, Of, Ty};
use crate::ir::{AccountField, DomainId, ViewField};

impl Checker {
    pub(in super::super) fn instrument_field(
        &mut self,
        handle: Typed,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        let of = handle.kind().instrument();
        let handles = match name.name.as_str() {
            "book" => Some(Kind::Book(of)),
            "position" => Some(Kind::Position(of)),
            "exposure" => Some(Kind::Exposure(of)),
            _ => None,
        };
        if let Some(kind) = handles {
            if matches!(kind, Kind::Book(_)) {
                self.needs_book(of, span);
            } else if matches!(self.body.place, Place::Stream) {
                return self.not_here(span, &name.name);
            }
            let domain = if matches!(kind, Kind::Book(_)) { self.book_domain(of) } else { None };
            let expr = handle.expr;
            let ty = Ty::of(kind);
            return Typed::new(expr.kind, ty, span).at(domain);
        }
        let (field, ty) = match name.name.as_str() {
            "last" => (ViewField::LastTrade, Ty::option(Kind::Price(of))),
            "mark" => (ViewField::Mark, Ty::option(Kind::Price(of))),
            "tick" => (ViewField::Tick, Ty::of(Kind::Price(of))),
            "lot" => (ViewField::Lot, Ty::of(Kind::Size(of))),
            "min_size" => (ViewField::MinSize, Ty::of(Kind::Size(of))),
            "liquidity" => (ViewField::Liquidity, Ty::option(Kind::Money(Currency::Usd))),
            "expiry" => (ViewField::Expiry, Ty::option(Kind::Time)),
            "expires_in" => (ViewField::ExpiresIn, Ty::option(Kind::Duration)),
            "question" => (ViewField::Question, Ty::of(Kind::Text)),
            "outcome" => (ViewField::Outcome, Ty::of(Kind::Text)),
            "id" => (ViewField::Id, Ty::of(Kind::Text)),
            _ => return self.no_field(name, handle.kind(), INSTRUMENT, span),
        };
        let domain = match (field, of) {
            (ViewField::LastTrade, Of::One(id)) => Some(self.domain(DomainKind::Trades(id))),
            (ViewField::LastTrade, _) => self.member_domain(of, true),
            (ViewField::Mark, _) => self.book_domain(of),
            _ => None,
        };
        view(handle, field, ty, span).at(domain)
    }

    fn book_domain(&mut self, of: Of) -> Option<DomainId> {
        match of {
            Of::One(id) => Some(self.domain(DomainKind::Book(id))),
            Of::Any | Of::Bound(_) => self.member_domain(of, false),
        }
    }

    pub(super) fn book_field(&mut self, handle: Typed, name: &ast::Ident, span: Span) -> Typed {
        let of = handle.kind().instrument();
        let (field, ty) = match name.name.as_str() {
            "bid" => (ViewField::BookBid, Ty::option(Kind::Level(of))),
            "ask" => (ViewField::BookAsk, Ty::option(Kind::Level(of))),
            "mid" => (ViewField::BookMid, Ty::option(Kind::Price(of))),
            "spread" => (ViewField::BookSpread, Ty::option(Kind::Price(of))),
            "spread_pct" => (ViewField::BookSpreadPct, Ty::option(Kind::Ratio)),
            _ => return self.no_field(name, handle.kind(), BOOK, span),
        };
        let domain = handle.domain;
        view(handle, field, ty, span).at(domain)
    }

    /// A venue without a book has none to read.
    pub(in super::super::super) fn needs_book(&mut self, of: Of, span: Span) {
        let venue = match of {
            Of::One(id) => self.st.instruments.get(id.index()).map(|i| i.venue),
            Of::Any | Of::Bound(_) => self.st.venue,
        };
        let Some(venue) = venue else { return };
        if !venue.capabilities().book {
            self.out.push(
                Diagnostic::new(
                    Code::E0501,
                    span,
                    format!("venue `{}` has no order book to read", venue.name()),
                )
                .here("there is no book here")
                .why("what is not published cannot be decided upon")
                .fix("use bars: `clock h1 = bars(x, 1h)` and `h1.close`")
                .fix("run the strategy on a venue with a book, such as `polymarket`"),
            );
        }
    }

    pub(super) fn account_field(&mut self, name: &ast::Ident, span: Span) -> Typed {
        if self.body.place != Place::Handler {
            return self.not_here(span, "account");
        }
        let field = match name.name.as_str() {
            "equity" => AccountField::Equity,
            "cash" => AccountField::Cash,
            "free_cash" => AccountField::FreeCash,
            _ => return self.no_field(name, Kind::Account, ACCOUNT, span),
        };
        let kind = Kind::Money(self.quote(Of::Any));
        Typed::new(ExprKind::Account(field), Ty::of(kind), span)
    }
}
