//! Functions of the library without memory: rows of the same table, read by the same readers.
//!
//! A row says everything that a reader needs: arguments with their units and what must be proven of
//! them, the result with its unit and sign, whether it may be absent, and which depth of a book it
//! looks at. What it computes is in `strat_runtime`: `book`, `prediction`, `sizing` and `time`.

mod book;
mod money;
mod time;

use strat_runtime::time::{Calendar, Zone};

/// A library function without memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// `std.book.mid(book)`
    Mid,
    /// `std.book.spread(book)`
    Spread,
    /// `std.book.micro_price(book)`
    MicroPrice,
    /// `std.book.imbalance(book, levels)`
    Imbalance,
    /// `std.book.depth(book, side, limit)`
    Depth,
    /// `std.book.depth_within(book, side, ticks)`
    DepthWithin,
    /// `std.book.vwap_for(book, side, size)`
    VwapFor,
    /// `std.book.level_price(book, side, n)`
    LevelPrice,
    /// `std.book.level_size(book, side, n)`
    LevelSize,
    /// `std.pm.implied_prob(price)`
    ImpliedProb,
    /// `std.pm.complement(price)`
    Complement,
    /// `std.pm.parity_gap(yes, no)`
    ParityGap,
    /// `std.pm.sum_to_one(price, ...)`
    SumToOne,
    /// `std.pm.time_decay(left, span)`
    TimeDecay,
    /// `std.pm.kelly(p, price)`
    KellyToken,
    /// `std.pm.payoff(size, price, outcome)`
    Payoff,
    /// `std.size.vol_target(goal, vol, most)`
    VolTarget,
    /// `std.size.kelly(mean, variance)`
    KellyReturn,
    /// `std.size.risk_parity(vol, other, ...)`
    RiskParity,
    /// `std.size.round_lots(size, lot)`
    RoundLots,
    /// `std.size.clamp_exposure(want, held, limit)`
    ClampExposure,
    /// `std.time.year(t, zone)`
    Year,
    /// `std.time.month(t, zone)`
    Month,
    /// `std.time.day(t, zone)`
    Day,
    /// `std.time.day_of_week(t, zone)`
    DayOfWeek,
    /// `std.time.day_of_year(t, zone)`
    DayOfYear,
    /// `std.time.days_in_month(t, zone)`
    DaysInMonth,
    /// `std.time.hour(t, zone)`
    Hour,
    /// `std.time.minute(t, zone)`
    Minute,
    /// `std.time.second(t, zone)`
    Second,
    /// `std.time.time_of_day(t, zone)`
    TimeOfDay,
    /// `std.time.is_between(t, from, to, zone)`
    IsBetween,
    /// `std.time.is_open(t, calendar)`
    IsOpen,
    /// `std.time.is_session_day(t, calendar)`
    IsSessionDay,
    /// `std.time.session_opens(t, calendar)`
    SessionOpens,
    /// `std.time.session_closes(t, calendar)`
    SessionCloses,
    /// `std.time.next_open(t, calendar)`
    NextOpen,
    /// `std.time.next_close(t, calendar)`
    NextClose,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PureRow {
    /// Which function.
    pub function: Function,
    /// Name in strategies.
    pub name: &'static str,
    /// Module it is imported from; the same name may stand in two modules.
    pub module: &'static str,
    /// Arguments. At most [`ARGUMENTS_MAX`].
    pub takes: &'static [Argument],
    /// Whether the last argument may be repeated, up to [`REPEATED_MAX`] arguments in all.
    pub repeats: bool,
    /// The result.
    pub gives: Gives,
    /// Whether there may be none.
    pub optional: bool,
    /// What is sure of the result's sign, as long as the arguments are as the row demands.
    pub sign: Proven,
    /// Which levels of a book it looks at.
    pub depth: Depth,
    /// Formula, edge cases and source, for the documentation.
    pub doc: &'static str,
}

/// An argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Argument {
    /// Name in strategies.
    pub name: &'static str,
    /// What it is.
    pub is: Input,
    /// What must be proven of it.
    pub proven: Proven,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The book of an instrument.
    Book,
    /// One of these words, which is no value: its place in the list reaches the function. A zone may
    /// also be a duration, by which its clocks are ahead of UTC.
    Word(Words),
    /// An exact price of the instrument that the other such arguments are of.
    Price,
    /// An exact price of any instrument.
    LoosePrice,
    /// An exact size of the instrument that the other such arguments are of.
    Size,
    /// An exact value; all such arguments are of one kind.
    Exact,
    /// A percent.
    Ratio,
    /// A leverage.
    Leverage,
    /// A real without unit.
    Real,
    /// A whole number.
    Whole,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
}

/// Words that stand for something in one place of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// A side of a book.
    Side,
    /// A time zone.
    Zone,
    /// A calendar of sessions.
    Calendar,
}

/// What a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// An exact price of the instrument of the arguments.
    Price,
    /// An exact price of any instrument.
    LoosePrice,
    /// An exact size of the instrument of the arguments.
    Size,
    /// Money in the quote currency of the instrument of the arguments.
    Money,
    /// The kind of the arguments that are [`Input::Exact`].
    Exact,
    /// A percent.
    Ratio,
    /// A leverage.
    Leverage,
    /// A real without unit.
    Real,
    /// A whole number.
    Whole,
    /// A truth value.
    Bool,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
}

/// What is sure of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// Nothing.
    Nothing,
    /// It is zero or more.
    NotNegative,
    /// It is above zero.
    Positive,
}

