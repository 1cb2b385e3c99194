//! Calls: library functions by their rows, history, and functions and nodes of the author's own.

use strat_compiler::builtin::{Builtin, Range, Returns, Row, Setting, TABLE};

use super::piece::{self, Piece};
use super::scope::{Scope, Ty, Whose, goes};
use super::{Arg, Callable, Generator};

/// Fewest values in a window that a node is given.
const WINDOW_LEAST: i64 = 3;

impl Generator {
    /// A call of a library function whose result is or becomes of this type.
    pub(super) fn library(&mut self, scope: &Scope, ty: Ty) -> Option<Piece> {
        if !scope.history {
            return None;
        }
        if self.chance(20)
            && let Some(piece) = self.lag(scope, ty)
        {
            return Some(piece);
        }
        let fits = |row: &&&Row| match ty {
            Ty::Bool => row.result == Returns::Bool,
            Ty::Int => row.result == Returns::Whole,
            Ty::Real => !matches!(row.result, Returns::Bool | Returns::Whole),
            Ty::RealPrice(_) => {
                matches!(row.result, Returns::SameUnit | Returns::SameUnitNonNegative)
            }
            Ty::RealSize(_) => row.result == Returns::LastUnit,
            _ => false,
        };
        let rows: Vec<&Row> =
            TABLE.iter().filter(|row| row.builtin != Builtin::Lag).filter(|r| fits(&r)).collect();
        let row = *self.random.pick(&rows)?;
        let unit = self.unit_for(scope, row, ty)?;
        let mut args = Vec::new();
        let mut first_ty = Ty::Real;
        let mut last_ty = Ty::Real;
        for (at, name) in row.series.iter().enumerate() {
            let own = at < row.alike || at == 0;
            let series = if own { unit } else { self.other_unit(scope, row, ty, at) };
            if at == 0 {
                first_ty = series;
            }
            last_ty = series;
            let piece = self.series(scope, series, row.positive_inputs, at == 0)?;
            args.push(if self.chance(8) {
                format!("{name}: {}", piece.text())
            } else {
                piece.text()
            });
        }
        for setting in row.settings {
            let value = self.setting(setting);
            let named = args.last().is_some_and(|last| last.contains(": ")) || self.chance(10);
            args.push(if named { format!("{}: {value}", setting.name) } else { value });
        }
        named_stay_named(row, &mut args);
        let call =
            Piece::atom(format!("{}({})", self.import(row.module, row.name), args.join(", ")));
        let have = match row.result {
            Returns::SameUnit | Returns::SameUnitNonNegative => statistic_of(first_ty),
            Returns::LastUnit => statistic_of(last_ty),
            _ => Ty::Real,
        };
        Some(match (ty, have) {
            (Ty::Real, Ty::RealPrice(_) | Ty::RealSize(_)) => {
                Piece::atom(format!("real({})", call.text()))
            }
            _ => call,
        })
    }

    /// The unit of the series that must be alike.
    fn unit_for(&mut self, scope: &Scope, row: &Row, ty: Ty) -> Option<Ty> {
        let ticking = |wanted: fn(Ty) -> bool| {
            let found = scope.atoms.iter().filter(|a| a.ticks && !a.optional && wanted(a.ty));
            found.map(|a| a.ty).collect::<Vec<Ty>>()
        };
        if let Ty::RealPrice(whose) = ty {
            let all = ticking(|ty| matches!(ty, Ty::Price(_)));
            return all.into_iter().find(|have| goes(*have, Ty::Price(whose)));
        }
        let single_last = row.result == Returns::LastUnit && row.series.len() == row.alike;
        if single_last {
            return ticking(|ty| matches!(ty, Ty::Real)).first().copied();
        }
        let all = ticking(|ty| matches!(ty, Ty::Price(_) | Ty::Real | Ty::RealPrice(_)));
        self.random.pick(&all).copied()
    }

    /// The unit of a series that stands for itself.
    fn other_unit(&mut self, scope: &Scope, row: &Row, ty: Ty, at: usize) -> Ty {
        let last = at + 1 == row.series.len();
        if let (Ty::RealSize(_), true) = (ty, last) {
            return ty;
        }
        let found = scope.atoms.iter().filter(|a| a.ticks && !a.optional);
        let all = found.map(|a| a.ty).filter(|ty| {
            matches!(ty, Ty::Price(_) | Ty::Real | Ty::RealPrice(_) | Ty::RealSize(_))
        });
        let all: Vec<Ty> = all.collect();
        self.random.pick(&all).copied().unwrap_or(Ty::Real)
    }

    /// Values that change with the clock; `leads` must tick itself.
    fn series(&mut self, scope: &Scope, ty: Ty, positive: bool, leads: bool) -> Option<Piece> {
        let fits = scope.of(ty, false).into_iter();
        let fits = fits.filter(|atom| (atom.ticks || !leads) && (atom.positive || !positive));
        let atoms: Vec<String> = fits.map(|atom| atom.text.clone()).collect();
        let atom = self.random.pick(&atoms).map(Piece::atom);
        if atom.is_none() && ty == Ty::Real && !leads {
            return Some(if positive { self.positive_literal(ty) } else { self.literal(ty) });
        }
        let atom = atom?;
        Some(match self.random.below(6) {
            0 => Piece::infix(atom, "*", self.positive_literal(Ty::Real), piece::PRODUCT),
            1 if !positive => Piece::infix(atom, "-", self.leaf(scope, ty), piece::SUM),
            2 if ty == Ty::Real && !positive => {
                let inner = Scope { history: self.chance(50), ..scope.clone() };
                Piece::infix(atom, "+", self.expr(&inner, Ty::Real, 1), piece::SUM)
            }
            _ => atom,
        })
    }

