//! Well-typed strategies as text, drawn from a seed.
//!
//! What it is: a generator that is directed by types, so that nearly every text compiles, and that
//! uses every construct of the language. What it is not: a judge; the checker is. A construct is
//! one alternative in the function of its kind: a trigger in `handler`, a statement in `stmt`, an
//! order's option in `order`, an operator in `expr`.
//!
//! Where to enter: [`draw`]. The names that the author of a strategy gives are letters and a number,
//! which nothing else in the texts looks like, so that they can be changed in the text.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named has nothing of its own to be drawn; coverage lists what there is"
)]

mod call;
mod exact;
mod expr;
mod function;
mod handler;
mod item;
mod member;
mod order;
mod piece;
mod risk;
mod scope;
mod script;
mod stmt;
mod stream;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use strat_runtime::venue::{Capabilities, VenueKind};

use crate::random::Random;
use scope::Ty;

/// Program `index` of those that `seed` keys.
pub fn draw(seed: u64, index: u64) -> String {
    Generator::new(Random::new(seed, index)).run()
}

/// A parameter.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    name: String,
    ty: Ty,
    positive: bool,
    /// Ends of a whole number's range.
    whole: Option<(i64, i64)>,
    /// The default, as written.
    default: String,
}

/// A function or node of the author's own.
#[derive(Debug, Clone)]
struct Callable {
    name: String,
    args: Vec<(String, Arg)>,
    result: Ty,
}

/// What an argument is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arg {
    /// Any value of the type.
    Value(Ty),
    /// A value that must be proven positive.
    Positive(Ty),
    /// A window: a literal or a parameter with a range.
    Window,
}

/// When a stream ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Domain {
    Always,
    Bars(usize),
    Book(usize),
    Trades(usize),
    MemberBook(usize),
    MemberTrades(usize),
}

/// A `let` of the strategy.
#[derive(Debug, Clone)]
struct Stream {
    name: String,
    ty: Ty,
    optional: bool,
    positive: bool,
    domain: Domain,
}

/// A bar clock.
#[derive(Debug, Clone)]
struct Clock {
    name: String,
    instruments: Vec<usize>,
}

/// A `state` of the strategy.
#[derive(Debug, Clone)]
struct State {
    name: String,
    ty: Ty,
    optional: bool,
    per: Option<usize>,
    /// The handler that may set it.
    owner: usize,
}

/// The name of an order's slot.
#[derive(Debug, Clone)]
struct Slot {
    name: String,
    whose: scope::Whose,
    /// It can be cancelled by its name.
    single: bool,
}

/// How many handlers a strategy has before those of its orders.
const HANDLERS: usize = 5;

struct Generator {
    random: Random,
    names: usize,
    venue: VenueKind,
    enums: Vec<(String, Vec<String>)>,
    words: Vec<String>,
    funcs: Vec<Callable>,
    nodes: Vec<Callable>,
    params: Vec<Param>,
    instruments: Vec<String>,
    universes: Vec<String>,
    clocks: Vec<Clock>,
    streams: Vec<Stream>,
    states: Vec<State>,
    slots: Vec<Slot>,
    imports: BTreeSet<(&'static str, &'static str)>,
    /// Library functions are written with their path.
    by_path: bool,
    /// Which handler is being written.
    handler: usize,
    /// It fires before its streams are warm.
    cold: bool,
    /// How many names of bound instruments there were.
    bound: usize,
    /// Statements that may still be written.
    budget: usize,
}

impl Generator {
    fn new(mut random: Random) -> Self {
        let venue = match random.below(10) {
            0..=4 => VenueKind::Polymarket,
            5..=7 => VenueKind::BinancePerp,
            _ => VenueKind::Vanta,
        };
        let by_path = random.percent(15);
        Self {
            random,
            names: 0,
            venue,
            enums: Vec::new(),
            words: Vec::new(),
            funcs: Vec::new(),
            nodes: Vec::new(),
            params: Vec::new(),
            instruments: Vec::new(),
            universes: Vec::new(),
            clocks: Vec::new(),
            streams: Vec::new(),
            states: Vec::new(),
            slots: Vec::new(),
            imports: BTreeSet::new(),
            by_path,
            handler: 0,
            cold: false,
            bound: 0,
            budget: 0,
        }
    }

    fn run(mut self) -> String {
        let mut outer = String::new();
        let mut inner = String::new();
        self.items(&mut outer, &mut inner);
        self.params(&mut inner);
        self.instruments(&mut inner);
        self.universes(&mut inner);
        self.clocks(&mut inner);
        self.streams(&mut inner);
        self.states(&mut inner);
        self.risk(&mut inner);
        self.handlers(&mut inner);
        let version = self.migrations(&mut inner);
        let name = self.name("s");
        let blocks = self.scripts(&name);
        let mut text = String::from("// Drawn.\n");
        text += &self.import_lines();
        text += &outer;
        let title = if self.random.percent(50) { " \"Drawn\"" } else { "" };
        let venue = self.venue.name();
        let _ = write!(text, "\nstrategy {name}{title} {{\n  version {version}\n  venue {venue}\n");
        text += &inner;
        text += "}\n";
        text += &blocks;
        text
    }

    /// A name of its own; `kind` is a letter.
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    fn import_lines(&self) -> String {
        let mut text = String::new();
        let modules: BTreeSet<&str> = self.imports.iter().map(|(module, _)| *module).collect();
        for module in modules {
            if self.by_path {
                let _ = writeln!(text, "import {module}");
                continue;
            }
            let names = self.imports.iter().filter(|(of, _)| *of == module).map(|(_, name)| *name);
            let names: Vec<&str> = names.collect();
            let _ = writeln!(text, "import {module} {{ {} }}", names.join(", "));
        }
        text
    }

    fn can(&self) -> &'static Capabilities {
        self.venue.capabilities()
    }

    /// Whether this happens, in so many of a hundred cases.
    fn chance(&mut self, share: usize) -> bool {
        self.random.percent(share)
    }
}
