//! `let`s of the strategy: one clock each, guards, streams per member.

use std::fmt::Write as _;

use super::piece::{self, Piece};
use super::scope::{Atom, Handle, Scope, Ty, Whose};
use super::{Domain, Generator, Stream};

impl Generator {
    pub(super) fn streams(&mut self, out: &mut String) {
        for _ in 0..2 + self.random.below(6) {
            let domain = self.domain();
            if self.chance(35)
                && let Some(line) = self.guard(domain)
            {
                let _ = writeln!(out, "  {line}");
                continue;
            }
            let line = self.stream(domain);
            let _ = writeln!(out, "  {line}");
        }
    }

    fn domain(&mut self) -> Domain {
        let book = self.can().book;
        let instrument = self.random.below(self.instruments.len());
        match self.random.below(10) {
            4 | 5 if book => Domain::Book(instrument),
            6 => Domain::Trades(instrument),
            7 | 8 if !self.universes.is_empty() => {
                let at = self.random.below(self.universes.len());
                if self.chance(70) { Domain::MemberBook(at) } else { Domain::MemberTrades(at) }
            }
            9 => Domain::Always,
            _ => Domain::Bars(self.random.below(self.clocks.len())),
        }
    }

    fn per(&self, domain: Domain) -> String {
        match domain {
            Domain::MemberBook(at) | Domain::MemberTrades(at) => {
                format!(" per {}", self.universes[at])
            }
            Domain::Always | Domain::Bars(_) | Domain::Book(_) | Domain::Trades(_) => String::new(),
        }
    }

    /// `let mid = x.book.mid else "..."`
    fn guard(&mut self, domain: Domain) -> Option<String> {
        let (source, ty, positive) = match domain {
            Domain::Book(at) => {
                let (name, whose) = (self.instruments[at].clone(), Whose::One(at));
                let handle = Handle { text: name.clone(), whose, member_of: None };
                match self.random.below(5) {
                    4 => {
                        let atom = self.book_function(&[handle])?;
                        (atom.text, atom.ty, atom.positive)
                    }
                    0 => (format!("{name}.book.bid?.price"), Ty::Price(whose), true),
                    1 => (format!("{name}.book.ask?.size"), Ty::Size(whose), true),
                    2 => (format!("{name}.book.spread_pct"), Ty::Percent, false),
                    _ => (format!("{name}.book.mid"), Ty::Price(whose), true),
                }
            }
            Domain::Trades(at) => {
                (format!("{}.last", self.instruments[at]), Ty::Price(Whose::One(at)), true)
            }
            Domain::MemberBook(_) => ("book.mid".to_owned(), Ty::Price(Whose::Bound(0)), true),
            Domain::MemberTrades(_) => ("last".to_owned(), Ty::Price(Whose::Bound(0)), true),
            Domain::Bars(_) => {
                let scope = self.ticking(domain);
                let option = self.option(&scope, Ty::Real, 1)?.text();
                let follows = scope.atoms.iter().any(|a| a.ticks && mentions(&option, &a.text));
                if !follows {
                    return None;
                }
                (option, Ty::Real, false)
            }
            Domain::Always => return None,
        };
        let (name, per) = (self.name("g"), self.per(domain));
        let n = self.random.below(5);
        self.streams.push(Stream { name: name.clone(), ty, optional: false, positive, domain });
        Some(format!("let {name}{per} = {source} else \"absent {n}\""))
    }

    fn stream(&mut self, domain: Domain) -> String {
        let scope = self.ticking(domain);
        let whose = self.whose(&scope);
        let ty = match self.random.below(12) {
            0..=3 => Ty::Real,
            4 | 5 => Ty::RealPrice(whose),
            6 | 7 => Ty::Bool,
            8 => Ty::Price(whose),
            9 => Ty::Int,
            10 => Ty::RealSize(whose),
            _ => Ty::Percent,
        };
        let ticks = scope.atoms.iter().any(|atom| atom.ticks);
        let optional = ty == Ty::Real && ticks && self.chance(15);
        let value = if optional { self.option(&scope, ty, 1) } else { None };
        let optional = value.is_some();
        let value = match value {
            Some(value) => value,
            None => self.follow(&scope, ty, domain),
        };
        // A statistic may come out as a plain real where there are no prices.
        let ty = match ty {
            Ty::RealPrice(_) | Ty::RealSize(_) => Ty::Real,
            ty => ty,
        };
        let value = match value.text() {
            text if ty == Ty::Real && !optional => format!("real({text})"),
            text => text,
        };
        // What reads nothing that ticks has no clock.
        let domain = if scope.atoms.iter().any(|a| a.ticks && mentions(&value, &a.text)) {
            domain
        } else {
            Domain::Always
        };
        let (name, per) = (self.name("x"), self.per(domain));
        let plain = !matches!(ty, Ty::Price(_) | Ty::Size(_) | Ty::Percent);
        let annotated = plain && self.chance(20);
        let mark = if optional { "?" } else { "" };
        let shown = if annotated { format!(": {}{mark}", self.written(ty)) } else { String::new() };
        self.streams.push(Stream { name: name.clone(), ty, optional, positive: false, domain });
        format!("let {name}{per}{shown} = {value}")
    }

