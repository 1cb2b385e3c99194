//! Handlers: every trigger, and what can be read behind it.

use std::fmt::Write as _;

use strat_runtime::venue::VenueKind;

use super::scope::{Atom, Handle, Scope, Ty, Whose};
use super::{Domain, Generator, HANDLERS};

/// Statements of one handler, nested ones included.
const STATEMENTS: usize = 14;

impl Generator {
    pub(super) fn handlers(&mut self, out: &mut String) {
        for at in 0..HANDLERS {
            self.handler = at;
            if at < 2 || self.chance(60) {
                let text = self.handler();
                out.push_str(&text);
            }
        }
        // Handlers of orders stand behind the orders, and set no state: several can meet.
        self.handler = HANDLERS;
        self.cold = false;
        for slot in self.slots.clone() {
            let scope = self.base_scope(false);
            let text = match self.random.below(4) {
                0 => {
                    let f = self.name("f");
                    let scope = of_fill(scope, &f, slot.whose);
                    self.body(&format!("fill({}) as {f}", slot.name), &scope)
                }
                1 => {
                    let r = self.name("r");
                    let mut scope = scope;
                    scope.atoms.push(Atom::new(format!("{r}.reason"), Ty::Text));
                    self.body(&format!("reject({}) as {r}", slot.name), &scope)
                }
                2 => self.body(&format!("done({})", slot.name), &scope),
                _ => continue,
            };
            out.push_str(&text);
        }
    }

    fn handler(&mut self) -> String {
        let cold = self.chance(15);
        self.cold = cold;
        let mark = if cold { " cold" } else { "" };
        let scope = self.base_scope(cold);
        let universe =
            (!self.universes.is_empty()).then(|| self.random.below(self.universes.len()));
        let trigger = self.trigger();
        match (universe, self.random.below(10)) {
            (Some(universe), 0..=3) => {
                let m = self.name("m");
                let mut scope = scope;
                self.member(&m, Some(universe), cold, &mut scope);
                let members = format!("{trigger} for {m} in {}{mark}", self.universes[universe]);
                self.body(&members, &scope)
            }
            (Some(universe), 4) => {
                let m = self.name("m");
                let mut scope = scope;
                // Streams of a member that has just come have no value yet.
                let enter = self.chance(50);
                self.member(&m, Some(universe), cold, &mut scope);
                if enter && !cold {
                    scope.atoms.retain(|atom| !self.of_member_stream(&atom.text, &m));
                }
                let word = if enter { "enter" } else { "leave" };
                let head = format!("{word} {m} in {}{mark}", self.universes[universe]);
                self.body(&head, &scope)
            }
            (Some(universe), 5) => {
                let m = self.name("m");
                let mut scope = scope;
                self.member(&m, Some(universe), cold, &mut scope);
                let event = self.random.word(&["book", "trades", "expiry"]);
                let universe = &self.universes[universe];
                let head = format!("{event}({m}) for {m} in {universe}{mark}");
                self.body(&head, &scope)
            }
            _ => self.body(&format!("{trigger}{mark}"), &scope),
        }
    }

    fn of_member_stream(&self, text: &str, m: &str) -> bool {
        self.streams.iter().any(|stream| text == format!("{}[{m}]", stream.name))
    }

    fn trigger(&mut self) -> String {
        let book = self.can().book;
        let instrument = self.instruments[self.random.below(self.instruments.len())].clone();
        match self.random.below(15) {
            0..=2 => {
                let at = self.random.below(self.clocks.len());
                self.clocks[at].name.clone()
            }
            3 => format!("bars({instrument}, 1m)"),
            4 | 5 if book => format!("book({instrument})"),
            6 => format!("trades({instrument})"),
            7 => "start".to_owned(),
            8 => "shutdown".to_owned(),
            9 => "link_down".to_owned(),
            10 => "link_up".to_owned(),
            11 if self.venue == VenueKind::Polymarket => format!("expiry({instrument})"),
            _ => {
                let short = self.venue != VenueKind::Vanta;
                let fits = self.params.iter().filter(|p| p.ty == Ty::Duration);
                let fits: Vec<String> = fits.map(|p| p.name.clone()).collect();
                match self.random.pick(&fits) {
                    Some(name) if self.chance(30) => format!("every {name}"),
                    _ if short => {
                        format!("every {}", self.random.word(&["5s", "10s", "1m", "90s"]))
                    }
                    _ => format!("every {}", self.random.word(&["10s", "1m", "90s"])),
                }
            }
        }
    }

    fn body(&mut self, head: &str, scope: &Scope) -> String {
        self.budget = STATEMENTS;
        let statements = self.block(scope, 2, "    ");
        let mut text = String::new();
        let _ = write!(text, "  on {head} {{\n{statements}  }}\n");
        text
    }

