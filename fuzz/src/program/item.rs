//! What may stand in a file or in a strategy: enums, words, functions, nodes.

use std::fmt::Write as _;

use super::scope::{Atom, Scope, Ty, Whose};
use super::{Arg, Callable, Generator};

impl Generator {
    /// Declares some of each, in the file or in the strategy.
    pub(super) fn items(&mut self, outer: &mut String, inner: &mut String) {
        // What stands in the file does not see what the strategy declares.
        let shared = self.random.percent(50);
        for _ in 0..self.random.below(3) {
            let text = self.enum_decl();
            let outside = shared || self.chance(50);
            put(outside, &text, outer, inner);
        }
        for _ in 0..self.random.below(2) {
            let text = self.words_decl();
            let outside = shared || self.chance(50);
            put(outside, &text, outer, inner);
        }
        for _ in 0..self.random.below(3) {
            let text = self.func();
            put(shared, &text, outer, inner);
        }
        for _ in 0..self.random.below(3) {
            let text = self.node();
            put(shared, &text, outer, inner);
        }
    }

    fn enum_decl(&mut self) -> String {
        let name = self.name("E");
        let cases: Vec<String> = (0..2 + self.random.below(3)).map(|_| self.name("K")).collect();
        let text = format!("enum {name} {{ {} }}\n", cases.join(", "));
        self.enums.push((name, cases));
        text
    }

    fn words_decl(&mut self) -> String {
        let name = self.name("w");
        let word = self.random.word(&["\"rain\"", "\"heavy snow\", \"yes\"", "\"12\", \"a b\""]);
        let text = format!("words {name} = {word}\n");
        self.words.push(name);
        text
    }

    fn func(&mut self) -> String {
        let result = match self.random.below(7) {
            0 => Ty::Bool,
            1 => Ty::Int,
            2 => Ty::Price(Whose::Any),
            3 => Ty::Size(Whose::Any),
            4 if !self.enums.is_empty() => Ty::Enum(self.random.below(self.enums.len())),
            5 => Ty::Percent,
            _ => Ty::Real,
        };
        let tys = [result, Ty::Real, Ty::Int, Ty::Price(Whose::Any), Ty::Bool, Ty::Text];
        let args = self.arguments(&tys, false);
        let scope =
            scope_of(&args, Scope { calls: true, words: true, outside: true, ..Scope::default() });
        let body = self.expr(&scope, result, 3).text();
        let name = self.name("f");
        let (shown, ty) = (self.shown(&args), self.written(result));
        self.funcs.push(Callable { name: name.clone(), args, result });
        format!("fn {name}({shown}) -> {ty} = {body}\n")
    }

    fn arguments(&mut self, tys: &[Ty], window: bool) -> Vec<(String, Arg)> {
        let mut args = Vec::new();
        for at in 0..=self.random.below(3) {
            let ty = if at == 0 && window {
                self.random.pick(&[Ty::Real, Ty::Price(Whose::Any)]).copied().unwrap_or(Ty::Real)
            } else {
                self.random.pick(tys).copied().unwrap_or(Ty::Real)
            };
            let arg = if ty == Ty::Real && at > 0 && self.chance(30) {
                Arg::Positive(ty)
            } else {
                Arg::Value(ty)
            };
            args.push((self.name("a"), arg));
        }
        if window {
            args.push((self.name("n"), Arg::Window));
        }
        args
    }

