//! Imports.

use std::collections::BTreeSet;

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::super::Checker;
use super::super::scope::{Entity, nearest};
use crate::builtin::{Entry, entries};
use crate::index::Defined;

/// An imported library function.
#[derive(Debug, Clone)]
pub(in super::super) struct Import {
    pub(in super::super) entry: Entry,
    pub(in super::super) span: Span,
    pub(in super::super) used: bool,
}

impl Checker {
    pub(in super::super) fn imports(&mut self, file: &ast::File) {
        for item in &file.items {
            let ast::Item::Import(import) = item else { continue };
            let module: Vec<&str> = import.path.iter().map(|p| p.name.as_str()).collect();
            let module = module.join(".");
            if entries().all(|entry| entry.module() != module) {
                self.unknown_module(import, &module);
                continue;
            }
            for name in &import.names {
                self.import_name(&module, name);
            }
            if import.names.is_empty() {
                self.module_imports.push((module, import.span));
            }
        }
    }

    fn unknown_module(&mut self, import: &ast::Import, module: &str) {
        if import.path.iter().any(|part| part.name.is_empty()) {
            return;
        }
        let modules: BTreeSet<&str> = entries().map(Entry::module).collect();
        let list: Vec<&str> = modules.iter().copied().collect();
        let span = import.path.iter().fold(import.span, |_, p| p.span);
        let span = import.path.first().map_or(span, |first| first.span.to(span));
        let diagnostic =
            Diagnostic::new(Code::E0104, span, format!("there is no module `{module}`"))
                .here("not in the library")
                .why(format!("the library has `{}`", list.join("`, `")));
        // `import std.ta.ema`: a function is named in braces.
        let function = module.rsplit_once('.').filter(|_| import.names.is_empty());
        let function = function.filter(|(module, name)| Entry::find(module, name).is_some());
        let near = nearest(module, modules.iter().copied());
        let diagnostic = match (function, near) {
            (Some((module, name)), _) => {
                let text = format!("{module} {{ {name} }}");
                diagnostic.fix_replace(format!("write `import {text}`"), span, text)
            }
            (None, Some(near)) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), span, near)
            }
            (None, None) => diagnostic.fix("import from one of them"),
        };
        self.out.push(diagnostic);
        for name in &import.names {
            self.declare(name, Entity::Broken);
        }
    }

    fn import_name(&mut self, module: &str, name: &ast::Ident) {
        let Some(entry) = Entry::find(module, &name.name) else {
            if !name.name.is_empty() {
                let elsewhere = Entry::named(&name.name).next();
                let here = entries().filter(|entry| entry.module() == module);
                let near = nearest(&name.name, here.map(Entry::name)).map(str::to_owned);
                match elsewhere {
                    Some(entry) => self.out.push(
                        Diagnostic::new(
                            Code::E0104,
                            name.span,
                            format!("`{}` is not in `{module}`", name.name),
                        )
                        .here(format!("known from `{}`", entry.module()))
                        .why("imports say where each name comes from")
                        .fix(format!(
                            "write `import {} {{ {} }}`",
                            entry.module(),
                            entry.name()
                        )),
                    ),
                    None => self.unknown(name, &format!("function in `{module}` named"), near),
                }
                self.declare(name, Entity::Broken);
            }
            return;
        };
        if let Some(earlier) = self.imports.iter().find(|i| i.entry.name() == entry.name()) {
            let (have, earlier) = (earlier.entry, earlier.span);
            if have == entry {
                self.report_duplicate(name, earlier);
            } else {
                self.two_modules(entry, name, (have, earlier));
            }
            return;
        }
        self.record(name, Defined::Import(entry), None);
        self.imports.push(Import { entry, span: name.span, used: false });
    }

    /// Two modules have a function of that name, and both are imported.
    fn two_modules(&mut self, entry: Entry, name: &ast::Ident, (have, at): (Entry, Span)) {
        let text = &name.name;
        self.out.push(
            Diagnostic::new(Code::E0110, name.span, format!("two functions are called `{text}`"))
                .here(format!("from `{}`", entry.module()))
                .label(at, format!("from `{}`", have.module()))
                .why("a call by the name alone could mean either")
                .fix(format!(
                    "import one of them, and call the other by its path: `{}.{text}(...)`",
                    entry.module()
                )),
        );
    }

    pub(in super::super) fn unused_imports(&mut self, file: &ast::File) {
        let broken = file.items.iter().any(|item| match item {
            ast::Item::Strategy(it) => it.has_syntax_error,
            ast::Item::Error(_) => true,
            _ => false,
        });
        if broken {
            return;
        }
        let mut unused: Vec<(String, Span)> = self
            .imports
            .iter()
            .filter(|import| !import.used)
            .map(|import| (import.entry.name().to_owned(), import.span))
            .collect();
        for (module, span) in &self.module_imports {
            if !self.used_modules.contains(module.as_str()) {
                unused.push((module.clone(), *span));
            }
        }
        for (name, span) in unused {
            self.out.push(
                Diagnostic::new(Code::W0101, span, format!("`{name}` is imported but never used"))
                    .here("not used")
                    .why("a name that nobody uses is often a slip of the pen elsewhere")
                    .fix("remove it"),
            );
        }
    }
}
