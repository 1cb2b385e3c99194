//! Expressions by type: truth values, whole numbers, reals, texts, enums, times.

use super::Generator;
use super::piece::{self, Piece};
use super::scope::{Scope, Ty, Whose};

/// Operators that order.
const ORDER: [&str; 4] = ["<", "<=", ">", ">="];

impl Generator {
    /// A value of a type that is surely there.
    pub(super) fn expr(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        if depth == 0 {
            return self.leaf(scope, ty);
        }
        if self.chance(12)
            && let Some(piece) = self.common(scope, ty, depth - 1)
        {
            return piece;
        }
        match ty {
            Ty::Bool => self.bool(scope, depth - 1),
            Ty::Int => self.int(scope, depth - 1),
            Ty::Real => self.real(scope, depth - 1),
            Ty::RealPrice(_) | Ty::RealSize(_) => self.statistic(scope, ty, depth - 1),
            Ty::Enum(_) | Ty::Text => self.leaf(scope, ty),
            Ty::Time => self.time(scope, depth - 1),
            Ty::Duration => self.duration(scope, depth - 1),
            Ty::Price(_)
            | Ty::Size(_)
            | Ty::Money
            | Ty::Usd
            | Ty::Percent
            | Ty::Leverage
            | Ty::PerSize(_) => self.exact(scope, ty, depth - 1),
        }
    }

