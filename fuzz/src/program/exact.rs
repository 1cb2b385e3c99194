//! Exact values: prices, sizes, money, shares; and literals of every type.

use strat_runtime::venue::VenueKind;

use super::Generator;
use super::piece::{self, Piece};
use super::scope::{Scope, Ty, Whose};

impl Generator {
    /// A value of an exact type, made of others.
    pub(super) fn exact(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        match self.random.below(9) {
            0 | 1 => self.product(scope, ty, depth),
            2 => self.converted(scope, ty, depth),
            3 => self.sum(scope, ty, "+", depth),
            4 => self.sum(scope, ty, "-", depth),
            5 => self.scaled(scope, ty, depth),
            6 => {
                let a = self.firm(scope, ty, depth);
                Piece::new(format!("-{}", a.at(piece::SIGN)), piece::SIGN)
            }
            _ => self.pure(scope, ty, depth),
        }
    }

    fn sum(&mut self, scope: &Scope, ty: Ty, op: &str, depth: u32) -> Piece {
        let a = self.firm(scope, ty, depth);
        Piece::infix(a, op, self.expr(scope, ty, depth), piece::SUM)
    }

    /// A value times or by a number.
    fn scaled(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let a = self.firm(scope, ty, depth);
        let (op, factor) = match self.random.below(5) {
            0 => ("*", self.literal(Ty::Int)),
            1 => ("*", self.expr(scope, Ty::Real, depth)),
            2 => ("*", self.firm(scope, Ty::Percent, depth)),
            3 => ("/", self.positive_literal(Ty::Int)),
            _ => ("/", self.positive(scope, Ty::Real, depth)),
        };
        Piece::infix(a, op, factor, piece::PRODUCT)
    }

    /// What two units make of each other.
    fn product(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let whose = match ty {
            Ty::Price(whose) | Ty::Size(whose) | Ty::PerSize(whose) => whose,
            _ => self.whose(scope),
        };
        let (price, size) = (Ty::Price(whose), Ty::Size(whose));
        let money = !scope.outside;
        let (a, op, b) = match ty {
            Ty::Money => {
                if self.chance(50) {
                    (self.firm(scope, price, depth), "*", self.firm(scope, size, depth))
                } else {
                    (self.firm(scope, size, depth), "*", self.firm(scope, price, depth))
                }
            }
            Ty::Size(_) if money && self.chance(50) => {
                (self.firm(scope, Ty::Money, depth), "/", self.positive_firm(scope, price, depth))
            }
            Ty::Size(_) => {
                let per = self.positive_per_size(scope, whose, depth);
                (self.firm(scope, price, depth), "/", per)
            }
            Ty::Price(_) if money && self.chance(50) => {
                (self.firm(scope, Ty::Money, depth), "/", self.positive(scope, size, depth))
            }
            Ty::Price(_) => {
                let per = self.firm(scope, Ty::PerSize(whose), depth);
                (per, "*", self.firm(scope, size, depth))
            }
            Ty::PerSize(_) => {
                (self.firm(scope, price, depth), "/", self.positive(scope, size, depth))
            }
            _ => return self.scaled(scope, ty, depth),
        };
        Piece::infix(a, op, b, piece::PRODUCT)
    }

    fn positive_per_size(&mut self, scope: &Scope, whose: Whose, depth: u32) -> Piece {
        let atoms = scope.of(Ty::PerSize(whose), false).into_iter().filter(|atom| atom.positive);
        let atoms: Vec<String> = atoms.map(|atom| atom.text.clone()).collect();
        if let Some(text) = self.random.pick(&atoms) {
            return Piece::atom(text);
        }
        // A quotient of exact values may round to zero.
        let per = self.firm(scope, Ty::PerSize(whose), depth).text();
        Piece::atom(format!("max({per}, 0.001)"))
    }