/// Which levels of a book a function looks at: data of the touch alone leaves it without a value
/// where it looks behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The touch at most.
    Touch,
    /// Behind the touch as soon as the argument at this place is above this number.
    Above(usize, i64),
    /// As far as the market stands.
    All,
}

/// Most arguments of a function that repeats none.
pub const ARGUMENTS_MAX: usize = 4;

/// Most arguments of a function that repeats the last one.
pub const REPEATED_MAX: usize = 64;

const PARTS: [&[PureRow]; 3] = [book::ROWS, money::ROWS, time::ROWS];

static JOINED: [PureRow; PARTS[0].len() + PARTS[1].len() + PARTS[2].len()] = join(&PARTS);

/// The rows of all functions without memory.
pub static FUNCTIONS: &[PureRow] = &JOINED;

/// What a row is unless it says otherwise.
const BASE: PureRow = PureRow {
    function: Function::Mid,
    name: "",
    module: "std.time",
    takes: &[],
    repeats: false,
    gives: Gives::Whole,
    optional: false,
    sign: Proven::Nothing,
    depth: Depth::Touch,
    doc: "",
};

/// An argument of which nothing must be proven.
const fn any(name: &'static str, is: Input) -> Argument {
    Argument { name, is, proven: Proven::Nothing }
}

const fn not_negative(name: &'static str, is: Input) -> Argument {
    Argument { name, is, proven: Proven::NotNegative }
}

const fn positive(name: &'static str, is: Input) -> Argument {
    Argument { name, is, proven: Proven::Positive }
}

const fn join<const N: usize>(parts: &[&[PureRow]]) -> [PureRow; N] {
    let mut rows = [BASE; N];
    let (mut part, mut next) = (0, 0);
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            rows[next] = parts[part][at];
            next += 1;
            at += 1;
        }
        part += 1;
    }
    rows
}

impl Function {
    /// The function's row.
    pub fn row(self) -> &'static PureRow {
        FUNCTIONS.iter().find(|row| row.function == self).unwrap_or(&JOINED[0])
    }

    /// Whether it looks behind the touch of a book; `literal` is the value of an argument that is a
    /// literal. Data without depth leaves it without a value then.
    pub fn needs_depth(self, literal: impl Fn(usize) -> Option<i64>) -> bool {
        match self.row().depth {
            Depth::Touch => false,
            Depth::All => true,
            Depth::Above(place, most) => literal(place).is_none_or(|value| value > most),
        }
    }
}

impl PureRow {
    /// Whether it reads a book, so that its value follows from more than its arguments.
    pub fn reads_book(&self) -> bool {
        self.takes.first().is_some_and(|first| first.is == Input::Book)
    }

    /// How many arguments it takes, at least and at most.
    pub fn arity(&self) -> (usize, usize) {
        let least = self.takes.len();
        (least, if self.repeats { REPEATED_MAX } else { least })
    }

    /// The argument at a place of a call.
    pub fn argument(&self, place: usize) -> Option<&'static Argument> {
        let last = self.takes.len().checked_sub(1)?;
        match self.takes.get(place) {
            None if self.repeats => self.takes.get(last),
            argument => argument,
        }
    }

    /// The call with its arguments' names.
    pub fn call(&self) -> String {
        let names: Vec<&str> = self.takes.iter().map(|argument| argument.name).collect();
        let more = if self.repeats { ", ..." } else { "" };
        format!("{}({}{more})", self.name, names.join(", "))
    }

    /// The result in words.
    pub fn describe(&self) -> String {
        let what = match self.gives {
            Gives::Price => "price of the instrument",
            Gives::LoosePrice => "price of any instrument",
            Gives::Size => "size of the instrument",
            Gives::Money => "money",
            Gives::Exact => "as the arguments",
            Gives::Ratio => "percent",
            Gives::Leverage => "leverage",
            Gives::Real => "real",
            Gives::Whole => "int",
            Gives::Bool => "bool",
            Gives::Time => "time",
            Gives::Duration => "duration",
        };
        let sign = match self.sign {
            Proven::Nothing => "",
            Proven::NotNegative => ", never negative",
            Proven::Positive => ", above zero",
        };
        format!("{what}{sign}{}", if self.optional { ", or none" } else { "" })
    }

    /// The arguments in words: `levels: int above zero`.
    pub fn arguments(&self) -> String {
        let one = |argument: &Argument| {
            let proven = match argument.proven {
                Proven::Nothing => "",
                Proven::NotNegative => ", never negative",
                Proven::Positive => ", above zero",
            };
            format!("{}: {}{proven}", argument.name, argument.is.describe())
        };
        self.takes.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

impl Input {
    /// What it is in words.
    pub fn describe(self) -> &'static str {
        match self {
            Input::Book => "book",
            Input::Word(Words::Side) => "`bid` or `ask`",
            Input::Word(Words::Zone) => "zone",
            Input::Word(Words::Calendar) => "calendar",
            Input::Price => "price of the instrument",
            Input::LoosePrice => "price",
            Input::Size => "size",
            Input::Exact => "exact value",
            Input::Ratio => "percent",
            Input::Leverage => "leverage",
            Input::Real => "real",
            Input::Whole => "int",
            Input::Time => "time",
            Input::Duration => "duration",
        }
    }
}

impl Words {
    /// The words.
    pub fn list(self) -> &'static [&'static str] {
        match self {
            Words::Side => &["bid", "ask"],
            Words::Zone => &Zone::NAMES,
            Words::Calendar => &Calendar::NAMES,
        }
    }

    /// What they stand for.
    pub fn noun(self) -> &'static str {
        match self {
            Words::Side => "side of a book",
            Words::Zone => "time zone",
            Words::Calendar => "calendar",
        }
    }
}