    /// What every type has: a choice, a way out of an option, a function of the author's own.
    fn common(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Option<Piece> {
        match self.random.below(5) {
            4 => self.function(scope, ty, depth),
            0 => {
                let condition = self.expr(scope, Ty::Bool, depth);
                // The cases are not reached at every tick.
                let calm = Scope { history: false, ..scope.clone() };
                let then = self.firm(&calm, ty, depth);
                if self.chance(30) {
                    let second = self.expr(scope, Ty::Bool, depth);
                    let (value, other) = (self.expr(&calm, ty, 0), self.expr(&calm, ty, 0));
                    let rest = Piece::choice(second, value, other).text();
                    let head = Piece::choice(condition, then, Piece::atom(rest));
                    return Some(head);
                }
                let other = self.expr(&calm, ty, depth);
                Some(Piece::choice(condition, then, other))
            }
            1 => {
                let option = self.option(scope, ty, depth)?;
                let other = self.expr(scope, ty, depth);
                Some(Piece::infix(option, "??", other, piece::OR_ELSE))
            }
            _ => self.own_call(scope, ty, depth),
        }
    }

    /// A value that may be absent.
    pub(super) fn option(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Option<Piece> {
        let atoms: Vec<String> = scope.of(ty, true).iter().map(|atom| atom.text.clone()).collect();
        if ty == Ty::Real && (atoms.is_empty() || self.chance(30)) {
            let above = self.expr(scope, Ty::Real, depth);
            let below = self.expr(scope, Ty::Real, depth);
            return Some(Piece::infix(above, "/?", below, piece::PRODUCT));
        }
        self.random.pick(&atoms).map(Piece::atom)
    }

    /// A value whose type shows in itself: no bare number that takes it from its neighbour.
    pub(super) fn firm(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let bare = matches!(ty, Ty::Price(_) | Ty::PerSize(_));
        if !bare {
            return self.expr(scope, ty, depth);
        }
        let atoms: Vec<String> = scope.of(ty, false).iter().map(|atom| atom.text.clone()).collect();
        match self.random.pick(&atoms) {
            Some(text) => Piece::atom(text),
            None => self.made(scope, ty, depth),
        }
    }

    /// A price or the like out of values of other types.
    fn made(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let depth = depth.saturating_sub(1);
        if let Ty::PerSize(whose) = ty {
            let price = self.firm(scope, Ty::Price(whose), depth);
            let size = self.positive(scope, Ty::Size(whose), depth);
            return Piece::infix(price, "/", size, piece::PRODUCT);
        }
        let way = self.random.word(&["down", "up", "nearest"]);
        let real = self.expr(scope, Ty::Real, depth).text();
        Piece::atom(format!("price({real}, {way})"))
    }

    /// An atom, or a literal.
    pub(super) fn leaf(&mut self, scope: &Scope, ty: Ty) -> Piece {
        let atoms: Vec<String> = scope.of(ty, false).iter().map(|atom| atom.text.clone()).collect();
        if self.chance(75)
            && let Some(text) = self.random.pick(&atoms)
        {
            return Piece::atom(text);
        }
        self.literal(ty)
    }

    /// A value that is surely above zero.
    pub(super) fn positive(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let atoms = scope.of(ty, false).into_iter().filter(|atom| atom.positive);
        let atoms: Vec<String> = atoms.map(|atom| atom.text.clone()).collect();
        match self.random.below(6) {
            0 if depth > 0 => {
                let (a, b) =
                    (self.firm(scope, ty, depth - 1).text(), self.positive_literal(ty).text());
                return Piece::atom(format!("max({a}, {b})"));
            }
            1 if depth > 0 && ty == Ty::Real => {
                let x = self.expr(scope, Ty::Real, depth - 1).text();
                return Piece::atom(format!("exp(clamp({x}, -3.0, 3.0))"));
            }
            2 if depth > 0 && !scope.outside => {
                let a = self.positive(scope, ty, depth - 1);
                let b = self.positive(scope, ty, depth - 1);
                return Piece::infix(a, "+", b, piece::SUM);
            }
            _ => {}
        }
        match self.random.pick(&atoms) {
            Some(text) => Piece::atom(text),
            None => self.positive_literal(ty),
        }
    }

    /// The same, with a type that shows in itself.
    pub(super) fn positive_firm(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let atoms = scope.of(ty, false).into_iter().filter(|atom| atom.positive);
        let atoms: Vec<String> = atoms.map(|atom| atom.text.clone()).collect();
        if let Some(text) = self.random.pick(&atoms) {
            return Piece::atom(text);
        }
        let (a, b) = (self.firm(scope, ty, depth).text(), self.positive_literal(ty).text());
        Piece::atom(format!("max({a}, {b})"))
    }

    fn bool(&mut self, scope: &Scope, depth: u32) -> Piece {
        match self.random.below(12) {
            0 => {
                let (a, b) = (self.expr(scope, Ty::Bool, depth), self.expr(scope, Ty::Bool, depth));
                Piece::infix(a, "and", b, piece::AND)
            }
            1 => {
                let (a, b) = (self.expr(scope, Ty::Bool, depth), self.expr(scope, Ty::Bool, depth));
                Piece::infix(a, "or", b, piece::OR)
            }
            2 => Piece::new(
                format!("not {}", self.expr(scope, Ty::Bool, depth).at(piece::NOT)),
                piece::NOT,
            ),
            3 => self.presence(scope, depth),
            4 => self.within(scope, depth),
            5 => self.one_of(scope, depth),
            6 => self.text_test(scope),
            7 => self.library(scope, Ty::Bool).unwrap_or_else(|| self.leaf(scope, Ty::Bool)),
            8 => self.equal(scope, depth),
            9 => self.leaf(scope, Ty::Bool),
            _ => {
                let ty = self.ordered_ty(scope);
                let a = self.firm(scope, ty, depth);
                let bare = !matches!(ty, Ty::Int | Ty::Real);
                let b = if bare && self.chance(15) {
                    // Zero needs no unit.
                    Piece::atom("0")
                } else {
                    self.expr(scope, ty, depth)
                };
                Piece::compare(a, self.random.word(&ORDER), b)
            }
        }
    }

    fn presence(&mut self, scope: &Scope, depth: u32) -> Piece {
        let options: Vec<String> =
            scope.atoms.iter().filter(|a| a.optional).map(|a| a.text.clone()).collect();
        let what = self.random.word(&["some", "none"]);
        match self.random.pick(&options) {
            Some(text) => Piece::new(format!("{text} is {what}"), piece::COMPARE),
            None => match self.option(scope, Ty::Real, depth) {
                Some(option) => {
                    let text = format!("{} is {what}", option.at(piece::COMPARE + 1));
                    Piece::new(text, piece::COMPARE)
                }
                None => self.leaf(scope, Ty::Bool),
            },
        }
    }

    fn within(&mut self, scope: &Scope, depth: u32) -> Piece {
        let (low, high) = (self.random.between(1, 5), self.random.between(6, 90));
        let (ty, low, high) = match self.random.below(5) {
            0 => (Ty::Int, low.to_string(), high.to_string()),
            1 => (Ty::Real, format!("{low}.0"), format!("{high}.5")),
            2 => (Ty::Percent, format!("{low}%"), format!("{}bps", high * 100)),
            3 => (Ty::Duration, format!("{low}m"), format!("{high}h")),
            _ => {
                let ty = Ty::Price(self.whose(scope));
                (ty, format!("0.0{low}"), format!("{high}.5"))
            }
        };
        let value = self.firm(scope, ty, depth);
        let range = Piece::atom(format!("{low}..{high}"));
        let inside = Piece::compare(value, "in", range);
        if self.chance(20) {
            Piece::new(format!("not {}", inside.at(piece::NOT)), piece::NOT)
        } else {
            inside
        }
    }

    fn one_of(&mut self, scope: &Scope, depth: u32) -> Piece {
        let ty = match self.random.below(3) {
            0 if !self.enums.is_empty() => Ty::Enum(self.random.below(self.enums.len())),
            1 => Ty::Int,
            _ => Ty::Price(self.whose(scope)),
        };
        let value = self.firm(scope, ty, depth);
        let items: Vec<String> =
            (0..=self.random.below(3)).map(|_| self.leaf(scope, ty).text()).collect();
        Piece::compare(value, "in", Piece::atom(format!("[{}]", items.join(", "))))
    }

    /// Words in a text, or texts that are equal.
    fn text_test(&mut self, scope: &Scope) -> Piece {
        let text = self.leaf(scope, Ty::Text);
        match self.random.below(4) {
            0 => {
                let (text, other) = (self.leaf(scope, Ty::Text), self.leaf(scope, Ty::Text));
                Piece::compare(text, self.random.word(&["==", "!="]), other)
            }
            1 => Piece::compare(text, "has_word", Piece::atom("\"rain\"")),
            2 => Piece::compare(text, "has_any", Piece::atom("[\"rain\", \"heavy snow\"]")),
            _ => match self.random.pick(&self.words).cloned() {
                Some(name) if scope.words => Piece::compare(text, "has_any", Piece::atom(name)),
                _ => Piece::compare(text, "has_any", Piece::atom("\"yes\"")),
            },
        }
    }

    fn equal(&mut self, scope: &Scope, depth: u32) -> Piece {
        let ty = match self.random.below(6) {
            0 if !self.enums.is_empty() => Ty::Enum(self.random.below(self.enums.len())),
            1 => Ty::Bool,
            2 => Ty::Duration,
            3 => Ty::Size(self.whose(scope)),
            4 => Ty::Price(self.whose(scope)),
            _ => Ty::Int,
        };
        let (a, b) = (self.firm(scope, ty, depth), self.expr(scope, ty, depth));
        Piece::compare(a, self.random.word(&["==", "!="]), b)
    }

    /// Some instrument whose values are at hand.
    pub(super) fn whose(&mut self, scope: &Scope) -> Whose {
        let all = scope.atoms.iter().filter_map(|atom| match atom.ty {
            Ty::Price(whose) | Ty::Size(whose) => Some(whose),
            _ => None,
        });
        let all: Vec<Whose> = all.collect();
        self.random.pick(&all).copied().unwrap_or(Whose::Any)
    }

    fn ordered_ty(&mut self, scope: &Scope) -> Ty {
        let whose = self.whose(scope);
        match self.random.below(10) {
            0 | 1 => Ty::Real,
            2 | 3 => Ty::Price(whose),
            4 => Ty::Size(whose),
            5 if !scope.outside => Ty::Money,
            6 => Ty::Percent,
            7 => Ty::Duration,
            8 => Ty::Leverage,
            _ => Ty::Int,
        }
    }

    fn int(&mut self, scope: &Scope, depth: u32) -> Piece {
        let a = self.expr(scope, Ty::Int, depth);
        match self.random.below(9) {
            0 => Piece::infix(a, "+", self.expr(scope, Ty::Int, depth), piece::SUM),
            1 => Piece::infix(a, "-", self.expr(scope, Ty::Int, depth), piece::SUM),
            2 => Piece::infix(a, "*", self.literal(Ty::Int), piece::PRODUCT),
            3 => Piece::infix(a, "%", self.positive(scope, Ty::Int, depth), piece::PRODUCT),
            4 => Piece::new(format!("-{}", a.at(piece::SIGN)), piece::SIGN),
            5 => self.library(scope, Ty::Int).unwrap_or(a),
            _ => self.pure(scope, Ty::Int, depth),
        }
    }

    fn real(&mut self, scope: &Scope, depth: u32) -> Piece {
        let whose = self.whose(scope);
        match self.random.below(17) {
            0 => self.real_pair(scope, "+", piece::SUM, depth),
            1 => self.real_pair(scope, "-", piece::SUM, depth),
            2 => self.real_pair(scope, "*", piece::PRODUCT, depth),
            3 => {
                let a = self.expr(scope, Ty::Real, depth);
                Piece::infix(a, "/", self.positive(scope, Ty::Real, depth), piece::PRODUCT)
            }
            4 => {
                let a = self.expr(scope, Ty::Real, depth);
                Piece::new(format!("-{}", a.at(piece::SIGN)), piece::SIGN)
            }
            5 => Piece::atom(format!("real({})", self.expr(scope, Ty::Int, depth).text())),
            6 => Piece::atom(format!("real({})", self.firm(scope, Ty::Price(whose), depth).text())),
            7 => {
                let tys = [Ty::Price(whose), Ty::Size(whose), Ty::Percent, Ty::Duration, Ty::Money];
                let count = if scope.outside { 4 } else { 5 };
                let ty = self.random.pick(&tys[..count]).copied().unwrap_or(Ty::Percent);
                let (a, b) = (self.firm(scope, ty, depth), self.positive_firm(scope, ty, depth));
                Piece::infix(a, "/", b, piece::PRODUCT)
            }
            8 => {
                let unit = self.random.word(&["1h", "1m", "250ms", "500us", "2d"]);
                let time = self.expr(scope, Ty::Duration, depth);
                Piece::infix(time, "/", Piece::atom(unit), piece::PRODUCT)
            }
            9 => {
                let f = self.random.word(&["floor", "ceil", "round"]);
                Piece::atom(format!("{f}({})", self.expr(scope, Ty::Real, depth).text()))
            }
            10 => Piece::atom(format!("ln({})", self.positive(scope, Ty::Real, depth).text())),
            11 => Piece::atom(format!("sqrt({})", self.positive(scope, Ty::Real, depth).text())),
            12 => self.division(scope, depth),
            13 | 14 => {
                self.library(scope, Ty::Real).unwrap_or_else(|| self.pure(scope, Ty::Real, depth))
            }
            15 => Piece::atom(format!("exp(min({}, 4.0))", self.leaf(scope, Ty::Real).text())),
            _ => self.pure(scope, Ty::Real, depth),
        }
    }

    fn real_pair(&mut self, scope: &Scope, op: &str, level: u8, depth: u32) -> Piece {
        let a = self.expr(scope, Ty::Real, depth);
        Piece::infix(a, op, self.expr(scope, Ty::Real, depth), level)
    }

    fn division(&mut self, scope: &Scope, depth: u32) -> Piece {
        let a = self.expr(scope, Ty::Real, depth).text();
        let (b, or) = (self.expr(scope, Ty::Real, depth).text(), self.leaf(scope, Ty::Real).text());
        Piece::atom(format!("div({a}, {b}, or: {or})"))
    }

    /// A statistic of prices or sizes, which carries their unit.
    fn statistic(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        if let Some(call) = self.library(scope, ty) {
            return call;
        }
        let atoms: Vec<String> = scope.of(ty, false).iter().map(|atom| atom.text.clone()).collect();
        match self.random.pick(&atoms) {
            Some(text) => Piece::atom(text),
            None => self.real(scope, depth),
        }
    }

    /// The functions that need no import and take values of one kind.
    pub(super) fn pure(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let a = self.firm(scope, ty, depth).text();
        match self.random.below(5) {
            0 => Piece::atom(format!("abs({a})")),
            1 => {
                let (low, high) = (self.leaf(scope, ty).text(), self.leaf(scope, ty).text());
                Piece::atom(format!("clamp({a}, {low}, {high})"))
            }
            n => {
                let f = if n % 2 == 0 { "min" } else { "max" };
                let more = (0..=self.random.below(2)).map(|_| self.leaf(scope, ty).text());
                let more: Vec<String> = more.collect();
                Piece::atom(format!("{f}({a}, {})", more.join(", ")))
            }
        }
    }

    fn time(&mut self, scope: &Scope, depth: u32) -> Piece {
        let a = self.leaf(scope, Ty::Time);
        match self.random.below(3) {
            0 => Piece::infix(a, "+", self.literal(Ty::Duration), piece::SUM),
            1 => Piece::infix(a, "-", self.literal(Ty::Duration), piece::SUM),
            _ => {
                let b = self.leaf(scope, Ty::Time).at(piece::IF);
                let f = self.random.word(&["min", "max"]);
                let _ = depth;
                Piece::atom(format!("{f}({}, {b})", a.text()))
            }
        }
    }

    fn duration(&mut self, scope: &Scope, depth: u32) -> Piece {
        let a = self.expr(scope, Ty::Duration, depth);
        match self.random.below(8) {
            0 => Piece::infix(a, "+", self.literal(Ty::Duration), piece::SUM),
            1 => Piece::infix(a, "-", self.literal(Ty::Duration), piece::SUM),
            2 => Piece::infix(a, "*", self.literal(Ty::Int), piece::PRODUCT),
            3 => Piece::infix(a, "/", self.positive_literal(Ty::Int), piece::PRODUCT),
            4 => Piece::infix(a, "%", self.positive_literal(Ty::Duration), piece::PRODUCT),
            5 if !scope.of(Ty::Time, false).is_empty() => {
                let (a, b) = (self.leaf(scope, Ty::Time), self.leaf(scope, Ty::Time));
                Piece::infix(a, "-", b, piece::SUM)
            }
            6 if !scope.of(Ty::Time, false).is_empty() => {
                let day = self.positive_literal(Ty::Duration);
                Piece::infix(self.leaf(scope, Ty::Time), "%", day, piece::PRODUCT)
            }
            _ => self.pure(scope, Ty::Duration, depth),
        }
    }
}