    fn setting(&mut self, setting: &Setting) -> String {
        match setting.range {
            Range::Whole(low) => self.window(low),
            Range::Real(low, high) => {
                let params = self.params.iter().filter(|p| p.ty == Ty::Real && p.positive);
                let params: Vec<String> = params.map(|p| p.name.clone()).collect();
                // Drawn parameters of this kind lie in 0.1..0.9.
                if self.chance(25)
                    && low <= 0.1
                    && high >= 0.9
                    && let Some(name) = self.random.pick(&params)
                {
                    return name.clone();
                }
                let fits = ["0.02", "0.5", "2.0"].into_iter().filter(|text| {
                    text.parse::<f64>().is_ok_and(|value| value >= low && value <= high)
                });
                let fits: Vec<&str> = fits.collect();
                self.random.word(&fits).to_owned()
            }
        }
    }

    /// A window of at least so many values: a literal or a parameter.
    fn window(&mut self, low: i64) -> String {
        let fits = self.params.iter().filter(|p| p.whole.is_some_and(|(l, h)| l >= low && h < 50));
        let fits: Vec<String> = fits.map(|p| p.name.clone()).collect();
        if self.chance(35)
            && let Some(name) = self.random.pick(&fits)
        {
            return name.clone();
        }
        self.random.between(low.max(1), low.max(1) + 5).to_string()
    }

    /// The name by which a library function is called, imported.
    pub(super) fn import(&mut self, module: &'static str, name: &'static str) -> String {
        self.imports.insert((module, name));
        if self.by_path { format!("{module}.{name}") } else { name.to_owned() }
    }

    /// `x[n]`
    fn lag(&mut self, scope: &Scope, ty: Ty) -> Option<Piece> {
        let fits = scope.of(ty, false).into_iter().filter(|atom| atom.ticks);
        let atoms: Vec<String> = fits.map(|atom| atom.text.clone()).collect();
        let atom = self.random.pick(&atoms)?.clone();
        let n = self.window(0);
        Some(Piece::atom(format!("{atom}[{n}]")))
    }

    /// A call of a function or node of the author's own with this result.
    pub(super) fn own_call(&mut self, scope: &Scope, ty: Ty, depth: u32) -> Option<Piece> {
        if !scope.calls {
            return None;
        }
        let funcs = self.funcs.iter().map(|it| (it, false));
        let nodes = self.nodes.iter().map(|it| (it, true)).filter(|_| scope.history);
        let fits = funcs.chain(nodes).filter(|(it, _)| goes(it.result, ty) || it.result == ty);
        let fits: Vec<(Callable, bool)> = fits.map(|(it, node)| (it.clone(), node)).collect();
        let (callee, is_node) = self.random.pick(&fits)?.clone();
        let whose = match ty {
            Ty::Price(whose) | Ty::Size(whose) => whose,
            _ => self.whose(scope),
        };
        let by_name = self.chance(20);
        let mut args = Vec::new();
        for (at, (name, arg)) in callee.args.iter().enumerate() {
            let value = self.argument(scope, *arg, whose, is_node && at == 0, depth)?.text();
            args.push(if by_name { format!("{name}: {value}") } else { value });
        }
        Some(Piece::atom(format!("{}({})", callee.name, args.join(", "))))
    }

    fn argument(
        &mut self,
        scope: &Scope,
        arg: Arg,
        whose: Whose,
        leads: bool,
        depth: u32,
    ) -> Option<Piece> {
        let of = |ty| match ty {
            Ty::Price(Whose::Any) => Ty::Price(whose),
            Ty::Size(Whose::Any) => Ty::Size(whose),
            ty => ty,
        };
        Some(match arg {
            Arg::Value(ty) if leads => self.series(scope, of(ty), false, true)?,
            Arg::Value(ty) => self.expr(scope, of(ty), depth.min(1)),
            Arg::Positive(ty) => self.positive(scope, of(ty), depth.min(1)),
            Arg::Window => Piece::atom(self.window(WINDOW_LEAST)),
        })
    }

    /// A setting of a library function, for the arguments of a node.
    pub(super) fn row_for_window(&mut self) -> Option<&'static Row> {
        let fits = TABLE.iter().filter(|row| {
            row.builtin != Builtin::Lag
                && row.series.len() == 1
                && !row.positive_inputs
                && matches!(row.settings, [Setting { range: Range::Whole(low), .. }]
                    if *low <= WINDOW_LEAST)
                && matches!(row.result, Returns::SameUnit | Returns::Plain)
        });
        let fits: Vec<&'static Row> = fits.collect();
        self.random.pick(&fits).copied()
    }

    /// `f(x, n)` of such a row.
    pub(super) fn window_call(&mut self, x: &str, n: &str) -> Option<String> {
        let row = self.row_for_window()?;
        Some(format!("{}({x}, {n})", self.import(row.module, row.name)))
    }
}

fn statistic_of(ty: Ty) -> Ty {
    match ty {
        Ty::Price(whose) | Ty::RealPrice(whose) => Ty::RealPrice(whose),
        Ty::RealSize(whose) | Ty::Size(whose) => Ty::RealSize(whose),
        _ => Ty::Real,
    }
}

/// Behind an argument by name there is none by place.
fn named_stay_named(row: &Row, args: &mut [String]) {
    let names = row.series.iter().copied().chain(row.settings.iter().map(|s| s.name));
    let mut named = false;
    for (arg, name) in args.iter_mut().zip(names) {
        let has_name = arg.starts_with(&format!("{name}: "));
        if named && !has_name {
            *arg = format!("{name}: {arg}");
        }
        named |= has_name;
    }
}