    /// A value that surely follows the clock: a stream per member must.
    fn follow(&mut self, scope: &Scope, ty: Ty, domain: Domain) -> Piece {
        let value = self.expr(scope, ty, 3);
        let member = matches!(domain, Domain::MemberBook(_) | Domain::MemberTrades(_));
        if !member {
            return value;
        }
        // The cases are not reached at every tick.
        let calm = Scope { history: false, ..scope.clone() };
        let choice = matches!(ty, Ty::Int | Ty::Percent | Ty::Price(_) | Ty::Size(_));
        let value = if choice { self.expr(&calm, ty, 3) } else { value };
        let anchor = if matches!(domain, Domain::MemberBook(_)) { "mark" } else { "last" };
        match ty {
            Ty::Bool => {
                let moved = Piece::atom(format!("{anchor} > 0.5"));
                Piece::new(format!("({}) or ({})", moved.text(), value.text()), piece::OR)
            }
            Ty::Real | Ty::RealPrice(_) | Ty::RealSize(_) => {
                Piece::atom(format!("real({anchor}) * 0.5 + real({})", value.text()))
            }
            Ty::Int => {
                let value = value.at(piece::OR);
                Piece::atom(format!("if {anchor} > 0.5 then 1 else {value}"))
            }
            _ => {
                let value = value.at(piece::OR);
                let other = self.literal(ty).text();
                Piece::atom(format!("if {anchor} > 0.5 then {value} else {other}"))
            }
        }
    }

    /// What a stream with this clock may read.
    fn ticking(&mut self, domain: Domain) -> Scope {
        let mut scope = match domain {
            Domain::MemberBook(_) | Domain::MemberTrades(_) => {
                let mut scope = self.member_fields(false);
                // Options are opened by themselves; `last` has another clock.
                if matches!(domain, Domain::MemberTrades(_)) {
                    scope.atoms.retain(|atom| !atom.ticks && !atom.optional);
                    let price = Ty::Price(Whose::Bound(0));
                    scope.atoms.push(Atom::new("last", price).positive().ticks());
                }
                scope
            }
            Domain::Always | Domain::Bars(_) | Domain::Book(_) | Domain::Trades(_) => {
                let mut scope = self.constants();
                scope.calls = true;
                scope.words = true;
                scope
            }
        };
        scope.history = domain != Domain::Always;
        match domain {
            Domain::Bars(at) => self.bar_fields(at, &mut scope, true),
            Domain::Book(at) => {
                let (name, whose) = (self.instruments[at].clone(), Whose::One(at));
                let atom = Atom::new(format!("{name}.book.mid"), Ty::Price(whose));
                scope.atoms.push(atom.optional().ticks());
                let atom = Atom::new(format!("{name}.book.spread_pct"), Ty::Percent);
                scope.atoms.push(atom.optional().ticks());
                scope.atoms.push(Atom::new(format!("{name}.tick"), Ty::Price(whose)).positive());
            }
            Domain::Trades(at) => {
                let name = self.instruments[at].clone();
                let atom = Atom::new(format!("{name}.last"), Ty::Price(Whose::One(at)));
                scope.atoms.push(atom.optional().ticks());
            }
            Domain::Always | Domain::MemberBook(_) | Domain::MemberTrades(_) => {}
        }
        for stream in self.streams.clone() {
            readable(&stream, domain, &mut scope);
        }
        scope
    }

    /// Fields of the bars of a clock.
    pub(super) fn bar_fields(&self, at: usize, scope: &mut Scope, ticks: bool) {
        let clock = &self.clocks[at];
        let single = clock.instruments.len() == 1;
        for instrument in &clock.instruments {
            let bar = if single {
                clock.name.clone()
            } else {
                format!("{}[{}]", clock.name, self.instruments[*instrument])
            };
            let whose = Whose::One(*instrument);
            let mut put = |field: &str, ty: Ty, positive: bool| {
                let atom = Atom::new(format!("{bar}.{field}"), ty);
                let atom = if positive { atom.positive() } else { atom };
                scope.atoms.push(if ticks { atom.ticks() } else { atom });
            };
            for field in ["open", "high", "low", "close"] {
                put(field, Ty::Price(whose), true);
            }
            put("volume", Ty::RealSize(whose), false);
            put("opens_at", Ty::Time, false);
            put("closes_at", Ty::Time, false);
        }
    }
}

/// Whether a text reads this: not as a part of a longer name.
fn mentions(text: &str, atom: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(atom).any(|(at, found)| {
        let (before, after) = (&text[..at], &text[at + found.len()..]);
        !inside(before.chars().next_back()) && !inside(after.chars().next())
    })
}

/// A stream of the same clock by its name, one of another clock by its last value.
fn readable(stream: &Stream, domain: Domain, scope: &mut Scope) {
    let member = matches!(stream.domain, Domain::MemberBook(_) | Domain::MemberTrades(_));
    let mut atom = Atom::new(&stream.name, stream.ty);
    atom.optional = stream.optional;
    atom.positive = stream.positive;
    if stream.domain == domain {
        atom.ticks = domain != Domain::Always;
        scope.atoms.push(atom);
    } else if stream.domain == Domain::Always {
        scope.atoms.push(atom);
    } else if !member && !stream.optional && domain != Domain::Always {
        scope.atoms.push(Atom::new(format!("latest({})", stream.name), stream.ty).optional());
    }
}
