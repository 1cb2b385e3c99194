//! Calls of library functions without memory, by their rows.

use strat_compiler::builtin::pure::{
    Argument, FUNCTIONS, Gives, Input, Proven, PureRow, REPEATED_MAX, Words,
};

use super::Generator;
use super::piece::Piece;
use super::scope::{Atom, Handle, Scope, Ty, Whose};

/// More arguments than this are not drawn where the last one may be repeated.
const ARGUMENTS_MOST: usize = if REPEATED_MAX < 5 { REPEATED_MAX } else { 5 };

impl Generator {
    /// A call whose result is surely there and of this type.
    pub(super) fn function(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Option<Piece> {
        // Migrations and constraints know no time.
        let timeless = scope.of(Ty::Time, false).is_empty();
        let row = self.row_without_memory(|row| {
            let of_time = row.takes.iter().any(|argument| argument.is == Input::Time);
            !(row.optional || of_time && timeless) && gives(row.gives, ty, scope)
        })?;
        let whose = match ty {
            Ty::Price(whose) | Ty::Size(whose) => whose,
            _ => self.whose(scope),
        };
        Some(self.call_of(scope, row, None, (ty, whose), depth))
    }

    /// A call that looks into the book of one of these instruments, and whose result may be absent:
    /// its text stands for the option, and its type for what is in it.
    ///
    /// It reads nothing else that changes, so that it has the clock of the book.
    pub(super) fn book_function(&mut self, handles: &[Handle]) -> Option<Atom> {
        let named: Vec<&Handle> = handles.iter().filter(|it| !it.text.contains('.')).collect();
        let handle = (*self.random.pick(&named)?).clone();
        if !self.can().book {
            return None;
        }
        let row = self.row_without_memory(PureRow::reads_book)?;
        let ty = match row.gives {
            Gives::Price => Ty::Price(handle.whose),
            Gives::Size => Ty::Size(handle.whose),
            Gives::Ratio => Ty::Percent,
            _ => return None,
        };
        let scope = self.constants();
        let book = format!("{}.book", handle.text);
        let call = self.call_of(&scope, row, Some(&book), (ty, handle.whose), 1);
        let atom = Atom::new(call.text(), ty);
        Some(if row.sign == Proven::Positive { atom.positive() } else { atom })
    }

    /// A session of a day, which may have none.
    pub(super) fn session_function(&mut self, scope: &Scope) -> Option<Atom> {
        let fits = |row: &PureRow| row.optional && row.gives == Gives::Time;
        let row = self.row_without_memory(fits)?;
        let call = self.call_of(scope, row, None, (Ty::Time, Whose::Any), 1);
        Some(Atom::new(call.text(), Ty::Time))
    }

    fn row_without_memory(&mut self, fits: impl Fn(&PureRow) -> bool) -> Option<&'static PureRow> {
        // Two modules may have a function of one name; only a path tells them apart.
        let free = |row: &&PureRow| {
            self.by_path
                || !self.imports.iter().any(|(of, name)| *name == row.name && *of != row.module)
        };
        let rows: Vec<&'static PureRow> =
            FUNCTIONS.iter().filter(free).filter(|row| fits(row)).collect();
        self.random.pick(&rows).copied()
    }

    fn call_of(
        &mut self,
        scope: &Scope,
        row: &'static PureRow,
        book: Option<&str>,
        (ty, whose): (Ty, Whose),
        depth: u32,
    ) -> Piece {
        let least = row.takes.len();
        let count =
            if row.repeats { least + self.random.below(ARGUMENTS_MOST - least + 1) } else { least };
        let mut args = Vec::new();
        for argument in (0..count).filter_map(|place| row.argument(place)) {
            let value = match argument.is {
                Input::Book => book.unwrap_or_default().to_owned(),
                Input::Word(words) => self.word_of(words),
                Input::Price => self.proven(scope, argument, Ty::Price(whose), depth),
                Input::Size => self.proven(scope, argument, Ty::Size(whose), depth),
                Input::LoosePrice => {
                    let of = self.whose(scope);
                    self.proven(scope, argument, Ty::Price(of), depth)
                }
                Input::Exact => self.proven(scope, argument, ty, depth),
                Input::Ratio => self.proven(scope, argument, Ty::Percent, depth),
                Input::Leverage => self.proven(scope, argument, Ty::Leverage, depth),
                Input::Real => self.proven(scope, argument, Ty::Real, depth),
                Input::Whole => self.proven(scope, argument, Ty::Int, depth),
                Input::Time => self.proven(scope, argument, Ty::Time, depth),
                Input::Duration => self.proven(scope, argument, Ty::Duration, depth),
            };
            args.push(value);
        }
        if !row.repeats && self.chance(15) {
            let names = row.takes.iter().map(|argument| argument.name);
            args = names.zip(&args).map(|(name, arg)| format!("{name}: {arg}")).collect();
        }
        let name = self.import(row.module, row.name);
        Piece::atom(format!("{name}({})", args.join(", ")))
    }

    /// An argument of which is proven what its row demands.
    fn proven(&mut self, scope: &Scope, argument: &Argument, ty: Ty, depth: u32) -> String {
        match argument.proven {
            Proven::Nothing => self.firm(scope, ty, depth).text(),
            Proven::NotNegative if !scope.outside && self.chance(40) => {
                format!("abs({})", self.firm(scope, ty, depth).text())
            }
            Proven::NotNegative | Proven::Positive => self.positive(scope, ty, depth).text(),
        }
    }

    fn word_of(&mut self, words: Words) -> String {
        if words == Words::Zone && self.chance(25) {
            return self.literal(Ty::Duration).text();
        }
        self.random.word(words.list()).to_owned()
    }
}

/// Whether a result can stand for a value of this type.
fn gives(it: Gives, ty: Ty, scope: &Scope) -> bool {
    match it {
        Gives::Price | Gives::LoosePrice => matches!(ty, Ty::Price(_)),
        Gives::Size => matches!(ty, Ty::Size(_)),
        Gives::Money => ty == Ty::Money && !scope.outside,
        Gives::Exact => {
            let money = ty == Ty::Money && !scope.outside;
            money || matches!(ty, Ty::Size(_) | Ty::Percent | Ty::Leverage)
        }
        Gives::Ratio => ty == Ty::Percent,
        Gives::Leverage => ty == Ty::Leverage,
        Gives::Real => ty == Ty::Real,
        Gives::Whole => ty == Ty::Int,
        Gives::Bool => ty == Ty::Bool,
        Gives::Time => ty == Ty::Time,
        Gives::Duration => ty == Ty::Duration,
    }
}
