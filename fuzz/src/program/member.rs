//! Parameters, constraints, instruments, universes, clocks, state, migrations.

use std::fmt::Write as _;

use strat_runtime::venue::VenueKind;

use super::piece::{self, Piece};
use super::scope::{Atom, Handle, Scope, Ty, Whose};
use super::{Clock, Generator, HANDLERS, Param, State};

impl Generator {
    pub(super) fn params(&mut self, out: &mut String) {
        for _ in 0..=self.random.below(5) {
            let line = self.param();
            let _ = writeln!(out, "  {line}");
        }
        if self.chance(30) {
            let scope = self.constants();
            let free = self.expr(&scope, Ty::Bool, 1).text();
            // The defaults must satisfy it, whatever the rest says.
            let (n, top) = self
                .params
                .iter()
                .find_map(|p| Some((p.name.clone(), p.whole?.1)))
                .unwrap_or_else(|| ("1".to_owned(), 1));
            let _ = writeln!(out, "  constraint {n} <= {top} or ({free})");
        }
    }

    fn param(&mut self) -> String {
        let name = self.name("p");
        let n = self.random.between(1, 4);
        let (ty, whole, default, range) = match self.random.below(10) {
            0..=2 => {
                let (low, high) = (n, n + self.random.between(2, 9));
                let default = self.random.between(low, high);
                let step = if self.chance(40) { " step 1" } else { "" };
                (
                    Ty::Int,
                    Some((low, high)),
                    default.to_string(),
                    format!(" in {low}..{high}{step}"),
                )
            }
            3 | 4 => (Ty::Real, None, format!("0.{n}"), " in 0.1..0.9 step 0.1".to_owned()),
            5 => {
                let whose = Ty::Price(Whose::Any);
                let literal = self.positive_literal(whose).text();
                (whose, None, literal, " in 0.01..100.0".to_owned())
            }
            6 => match self.random.below(4) {
                0 => (Ty::Size(Whose::Any), None, format!("{n} shares"), String::new()),
                1 => (Ty::Usd, None, format!("{n}00 usd"), " in 1 usd..900 usd".to_owned()),
                2 => (Ty::Leverage, None, format!("0.{n}x"), " in 0.1x..0.9x".to_owned()),
                _ => {
                    (Ty::PerSize(Whose::Any), None, format!("0.00{n}"), " in 0.001..0.1".to_owned())
                }
            },
            7 => {
                let unit = self.random.word(&["%", "bps"]);
                (
                    Ty::Percent,
                    None,
                    format!("{n}{unit}"),
                    format!(" in 1{unit}..9{unit} step 1{unit}"),
                )
            }
            8 => (Ty::Duration, None, format!("{n}m"), " in 10s..1h".to_owned()),
            _ if !self.enums.is_empty() && self.chance(50) => {
                let ty = Ty::Enum(self.random.below(self.enums.len()));
                (ty, None, self.literal(ty).text(), String::new())
            }
            _ => (Ty::Bool, None, self.literal(Ty::Bool).text(), String::new()),
        };
        let positive = !range.is_empty();
        let line = format!("param {name}: {} = {default}{range}", self.written(ty));
        self.params.push(Param { name, ty, positive, whole, default });
        line
    }

    /// Parameters, and nothing that changes.
    pub(super) fn constants(&self) -> Scope {
        let atom = |p: &Param| {
            let atom = Atom::new(&p.name, p.ty);
            if p.positive { atom.positive() } else { atom }
        };
        Scope { atoms: self.params.iter().map(atom).collect(), ..Scope::default() }
    }

    pub(super) fn instruments(&mut self, out: &mut String) {
        for at in 0..=self.random.below(3) {
            let (name, venue) = (self.name("i"), self.venue.name());
            let quoted = self.chance(30);
            let source = match self.venue {
                VenueKind::Polymarket => format!("token(\"{}\")", 70 + at),
                VenueKind::BinancePerp | VenueKind::Vanta => {
                    let all = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
                    let symbol = all.get(at).copied().unwrap_or("LTCUSDT");
                    if quoted { format!("\"{symbol}\"") } else { symbol.to_owned() }
                }
            };
            let _ = writeln!(out, "  instrument {name} = {source} on {venue}");
            self.instruments.push(name);
        }
    }

