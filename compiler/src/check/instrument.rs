//! Instruments and venues.

use strat_dsl::{Code, Diagnostic, Edit, ast};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::venue::VenueKind;

use super::Checker;
use super::scope::{Entity, nearest};
use crate::hir;

impl Checker {
    /// The venue of that name.
    pub(super) fn venue(&mut self, name: &ast::Ident) -> Option<VenueKind> {
        let found = VenueKind::parse(&name.name);
        if found.is_some() || name.name.is_empty() {
            return found;
        }
        let names: Vec<&str> = VenueKind::ALL.iter().map(|venue| venue.name()).collect();
        let diagnostic =
            Diagnostic::new(Code::E0505, name.span, format!("there is no venue `{}`", name.name))
                .here("not known")
                .why(format!("known are `{}`", names.join("`, `")));
        let diagnostic = match nearest(&name.name, names.iter().copied()) {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => diagnostic.fix("use one of them"),
        };
        self.out.push(diagnostic);
        None
    }

    pub(super) fn instrument(&mut self, it: &ast::Instrument) {
        let id = InstrumentId(u32::try_from(self.st.instruments.len()).unwrap_or(u32::MAX));
        let venue = self.venue(&it.venue);
        if let (Some(venue), Some(home)) = (venue, self.st.venue)
            && venue != home
        {
            self.unsupported(
                it.venue.span,
                "an instrument on another venue than the strategy's",
                &format!("write `on {}`, or change the strategy's `venue`", home.name()),
            );
        }
        let symbol = self.symbol(&it.source);
        if let Some(short) = &it.short {
            self.short_sale(short);
        }
        let (Some(venue), Some(symbol)) = (venue, symbol) else {
            self.declare(&it.name, Entity::Broken);
            return;
        };
        let same = self.st.instruments.iter().find(|i| i.symbol == symbol && i.venue == venue);
        if let Some(same) = same {
            let earlier = same.span;
            self.out.push(
                Diagnostic::new(
                    Code::E0110,
                    it.name.span,
                    format!("`{}` is the same instrument as one above", it.name.name),
                )
                .here(format!("`{symbol}` again"))
                .label(earlier, "first declared here")
                .why("orders and limits on one would not see those on the other")
                .fix("use the first name"),
            );
        }
        self.st.instruments.push(hir::Instrument {
            name: it.name.name.clone(),
            symbol,
            venue,
            span: it.name.span,
        });
        self.st.shorts.push(it.short.is_some());
        self.declare(&it.name, Entity::Instrument(id));
    }

    pub(super) fn short_sale(&mut self, short: &ast::ShortSale) {
        if short.way.name == "complement" {
            self.short_useful(short);
        } else if !short.way.name.is_empty() {
            let near = nearest(&short.way.name, ["complement"]).map(str::to_owned);
            self.unknown(&short.way, "way to sell short called", near);
        }
    }

    /// Where positions below zero exist there is nothing to buy instead.
    fn short_useful(&mut self, short: &ast::ShortSale) {
        if let Some(venue) = self.st.venue.filter(|venue| venue.capabilities().short) {
            self.out.push(
                Diagnostic::new(
                    Code::E0501,
                    short.span,
                    format!("venue `{}` has no complements", venue.name()),
                )
                .here("not possible there")
                .why("positions below zero exist there by themselves")
                .fix_with(
                    "leave it out: `target x short 0.10x` works without it",
                    vec![Edit { span: short.span, replacement: String::new() }],
                ),
            );
        }
    }

    /// What the venue calls it: `BTCUSD`, `"BTC-USD"`, `token("4158...")`.
    fn symbol(&mut self, source: &ast::Expr) -> Option<String> {
        let text = match &source.kind {
            ast::ExprKind::Ident(name) => return Some(name.name.clone()).filter(|n| !n.is_empty()),
            ast::ExprKind::Text(text) => text,
            ast::ExprKind::Call { callee, args } => {
                let token = matches!(&callee.kind, ast::ExprKind::Ident(n) if n.name == "token");
                match (token, args.as_slice()) {
                    (true, [ast::Arg { name: None, value, .. }]) => match &value.kind {
                        ast::ExprKind::Text(text) => text,
                        ast::ExprKind::Error => return None,
                        _ => return self.no_symbol(source),
                    },
                    _ => return self.no_symbol(source),
                }
            }
            ast::ExprKind::Error => return None,
            _ => return self.no_symbol(source),
        };
        let fixed = text.parts.iter().all(|part| matches!(part, ast::TextPart::Literal(_)));
        if fixed && !text.value.trim().is_empty() {
            return Some(text.value.clone());
        }
        self.no_symbol(source)
    }

    fn no_symbol(&mut self, source: &ast::Expr) -> Option<String> {
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                source.span,
                "an instrument needs the venue's name for it",
            )
            .here("not a symbol")
            .why("data and orders are matched by this name")
            .fix("write the symbol: `BTCUSD`, or `token(\"4158...\")` on polymarket"),
        );
        None
    }
}