    fn shown(&mut self, args: &[(String, Arg)]) -> String {
        let one = |(name, arg): &(String, Arg)| match *arg {
            Arg::Value(ty) | Arg::Positive(ty) => format!("{name}: {}", self.written(ty)),
            Arg::Window => format!("{name}: int"),
        };
        args.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// A node: memory, names, next values, a result.
    fn node(&mut self) -> String {
        let result = if self.chance(25) { Ty::Bool } else { Ty::Real };
        let args = self.arguments(&[Ty::Real, Ty::Int, Ty::Price(Whose::Any)], true);
        let base =
            Scope { history: true, calls: true, words: true, outside: true, ..Scope::default() };
        let mut scope = scope_of(&args, base);
        let window = args.last().map(|(name, _)| name.clone()).unwrap_or_default();
        let mut body = String::new();
        let mut memory = Vec::new();
        for _ in 0..self.random.below(3) {
            let ty = if self.chance(70) { Ty::Real } else { Ty::Int };
            let (name, first) = (self.name("k"), self.literal(ty).text());
            let _ = writeln!(body, "  state {name}: {} = {first}", self.written(ty));
            scope.atoms.push(Atom::new(&name, ty).ticks());
            memory.push((name, ty));
        }
        if self.chance(60) {
            let first = args.first().map(|(name, _)| name.clone()).unwrap_or_default();
            if let Some(call) = self.window_call(&first, &window) {
                let name = self.name("v");
                let _ = writeln!(body, "  let {name} = real({call})");
                scope.atoms.push(Atom::new(name, Ty::Real).ticks());
            }
        }
        let (name, value) = (self.name("v"), self.expr(&scope, Ty::Real, 2).text());
        let _ = writeln!(body, "  let {name} = {value}");
        scope.atoms.push(Atom::new(&name, Ty::Real).ticks());
        for (name, ty) in memory {
            // Memory must not grow without end.
            let value = match ty {
                Ty::Int => format!("({}) % 1_000", self.expr(&scope, ty, 2).text()),
                _ => format!("clamp({}, -1000.0, 1000.0)", self.expr(&scope, ty, 2).text()),
            };
            let _ = writeln!(body, "  next {name} = {value}");
        }
        let value = self.expr(&scope, result, 2).text();
        let name = self.name("d");
        let (shown, ty) = (self.shown(&args), self.written(result));
        self.nodes.push(Callable { name: name.clone(), args, result });
        format!("node {name}({shown}) -> {ty} {{\n{body}  yield {value}\n}}\n")
    }

    /// A type as it is written.
    pub(super) fn written(&self, ty: Ty) -> String {
        let of = |name: &str, whose: Whose| match whose {
            Whose::One(at) => {
                let instrument = self.instruments.get(at).map_or("", String::as_str);
                format!("{name}<{instrument}>")
            }
            Whose::Any | Whose::Bound(_) => name.to_owned(),
        };
        match ty {
            Ty::Bool => "bool".to_owned(),
            Ty::Int => "int".to_owned(),
            Ty::Real | Ty::RealPrice(_) | Ty::RealSize(_) => "real".to_owned(),
            Ty::Price(whose) => of("price", whose),
            Ty::Size(whose) => of("size", whose),
            Ty::Money => {
                if self.names.is_multiple_of(2) {
                    self.currency().to_owned()
                } else {
                    format!("money<{}>", self.currency())
                }
            }
            Ty::Usd => "usd".to_owned(),
            Ty::Percent => if self.names.is_multiple_of(2) { "percent" } else { "bps" }.to_owned(),
            Ty::Leverage => "leverage".to_owned(),
            Ty::PerSize(_) => "price/size".to_owned(),
            Ty::Time => "time".to_owned(),
            Ty::Duration => "duration".to_owned(),
            Ty::Enum(at) => self.enums.get(at).map(|(name, _)| name.clone()).unwrap_or_default(),
            Ty::Text => "text".to_owned(),
        }
    }
}

/// Writes an item at the top of the file, where it is shared, or in the strategy.
fn put(shared: bool, text: &str, outer: &mut String, inner: &mut String) {
    if shared {
        *outer += text;
        return;
    }
    for line in text.lines() {
        let _ = writeln!(inner, "  {line}");
    }
}

/// What the body of a function or node may read of its arguments.
fn scope_of(args: &[(String, Arg)], mut scope: Scope) -> Scope {
    for (name, arg) in args {
        scope.atoms.push(match *arg {
            Arg::Value(ty) if scope.history => Atom::new(name, ty).ticks(),
            Arg::Value(ty) => Atom::new(name, ty),
            Arg::Positive(ty) => Atom::new(name, ty).positive(),
            Arg::Window => continue,
        });
    }
    scope
}
