//! Calls: who is called, with which arguments.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Edit, Span};

use super::super::scope::{Entity, PRELUDE, nearest};
use super::super::{Checker, Typed};
use crate::builtin::{Entry, entries};
use crate::hir::Kind;
use crate::index;

/// What a call's name leads to.
enum Callee {
    Prelude(&'static str),
    Library(Entry),
    User(Entity),
}

impl Checker {
    pub(super) fn call(
        &mut self,
        e: &ast::Expr,
        callee: &ast::Expr,
        args: &[ast::Arg],
        want: Option<Kind>,
    ) -> Typed {
        let found = match &callee.kind {
            ast::ExprKind::Ident(name) => self.callee(name),
            ast::ExprKind::Field { .. } => self.callee_by_path(callee),
            ast::ExprKind::Error => None,
            _ => {
                self.out.push(
                    Diagnostic::new(Code::E0104, callee.span, "only functions can be called")
                        .here("not the name of a function")
                        .why("functions are no values; they are called by their names")
                        .fix("call a function by its name: `ema(h1.close, 21)`"),
                );
                None
            }
        };
        match found {
            Some(Callee::Prelude(name)) => self.prelude(e, name, args, want),
            Some(Callee::Library(Entry::Stateful(row))) => {
                self.at_every_tick(|s| s.library(e, callee.span, row, args))
            }
            Some(Callee::Library(Entry::Pure(row))) => self.pure(e, row, args),
            Some(Callee::User(Entity::Func(id))) => self.call_func(e, id, args),
            Some(Callee::User(Entity::Node(id))) => {
                self.at_every_tick(|s| s.call_node(e, callee.span, id, args))
            }
            Some(Callee::User(_)) | None => {
                for arg in args {
                    self.expr(&arg.value, None);
                }
                Typed::error(e.span)
            }
        }
    }

    fn callee(&mut self, name: &ast::Ident) -> Option<Callee> {
        match self.find(&name.name).map(|n| n.entity) {
            Some(entity @ (Entity::Func(_) | Entity::Node(_) | Entity::Broken)) => {
                self.lookup(name);
                return Some(Callee::User(entity));
            }
            Some(_) => {
                self.out.push(
                    Diagnostic::new(
                        Code::E0104,
                        name.span,
                        format!("`{}` is no function", name.name),
                    )
                    .here("cannot be called")
                    .why("only functions, nodes and library functions are called")
                    .fix(format!("use `{}` without parentheses", name.name)),
                );
                return None;
            }
            None => {}
        }
        if let Some(known) = PRELUDE.iter().find(|known| **known == name.name) {
            self.record_call(name.span, index::Callee::Prelude(known));
            return Some(Callee::Prelude(known));
        }
        if let Some(import) = self.imports.iter_mut().find(|i| i.entry.name() == name.name) {
            import.used = true;
            let entry = import.entry;
            self.record_import_use(name.span, entry);
            return Some(Callee::Library(entry));
        }
        self.not_imported(name);
        // Words such as `new_york` mean something to the function that was meant, and to no other.
        let mut known = Entry::named(&name.name);
        match (known.next(), known.next()) {
            (Some(entry @ Entry::Pure(_)), None) => Some(Callee::Library(entry)),
            _ => None,
        }
    }

    fn not_imported(&mut self, name: &ast::Ident) {
        if name.name.is_empty() {
            return;
        }
        let known: Vec<Entry> = Entry::named(&name.name).collect();
        if !known.is_empty() {
            let modules: Vec<&str> = known.iter().map(|entry| entry.module()).collect();
            let mut diagnostic =
                Diagnostic::new(Code::E0104, name.span, format!("`{}` is not imported", name.name))
                    .here(format!("known from `{}`", modules.join("` and `")))
                    .why("imports say where each name comes from");
            for entry in &known {
                let line = format!("import {} {{ {} }}", entry.module(), entry.name());
                let text = format!("add `{line}` at the top of the file");
                let edit = Edit { span: Span::at(0), replacement: format!("{line}\n") };
                // Of several only the author knows which.
                diagnostic = match known.as_slice() {
                    [_] => diagnostic.fix_with(text, vec![edit]),
                    _ => diagnostic.fix(format!("{text}: `{}`", entry.call())),
                };
            }
            self.out.push(diagnostic);
            return;
        }
        if matches!(name.name.as_str(), "bars" | "book" | "trades") {
            self.out.push(
                Diagnostic::new(
                    Code::E0104,
                    name.span,
                    format!("`{}` makes a clock, not a value", name.name),
                )
                .here("no function")
                .why("a clock says when values are new; its bars have fields")
                .fix("give the clock a name: `clock m5 = bars(btc, 5m)`, then read `m5.close`"),
            );
            return;
        }
        let callable = |entity| matches!(entity, Entity::Func(_) | Entity::Node(_));
        let near = self.suggest(&name.name, callable).or_else(|| {
            let library = entries().map(Entry::name);
            nearest(&name.name, PRELUDE.iter().copied().chain(library)).map(str::to_owned)
        });
        self.unknown(name, "function", near);
    }