    pub(super) fn universes(&mut self, out: &mut String) {
        if !self.can().universes {
            return;
        }
        for _ in 0..self.random.below(3) {
            let name = self.name("u");
            let scope = self.member_fields(true);
            let mut keys = Vec::new();
            for _ in 0..self.random.below(3) {
                let ty = match self.random.below(4) {
                    0 => Ty::Real,
                    1 => Ty::Bool,
                    2 => Ty::Price(Whose::Bound(0)),
                    _ => Ty::Duration,
                };
                let key = match self.random.word(&["liquidity", "expiry", "book.mid", "tick", ""]) {
                    "" => self.firm(&scope, ty, 1).at(piece::OR),
                    field => field.to_owned(),
                };
                keys.push(format!("{key}{}", self.random.word(&["", " desc", " asc"])));
            }
            keys.push("id".to_owned());
            let fits = self.params.iter().filter(|p| p.whole.is_some_and(|(low, _)| low >= 1));
            let fits: Vec<String> = fits.map(|p| p.name.clone()).collect();
            let take = match self.random.below(3) {
                0 => String::new(),
                1 => format!(" take {}", self.random.between(1, 4)),
                _ => {
                    self.random.pick(&fits).map(|name| format!(" take {name}")).unwrap_or_default()
                }
            };
            let max = self.random.word(&["10", "500", "4096"]);
            let _ =
                writeln!(out, "  universe {name} max {max} order by {}{take} {{", keys.join(", "));
            for _ in 0..self.random.below(3) {
                let condition = match self.random.below(5) {
                    0 => Piece::atom("question has_any [\"rain\", \"snow\"] or tick > 0.001"),
                    1 => Piece::atom("book.mid in 0.05..0.95"),
                    2 => Piece::atom("expires_in > 5m"),
                    _ => self.expr(&scope, Ty::Bool, 2),
                };
                let _ = writeln!(out, "    where {}", condition.text());
            }
            out.push_str("  }\n");
            self.universes.push(name);
        }
    }

    /// The fields of a member that stand without a name in front; with `open`, absent ones make a
    /// condition false, and otherwise leave the member without something new.
    pub(super) fn member_fields(&self, filter: bool) -> Scope {
        let mut scope = self.constants();
        scope.words = true;
        scope.calls = true;
        let whose = Whose::Bound(0);
        let price = Ty::Price(whose);
        let ticking = |atom: Atom| if filter { atom } else { atom.ticks() };
        scope.atoms.push(ticking(Atom::new("book.mid", price).positive()));
        scope.atoms.push(ticking(Atom::new("book.spread", price)));
        scope.atoms.push(ticking(Atom::new("book.spread_pct", Ty::Percent)));
        scope.atoms.push(ticking(Atom::new("book.bid.price", price).positive()));
        scope.atoms.push(ticking(Atom::new("book.ask.size", Ty::Size(whose)).positive()));
        scope.atoms.push(ticking(Atom::new("mark", price)));
        scope.atoms.push(Atom::new("book.mid", price).optional());
        scope.atoms.push(Atom::new("tick", price).positive());
        scope.atoms.push(Atom::new("lot", Ty::Size(whose)).positive());
        scope.atoms.push(Atom::new("min_size", Ty::Size(whose)));
        scope.atoms.push(Atom::new("question", Ty::Text));
        scope.atoms.push(Atom::new("outcome", Ty::Text));
        if filter {
            scope.atoms.push(Atom::new("last", price).positive());
            scope.atoms.push(Atom::new("liquidity", Ty::Usd));
            scope.atoms.push(Atom::new("expires_in", Ty::Duration));
            scope.atoms.push(Atom::new("expiry", Ty::Time));
            scope.atoms.push(Atom::new("now", Ty::Time));
            scope.atoms.push(Atom::new("last", price).optional());
            scope.atoms.push(Atom::new("id", Ty::Text));
        }
        scope
    }