    /// A value of another type, converted.
    fn converted(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Piece {
        let way = self.random.word(&["down", "up", "nearest"]);
        match ty {
            Ty::Price(whose) => {
                let statistics = scope.of(Ty::RealPrice(whose), false);
                let statistics: Vec<String> =
                    statistics.iter().map(|atom| atom.text.clone()).collect();
                let real = match self.random.pick(&statistics) {
                    Some(text) => text.clone(),
                    None => self.expr(scope, Ty::Real, depth).text(),
                };
                Piece::atom(format!("price({real}, {way})"))
            }
            Ty::Size(_) => {
                let ints = scope.of(Ty::Int, false);
                let ints: Vec<String> = ints.iter().map(|atom| atom.text.clone()).collect();
                match self.random.pick(&ints).cloned() {
                    Some(text) if self.chance(40) => Piece::atom(format!("size({text})")),
                    _ => {
                        let real = self.expr(scope, Ty::Real, depth).text();
                        Piece::atom(format!("size({real}, {way})"))
                    }
                }
            }
            Ty::Percent => {
                Piece::atom(format!("percent({})", self.expr(scope, Ty::Real, depth).text()))
            }
            Ty::Money => {
                let usd = self.firm(scope, Ty::Usd, depth).at(piece::ATOM);
                Piece::atom(format!("{usd} as {} at par", self.currency()))
            }
            _ => self.leaf(scope, ty),
        }
    }

    /// The venue's currency.
    pub(super) fn currency(&self) -> &'static str {
        match self.venue {
            VenueKind::Polymarket => "usdc",
            VenueKind::BinancePerp => "usdt",
            VenueKind::Vanta => "usd",
        }
    }

    /// A literal, of either sign where that makes sense.
    pub(super) fn literal(&mut self, ty: Ty) -> Piece {
        let n = self.random.between(1, 9);
        match ty {
            Ty::Bool => Piece::atom(self.random.word(&["true", "false"])),
            Ty::Int if self.chance(15) => Piece::atom("0"),
            Ty::Int if self.chance(20) => Piece::new(format!("-{n}"), piece::SIGN),
            Ty::Real | Ty::RealPrice(_) | Ty::RealSize(_) if self.chance(20) => {
                Piece::new(format!("-{n}.25"), piece::SIGN)
            }
            Ty::Enum(at) => {
                let (name, cases) = self.enums.get(at).cloned().unwrap_or_default();
                let case = self.random.pick(&cases).cloned().unwrap_or_default();
                Piece::atom(format!("{name}.{case}"))
            }
            Ty::Text => Piece::atom(self.random.word(&[
                "\"Yes\"",
                "\"heavy \\\"snow\\\"\"",
                "\"tab\\t\\{x\\}\\\\\"",
                "\"\\nrain\"",
                "\"Regen fällt 雨\"",
            ])),
            _ => self.positive_literal(ty),
        }
    }

    /// A literal above zero.
    pub(super) fn positive_literal(&mut self, ty: Ty) -> Piece {
        let n = self.random.between(1, 9);
        let text = match ty {
            Ty::Int => self.random.word(&["1", "2", "3", "5", "8", "12", "1_000"]).to_owned(),
            Ty::Real | Ty::RealPrice(_) | Ty::RealSize(_) => match self.random.below(4) {
                0 => format!("{n}e-2"),
                1 => format!("{n}.0"),
                2 => format!("0.{n}5"),
                _ => format!("1{n}.5"),
            },
            Ty::Price(_) => match self.venue {
                VenueKind::Polymarket => format!("0.{}{n}", self.random.between(0, 8)),
                VenueKind::BinancePerp | VenueKind::Vanta => format!("{n}{n}.5"),
            },
            Ty::Size(_) => match self.random.below(3) {
                0 => format!("{n} shares"),
                1 => format!("0.{n} coins"),
                _ => format!("{n}.5 shares"),
            },
            Ty::Money => match self.venue {
                VenueKind::Vanta => format!("{n}0 usd"),
                VenueKind::Polymarket | VenueKind::BinancePerp => {
                    format!("({n}0 usd as {} at par)", self.currency())
                }
            },
            Ty::Usd => format!("{n}5 usd"),
            Ty::Percent => match self.random.below(3) {
                0 => format!("{n}%"),
                1 => format!("{n}5bps"),
                _ => format!("0.{n}%"),
            },
            Ty::Leverage => format!("0.{n}x"),
            Ty::PerSize(_) => format!("0.00{n}"),
            Ty::Duration => {
                let unit = self.random.word(&["ms", "us", "s", "m", "h", "d"]);
                format!("{n}{unit}")
            }
            Ty::Time => "now".to_owned(),
            Ty::Bool | Ty::Enum(_) | Ty::Text => return self.literal(ty),
        };
        Piece::atom(text)
    }
}