    /// `std.ta.ema(...)`
    fn callee_by_path(&mut self, callee: &ast::Expr) -> Option<Callee> {
        let Some(path) = path(callee) else {
            self.out.push(
                Diagnostic::new(Code::E0104, callee.span, "only functions can be called")
                    .here("not the name of a function")
                    .why("values have no functions of their own")
                    .fix("call a function by its name: `ema(h1.close, 21)`"),
            );
            return None;
        };
        let found = path.rsplit_once('.').and_then(|(module, name)| Entry::find(module, name));
        if let Some(entry) = found {
            for import in &mut self.imports {
                import.used |= import.entry == entry;
            }
            self.used_modules.insert(entry.module());
            self.record_call(callee.span, index::Callee::Library(entry));
            return Some(Callee::Library(entry));
        }
        let near = nearest(path.rsplit('.').next().unwrap_or_default(), entries().map(Entry::name));
        let mut diagnostic =
            Diagnostic::new(Code::E0104, callee.span, format!("there is no function `{path}`"))
                .here("not in the library")
                .why("values have no functions of their own");
        diagnostic = match near {
            Some(near) => diagnostic.fix(format!("did you mean `{near}`?")),
            None => diagnostic.fix("call a library function by its path: `std.ta.ema(...)`"),
        };
        self.out.push(diagnostic);
        None
    }

    /// Puts arguments into the order of `names`. What is missing, unknown or too many is reported.
    pub(in super::super) fn arrange<'e>(
        &mut self,
        span: Span,
        function: &str,
        names: &[&str],
        args: &'e [ast::Arg],
    ) -> Option<Vec<&'e ast::Expr>> {
        let mut slots: Vec<Option<&'e ast::Expr>> = vec![None; names.len()];
        let mut next = 0;
        let mut complaint: Option<(Span, String)> = None;
        for arg in args {
            let place = match &arg.name {
                Some(name) => names.iter().position(|n| *n == name.name),
                None => {
                    next += 1;
                    Some(next - 1)
                }
            };
            match place.and_then(|place| slots.get_mut(place)) {
                Some(slot) if slot.is_none() => *slot = Some(&arg.value),
                Some(_) => {
                    complaint.get_or_insert((arg.span, "this argument is given twice".to_owned()));
                }
                None => {
                    let text = match &arg.name {
                        Some(name) => format!("`{function}` has no argument `{}`", name.name),
                        None => format!("`{function}` takes {}", count(names.len())),
                    };
                    complaint.get_or_insert((arg.span, text));
                }
            }
        }
        if complaint.is_none()
            && let Some(missing) = slots.iter().position(Option::is_none)
        {
            let name = names.get(missing).copied().unwrap_or_default();
            complaint = Some((span, format!("`{function}` needs its argument `{name}`")));
        }
        if let Some((place, message)) = complaint {
            self.out.push(
                Diagnostic::new(Code::E0107, place, message)
                    .here("does not fit")
                    .why("every argument is given, once")
                    .fix(format!("call it as `{function}({})`", names.join(", "))),
            );
            for arg in args {
                self.expr(&arg.value, None);
            }
            return None;
        }
        Some(slots.into_iter().flatten().collect())
    }
}

fn count(n: usize) -> String {
    match n {
        0 => "no arguments".to_owned(),
        1 => "one argument".to_owned(),
        n => format!("{n} arguments"),
    }
}

/// The dotted path that an expression spells.
pub(in super::super) fn path(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ast::ExprKind::Ident(name) => Some(name.name.clone()),
        ast::ExprKind::Field { base, name, optional: false } => {
            Some(format!("{}.{}", path(base)?, name.name))
        }
        _ => None,
    }
}