    pub(super) fn clocks(&mut self, out: &mut String) {
        for _ in 0..=self.random.below(3) {
            let joint = self.instruments.len() > 1 && self.chance(40);
            let instruments: Vec<usize> = if joint {
                (0..self.instruments.len()).collect()
            } else {
                vec![self.random.below(self.instruments.len())]
            };
            let names: Vec<&str> =
                instruments.iter().map(|at| self.instruments[*at].as_str()).collect();
            let of = match names.as_slice() {
                [one] => (*one).to_owned(),
                many => format!("[{}]", many.join(", ")),
            };
            let length = match self.random.below(4) {
                0 => {
                    let fits = self.params.iter().filter(|p| p.ty == Ty::Duration);
                    fits.map(|p| p.name.clone()).next().unwrap_or_else(|| "1m".to_owned())
                }
                n => ["10s", "1m", "5m"].get(n - 1).copied().unwrap_or("1m").to_owned(),
            };
            let source = format!("bars({of}, {length})");
            let name = self.name("c");
            let gaps =
                self.random.word(&["", " gaps skip", " gaps carry", " gaps carry", " gaps halt"]);
            let _ = writeln!(out, "  clock {name} = {source}{gaps}");
            self.clocks.push(Clock { name, instruments });
        }
    }

    pub(super) fn states(&mut self, out: &mut String) {
        for _ in 0..=self.random.below(4) {
            let ty = match self.random.below(13) {
                0 => Ty::Bool,
                1 | 2 => Ty::Int,
                3 => Ty::Real,
                4 => Ty::Price(Whose::Any),
                5 => Ty::Price(Whose::One(self.random.below(self.instruments.len()))),
                6 => Ty::Size(Whose::Any),
                7 => Ty::Money,
                8 => Ty::Percent,
                9 => Ty::Duration,
                10 => Ty::Time,
                11 => Ty::Leverage,
                _ if !self.enums.is_empty() => Ty::Enum(self.random.below(self.enums.len())),
                _ => Ty::PerSize(Whose::Any),
            };
            let optional = ty == Ty::Time || self.chance(25);
            let name = self.name("q");
            let first = if optional { "none".to_owned() } else { self.literal(ty).text() };
            let mark = if optional { "?" } else { "" };
            let count = self.universes.len();
            let per = (count > 0 && self.chance(40)).then(|| self.random.below(count));
            let of = per.map(|at| format!(" per {}", self.universes[at])).unwrap_or_default();
            let _ = writeln!(out, "  state {name}: {}{mark} = {first}{of}", self.written(ty));
            let owner = self.random.below(HANDLERS);
            self.states.push(State { name, ty, optional, per, owner });
        }
    }

    /// Takes state over from an older version, and says which version this is.
    pub(super) fn migrations(&mut self, out: &mut String) -> i64 {
        if !self.chance(30) {
            return 1;
        }
        let mut scope = self.constants();
        let mut old = Vec::new();
        for _ in 0..self.random.below(3) {
            let ty = self.random.pick(&[Ty::Bool, Ty::Int, Ty::Real]).copied().unwrap_or(Ty::Int);
            let name = self.name("o");
            old.push(format!("{name}: {}", self.written(ty)));
            scope.atoms.push(Atom::new(name, ty));
        }
        let mut body = String::new();
        let plain = self.states.clone().into_iter().filter(|s| s.per.is_none() && !s.optional);
        for state in plain {
            let value = self.expr(&scope, state.ty, 1).text();
            let _ = writeln!(body, "    {} = {value}", state.name);
        }
        let _ = writeln!(out, "  migrate from 1 {{ {} }} {{\n{body}  }}", old.join(", "));
        2
    }

    /// What can be traded everywhere.
    pub(super) fn declared(&self) -> Vec<Handle> {
        let one = |(at, name): (usize, &String)| Handle {
            text: name.clone(),
            whose: Whose::One(at),
            member_of: None,
        };
        self.instruments.iter().enumerate().map(one).collect()
    }
}