    /// What every handler can read.
    fn base_scope(&mut self, cold: bool) -> Scope {
        let mut scope = self.constants();
        scope.calls = true;
        scope.words = true;
        scope.handles = self.declared();
        let own = self.one_clock();
        for (at, handle) in self.declared().into_iter().enumerate() {
            self.fields(&handle, &mut scope);
            let (book, last) = (format!("{}.book.", handle.text), format!("{}.last", handle.text));
            let mark = format!("{}.mark", handle.text);
            let (moved, rest) = scope.atoms.into_iter().partition(|atom| {
                let of_book = atom.text.starts_with(&book) || atom.text == mark;
                of_book && own != Domain::Book(at) || atom.text == last && own != Domain::Trades(at)
            });
            scope.atoms = rest;
            scope.apart.extend::<Vec<Atom>>(moved);
        }
        for at in 0..self.clocks.len() {
            self.forming(at, &mut scope);
        }
        for name in ["account.equity", "account.cash", "account.free_cash"] {
            scope.atoms.push(Atom::new(name, Ty::Money));
        }
        scope.atoms.push(Atom::new("now", Ty::Time));
        for stream in self.streams.clone() {
            let member = matches!(stream.domain, Domain::MemberBook(_) | Domain::MemberTrades(_));
            if member {
                continue;
            }
            if stream.domain != Domain::Always && stream.domain != own {
                if !stream.optional && !cold {
                    let latest = Atom::new(format!("latest({})", stream.name), stream.ty);
                    scope.atoms.push(latest.optional());
                }
                continue;
            }
            let mut atom = Atom::new(&stream.name, stream.ty);
            atom.positive = stream.positive;
            atom.optional = stream.optional || (cold && stream.domain != Domain::Always);
            scope.atoms.push(atom);
            if !stream.optional && !cold && stream.domain != Domain::Always && self.chance(20) {
                let latest = Atom::new(format!("latest({})", stream.name), stream.ty);
                scope.atoms.push(latest.optional());
            }
        }
        if let Domain::Bars(at) = own
            && !cold
        {
            self.bar_fields(at, &mut scope, false);
        }
        let plain = self.states.iter().filter(|state| state.per.is_none());
        for state in plain {
            let mut atom = Atom::new(&state.name, state.ty);
            atom.optional = state.optional;
            scope.atoms.push(atom);
        }
        scope
    }

    /// Fields of the bar of a clock that is not closed yet.
    fn forming(&self, at: usize, scope: &mut Scope) {
        let clock = &self.clocks[at];
        let Some(first) = clock.instruments.first() else { return };
        let bar = match clock.instruments.len() {
            1 => clock.name.clone(),
            _ => format!("{}[{}]", clock.name, self.instruments[*first]),
        };
        for field in ["open", "high", "low", "close"] {
            let text = format!("{bar}.forming?.{field}");
            scope.apart.push(Atom::new(text, Ty::Price(Whose::One(*first))).optional());
        }
    }

    /// Values of different clocks do not meet in an expression; a handler reads those of one.
    fn one_clock(&mut self) -> Domain {
        let all: Vec<Domain> = self.streams.iter().map(|stream| stream.domain).collect();
        match self.random.pick(&all) {
            Some(domain) if self.chance(60) => *domain,
            _ if self.chance(50) => Domain::Book(self.random.below(self.instruments.len())),
            _ => Domain::Bars(self.random.below(self.clocks.len())),
        }
    }

    /// The fields of an instrument.
    pub(super) fn fields(&self, handle: &Handle, scope: &mut Scope) {
        let (name, whose) = (&handle.text, handle.whose);
        let (price, size) = (Ty::Price(whose), Ty::Size(whose));
        let mut put = |field: &str, ty: Ty| {
            scope.atoms.push(Atom::new(format!("{name}.{field}"), ty));
        };
        put("position.size", size);
        put("position.realized", Ty::Money);
        put("position.unrealized", Ty::Money);
        put("exposure.long", size);
        put("exposure.short", size);
        put("min_size", size);
        put("question", Ty::Text);
        put("outcome", Ty::Text);
        put("id", Ty::Text);
        scope.atoms.push(Atom::new(format!("{name}.tick"), price).positive());
        scope.atoms.push(Atom::new(format!("{name}.lot"), size).positive());
        let mut option = |field: &str, ty: Ty| {
            scope.atoms.push(Atom::new(format!("{name}.{field}"), ty).optional());
        };
        option("position.avg_price", price);
        option("last", price);
        option("liquidity", Ty::Usd);
        option("expiry", Ty::Time);
        option("expires_in", Ty::Duration);
        if self.can().book {
            option("mark", price);
            option("book.mid", price);
            option("book.spread", price);
            option("book.spread_pct", Ty::Percent);
            option("book.bid?.price", price);
            option("book.ask?.price", price);
            option("book.bid?.size", size);
        }
    }

    /// Brings a member, or an element of a list, into scope.
    pub(super) fn member(
        &mut self,
        name: &str,
        universe: Option<usize>,
        cold: bool,
        scope: &mut Scope,
    ) {
        self.bound += 1;
        let whose = Whose::Bound(self.bound);
        let handle = Handle { text: name.to_owned(), whose, member_of: universe };
        self.fields(&handle, scope);
        scope.handles.push(handle);
        let Some(universe) = universe else { return };
        for state in self.states.iter().filter(|state| state.per == Some(universe)) {
            let mut atom = Atom::new(format!("{}[{name}]", state.name), state.ty);
            atom.optional = state.optional;
            scope.atoms.push(atom);
        }
        for stream in &self.streams {
            if stream.domain == Domain::MemberBook(universe)
                || stream.domain == Domain::MemberTrades(universe)
            {
                let ty = match stream.ty {
                    Ty::Price(_) => Ty::Price(whose),
                    ty => ty,
                };
                let mut atom = Atom::new(format!("{}[{name}]", stream.name), ty);
                atom.optional = stream.optional || cold;
                scope.atoms.push(atom);
            }
        }
    }
}

fn of_fill(mut scope: Scope, f: &str, whose: Whose) -> Scope {
    let mut put = |field: &str, ty: Ty| {
        scope.atoms.push(Atom::new(format!("{f}.{field}"), ty));
    };
    put("fee", Ty::Money);
    put("remaining", Ty::Size(whose));
    put("is_buy", Ty::Bool);
    scope.atoms.push(Atom::new(format!("{f}.size"), Ty::Size(whose)).positive());
    scope.atoms.push(Atom::new(format!("{f}.price"), Ty::Price(whose)).positive());
    scope.handles.push(Handle { text: format!("{f}.instrument"), whose, member_of: None });
    scope
}
