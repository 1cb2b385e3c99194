//! All stages in order: parse, check, lower, verify.

use std::collections::BTreeMap;
use std::sync::Arc;

use strat_dsl::{Code, Diagnostic, Source, Span, ast};

use crate::check::{check, check_with_index};
use crate::hir;
use crate::index::{Index, Warming};
use crate::ir::verify::{VerifyError, verify};
use crate::ir::{DomainKind, Ir, StreamId};
use crate::lower::{LowerError, lower};
use crate::params::ParamValues;
use crate::warm::Warmup;

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
    finish(source, &file, diagnostics)
}

/// A compiled text with what an editor asks about it.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What [`compile`] gives.
    pub compiled: Compiled,
    /// The syntax tree.
    pub file: ast::File,
    /// Names, types, clocks, warm-up.
    pub index: Index,
}

/// Compiles a source text for an editor. With `probe`, the offset of a name, the index also tells
/// what could stand there.
pub fn analyse(source: &Source, probe: Option<u32>) -> Analysis {
    let parsed = strat_dsl::parse(source);
    let (hir, found, mut index, sketches) = check_with_index(&parsed.file, probe);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(found);
    let compiled = finish(source, &hir, diagnostics);
    for sketch in &sketches {
        let whole = compiled.strategies.iter().find(|ir| ir.name == sketch.name);
        match whole {
            Some(ir) => warm(ir, sketch, &mut index.warming),
            // A stream with an error is left out; what reads it has none to tell either.
            None => {
                if let Ok(ir) = lower(source, &hir, sketch)
                    && verify(&ir).is_ok()
                {
                    warm(&ir, sketch, &mut index.warming);
                }
            }
        }
    }
    Analysis { compiled, file: parsed.file, index }
}

/// Warm-up at the defaults of the parameters.
fn warm(ir: &Ir, sketch: &hir::Strategy, out: &mut Vec<Warming>) {
    let Ok(warmup) = Warmup::new(ir, &ParamValues::defaults(ir)) else { return };
    let lets: BTreeMap<Span, Span> =
        sketch.lets.iter().map(|it| (it.value.span, it.span)).collect();
    for (id, stream) in (0..).map(StreamId).zip(&ir.streams) {
        let mut domain = stream.domain;
        while let DomainKind::Present { base, .. } = ir.domains[domain.index()].kind {
            domain = base;
        }
        let clock = ir.domains[domain.index()].name.clone();
        let (span, ticks) = (stream.span, warmup.stream(id));
        // A `let` that is nothing but a call is the stream of that call.
        let named =
            lets.get(&span).map(|span| Warming { span: *span, ticks, clock: clock.clone() });
        out.extend(named);
        out.push(Warming { span, ticks, clock });
    }
}

fn finish(source: &Source, file: &hir::File, mut diagnostics: Vec<Diagnostic>) -> Compiled {
    // A strategy may use a node or function with an error of its own, which has been told.
    let told = diagnostics.iter().any(Diagnostic::is_error);
    let mut strategies = Vec::new();
    for strategy in &file.strategies {
        let lowered = lower(source, file, strategy)
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
