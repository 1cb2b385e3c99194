//! Statements of handlers.

use std::fmt::Write as _;

use super::Generator;
use super::scope::{Atom, Scope, Ty, Whose};

impl Generator {
    /// Statements, each on lines of their own; names that they declare end with the block.
    pub(super) fn block(&mut self, scope: &Scope, depth: u32, pad: &str) -> String {
        let mut scope = scope.clone();
        let mut text = String::new();
        for _ in 0..=self.random.below(4) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            let statement = self.statement(&mut scope, depth, pad);
            for line in statement.lines() {
                let _ = writeln!(text, "{pad}{}", line.strip_prefix(pad).unwrap_or(line));
            }
        }
        text
    }

    fn statement(&mut self, scope: &mut Scope, depth: u32, pad: &str) -> String {
        match self.random.below(20) {
            0 => self.let_value(scope),
            1 | 2 => self.open(scope).unwrap_or_else(|| self.let_value(scope)),
            3 => self.require(scope),
            4 | 5 => self.set(scope).unwrap_or_else(|| self.log(scope)),
            6 | 7 if depth > 0 => self.branches(scope, depth, pad),
            8 if depth > 0 => {
                self.matches(scope, depth, pad).unwrap_or_else(|| self.branches(scope, depth, pad))
            }
            9 | 10 if depth > 0 => self.rounds(scope, depth, pad),
            11 if depth > 0 => self.together(scope, pad),
            12 => self.cancel(scope),
            13 | 14 => self.log(scope),
            15 => self.target(scope),
            16 if self.can().book => self.quote(scope),
            _ => self.order(scope),
        }
    }

    fn some_ty(&mut self, scope: &Scope) -> Ty {
        let all: Vec<Ty> = scope.atoms.iter().filter(|a| !a.optional).map(|a| a.ty).collect();
        self.random.pick(&all).copied().unwrap_or(Ty::Int)
    }

    fn let_value(&mut self, scope: &mut Scope) -> String {
        let ty = self.some_ty(scope);
        let value = self.firm(scope, ty, 2).text();
        let name = self.name("l");
        scope.atoms.push(Atom::new(&name, ty));
        format!("let {name} = {value}")
    }

    /// `let x = option else "why"`
    fn open(&mut self, scope: &mut Scope) -> Option<String> {
        let option = self.what_opens(scope)?;
        let name = self.name("l");
        let n = self.random.below(4);
        let price = matches!(option.ty, Ty::Price(_)) && option.text.contains("book");
        let atom = Atom::new(&name, option.ty);
        let price = price && !option.text.contains("spread") && !option.text.contains('(');
        scope.atoms.push(if price || option.positive { atom.positive() } else { atom });
        Some(format!("let {name} = {} else \"nothing {n}\"", option.text))
    }

    /// An option of the scope, or a library function that may have no value.
    fn what_opens(&mut self, scope: &Scope) -> Option<Atom> {
        match self.random.below(6) {
            0 | 1 => self.book_function(&scope.handles),
            2 => {
                let scope = self.constants();
                self.session_function(&scope)
            }
            _ => None,
        }
        .or_else(|| self.random.pick(&scope.options()).cloned())
    }

    fn require(&mut self, scope: &Scope) -> String {
        let condition = self.expr(scope, Ty::Bool, 2);
        let n = self.random.below(4);
        let open = super::piece::Piece::infix(
            super::piece::Piece::atom("now > now - 1s"),
            "or",
            condition,
            super::piece::OR,
        );
        // A guard that hardly ever opens would hide what stands behind it.
        if self.chance(50) {
            format!("require {} else \"guard {n}\"", open.text())
        } else {
            let condition = self.expr(scope, Ty::Bool, 2).text();
            format!("require {condition} else \"guard {n}\"")
        }
    }

    fn set(&mut self, scope: &Scope) -> Option<String> {
        let own = self.states.iter().filter(|state| state.owner == self.handler);
        let mut targets = Vec::new();
        for state in own {
            match state.per {
                None => targets.push((state.name.clone(), state.ty, state.optional)),
                Some(universe) => {
                    for handle in scope.handles.iter().filter(|h| h.member_of == Some(universe)) {
                        let name = format!("{}[{}]", state.name, handle.text);
                        targets.push((name, state.ty, state.optional));
                    }
                }
            }
        }
        let (name, ty, optional) = self.random.pick(&targets)?.clone();
        if optional && self.chance(25) {
            return Some(format!("set {name} = none"));
        }
        Some(format!("set {name} = {}", self.expr(scope, ty, 2).text()))
    }

    fn branches(&mut self, scope: &Scope, depth: u32, pad: &str) -> String {
        let inner = format!("{pad}  ");
        let mut text = String::new();
        for at in 0..=self.random.below(2) {
            let mut own = scope.clone();
            let condition = self.condition(&mut own);
            let body = self.block(&own, depth - 1, &inner);
            let word = if at == 0 { "if" } else { " else if" };
            let _ = write!(text, "{word} {condition} {{\n{body}{pad}}}");
        }
        if self.chance(60) {
            let body = self.block(scope, depth - 1, &inner);
            let _ = write!(text, " else {{\n{body}{pad}}}");
        }
        text
    }

    /// A condition, or an option that is opened.
    fn condition(&mut self, scope: &mut Scope) -> String {
        if self.chance(35)
            && let Some(option) = self.what_opens(scope)
        {
            let name = self.name("l");
            scope.atoms.push(Atom::new(&name, option.ty));
            return format!("let {name} = {}", option.text);
        }
        self.expr(scope, Ty::Bool, 2).text()
    }

    fn matches(&mut self, scope: &Scope, depth: u32, pad: &str) -> Option<String> {
        if self.enums.is_empty() {
            return None;
        }
        let at = self.random.below(self.enums.len());
        let (name, cases) = self.enums[at].clone();
        let value = self.expr(scope, Ty::Enum(at), 1).text();
        let inner = format!("{pad}    ");
        let some = self.chance(50);
        let named = if some { 1 } else { cases.len() };
        let mut text = format!("match {value} {{\n");
        for case in cases.iter().take(named) {
            let body = self.block(scope, depth - 1, &inner);
            let _ = write!(text, "{pad}  {name}.{case} -> {{\n{body}{pad}  }}\n");
        }
        if some {
            let body = self.block(scope, depth - 1, &inner);
            let _ = write!(text, "{pad}  _ -> {{\n{body}{pad}  }}\n");
        }
        let _ = write!(text, "{pad}}}");
        Some(text)
    }

    fn rounds(&mut self, scope: &Scope, depth: u32, pad: &str) -> String {
        let mut own = scope.clone();
        let inner = format!("{pad}  ");
        let name = self.name("t");
        let over = match self.random.below(4) {
            0 if !self.universes.is_empty() => {
                let universe = self.random.below(self.universes.len());
                // A cold handler has options for streams, and so has its loop.
                self.member(&name, Some(universe), self.cold, &mut own);
                self.universes[universe].clone()
            }
            1 => {
                own.atoms.push(Atom::new(&name, Ty::Int));
                let fits = self.params.iter().filter(|p| p.whole.is_some());
                let top = fits.map(|p| p.name.clone()).next().unwrap_or_else(|| "3".to_owned());
                format!("1..{top}")
            }
            2 => {
                own.atoms.push(Atom::new(&name, Ty::Real));
                "[0.5, 1.5, -2.0]".to_owned()
            }
            _ => {
                self.member(&name, None, false, &mut own);
                format!("[{}]", self.instruments.join(", "))
            }
        };
        let body = self.block(&own, depth - 1, &inner);
        format!("for {name} in {over} {{\n{body}{pad}}}")
    }

    fn together(&mut self, scope: &Scope, pad: &str) -> String {
        let mut text = String::from("together {\n");
        for _ in 0..=self.random.below(2) {
            let order = self.order(scope);
            let _ = writeln!(text, "{pad}  {order}");
        }
        let _ = write!(text, "{pad}}}");
        text
    }

    fn log(&mut self, scope: &Scope) -> String {
        let word = match self.random.below(40) {
            0 => "halt",
            1..=5 => "alert",
            _ => "log",
        };
        let mut text = String::new();
        for _ in 0..=self.random.below(3) {
            let ty = self.some_ty(scope);
            let value = match self.random.below(4) {
                0 => {
                    let options: Vec<String> =
                        scope.options().into_iter().map(|a| a.text).collect();
                    self.random.pick(&options).cloned().unwrap_or_else(|| "now".to_owned())
                }
                1 => self.firm(scope, ty, 2).text(),
                _ => self.firm(scope, ty, 1).text(),
            };
            // A text inside a text would end it.
            let value = if value.contains(['"', '{']) { "now".to_owned() } else { value };
            let _ =
                write!(text, "{} {{{value}}} ", self.random.word(&["a", "\\\"b\\\"", "ä\\{\\}"]));
        }
        format!("{word} \"{}\"", text.trim_end())
    }

    fn cancel(&mut self, scope: &Scope) -> String {
        let single: Vec<String> = self
            .slots
            .iter()
            .filter(|slot| slot.single && matches!(slot.whose, Whose::One(_)))
            .map(|slot| slot.name.clone())
            .collect();
        let handles: Vec<String> = scope.handles.iter().map(|h| h.text.clone()).collect();
        match self.random.below(4) {
            0 => "cancel all".to_owned(),
            1 if !single.is_empty() => {
                format!("cancel {}", self.random.pick(&single).cloned().unwrap_or_default())
            }
            _ => match self.random.pick(&handles) {
                Some(handle) => format!("cancel {handle}"),
                None => "cancel all".to_owned(),
            },
        }
    }
}
