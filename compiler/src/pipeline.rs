//! All stages in order: parse, check, lower, verify.

use std::sync::Arc;

use strat_dsl::{Code, Diagnostic, Source, Span};

use crate::check::check;
use crate::ir::Ir;
use crate::ir::verify::{VerifyError, verify};
use crate::lower::{LowerError, lower};

/// What became of a source text.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The strategies without an error, in source order, verified.
    pub strategies: Vec<Arc<Ir>>,
    /// Everything that was found, in source order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The strategy of that name.
    pub fn strategy(&self, name: &str) -> Option<&Arc<Ir>> {
        self.strategies.iter().find(|ir| ir.name == name)
    }
}

/// Compiles a source text. It never fails as a whole: strategies with errors are left out and
/// their diagnostics tell why.
pub fn compile(source: &Source) -> Compiled {
    let parsed = strat_dsl::parse(source);
    let (file, found) = check(&parsed.file);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(found);
    // A strategy may use a node or function with an error of its own, which has been told.
    let told = diagnostics.iter().any(Diagnostic::is_error);
    let mut strategies = Vec::new();
    for strategy in &file.strategies {
        let lowered = lower(source, &file, strategy)
            .map_err(|LowerError { what, span }| refused(span, &what))
            .and_then(|ir| match verify(&ir) {
                Ok(()) => Ok(Arc::new(ir)),
                Err(VerifyError { what, at }) => Err(refused(Span::at(at as usize), &what)),
            });
        match lowered {
            Ok(ir) => strategies.push(ir),
            Err(_) if told => {}
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    Compiled { strategies, diagnostics }
}

/// Only very large programs come here, or the checker let something pass that it should not have.
pub(crate) fn refused(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::E0900, span, format!("this cannot be compiled: {what}"))
        .why("the compiler checks its own result before it hands it on")
        .fix("split what is large into several `let`s; if it is not large, report this as a defect")
}
