//! Hints between the letters: inferred types, clocks, warm-up.

use strat_compiler::index::Definition;
use strat_dsl::{Span, ast};

use crate::document::View;
use crate::hover::warm_up;
use crate::protocol::{InlayHint, Markup, Range};

/// The hints of a range: the type of each `let` that says none, and behind each stream its clock
/// and how long it warms up.
pub(crate) fn hints(view: &View<'_>, range: Range) -> Vec<InlayHint> {
    let (start, end) = (view.offset(range.start), view.offset(range.end));
    let mut lets = Vec::new();
    for item in &view.file().items {
        match item {
            ast::Item::Strategy(it) => it.members.iter().for_each(|member| match member {
                ast::Member::Let(it) => lets.push(it),
                ast::Member::Handler(it) => in_block(&it.body, &mut lets),
                ast::Member::Node(it) => in_node(it, &mut lets),
                _ => {}
            }),
            ast::Item::Node(it) => in_node(it, &mut lets),
            _ => {}
        }
    }
    let inside = |it: &&&ast::Let| it.span.start <= end && start <= it.span.end;
    lets.iter().filter(inside).flat_map(|it| of_let(view, it)).collect()
}

fn of_let(view: &View<'_>, it: &ast::Let) -> Vec<InlayHint> {
    let mut hints = Vec::new();
    let Some(found) = view.index().definition(it.name.span) else { return hints };
    let behind = it.per.as_ref().map_or(it.name.span, |per| per.span);
    if let Some(spelled) = found.spelled.filter(|_| it.ty.is_none()) {
        hints.push(InlayHint {
            position: view.position(behind.end),
            label: format!(": {}", view.index().word(spelled)),
            kind: Some(1),
            padding_left: false,
            tooltip: None,
        });
    }
    hints.extend(of_stream(view, it.span, found));
    hints
}

fn of_stream(view: &View<'_>, span: Span, found: &Definition) -> Option<InlayHint> {
    let clock = view.index().word(found.clock?);
    let label = match view.index().warming(found.span) {
        Some(warm) if warm.ticks > 0 => warm_up(view, warm),
        _ => format!("on {clock}"),
    };
    let tooltip = format!("A new value whenever `{clock}` ticks.");
    Some(InlayHint {
        position: view.position(span.end),
        label,
        kind: None,
        padding_left: true,
        tooltip: Some(Markup::markdown(tooltip)),
    })
}

fn in_node<'a>(node: &'a ast::Node, lets: &mut Vec<&'a ast::Let>) {
    lets.extend(node.body.iter().filter_map(|line| match line {
        ast::NodeStmt::Let(it) => Some(it),
        ast::NodeStmt::State(_)
        | ast::NodeStmt::Next(_)
        | ast::NodeStmt::Yield { .. }
        | ast::NodeStmt::Error(_) => None,
    }));
}

fn in_block<'a>(block: &'a ast::Block, lets: &mut Vec<&'a ast::Let>) {
    let mut rest: Vec<&ast::Block> = vec![block];
    while let Some(block) = rest.pop() {
        for stmt in &block.stmts {
            match stmt {
                ast::Stmt::Let(it) => lets.push(it),
                ast::Stmt::If(it) => {
                    rest.extend(it.branches.iter().map(|branch| &branch.body));
                    rest.extend(&it.otherwise);
                }
                ast::Stmt::Match(it) => rest.extend(it.arms.iter().map(|arm| &arm.body)),
                ast::Stmt::For(it) => rest.push(&it.body),
                ast::Stmt::Together(it) => rest.push(&it.body),
                _ => {}
            }
        }
    }
}
