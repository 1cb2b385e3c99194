//! Makes a failing program small: deletes what can go while it still fails.

use strat_dsl::ast::{Block, Expr, ExprKind, File, Item, Member, Stmt, TestStep};
use strat_dsl::{Source, Span, parse};

/// Most texts that are tried.
const TRIALS: usize = 4_000;

/// A text that still fails, from which nothing more could be taken within the trials.
pub fn shrink(text: &str, fails: impl Fn(&str) -> bool) -> String {
    let mut small = text.to_owned();
    let mut trials = 0;
    loop {
        let before = small.len();
        for (span, replacement) in cuts(&small) {
            if trials == TRIALS {
                return small;
            }
            let (start, end) = (span.start as usize, span.end as usize);
            // Spans are those of the text before this round; a change shortens it.
            if end > small.len() || !small.is_char_boundary(start) || !small.is_char_boundary(end) {
                continue;
            }
            let tried = format!("{}{replacement}{}", &small[..start], &small[end..]);
            trials += 1;
            if tried.len() < small.len() && fails(&tried) {
                small = tried;
                break;
            }
        }
        if small.len() == before {
            return small;
        }
    }
}

/// What can be taken out of a text, largest first.
fn cuts(text: &str) -> Vec<(Span, String)> {
    let file = parse(&Source::new("small.strat", text)).file;
    let mut found = Cuts { text, out: Vec::new() };
    found.file(&file);
    found.out.sort_by_key(|(span, _)| std::cmp::Reverse(span.end - span.start));
    found.out
}

struct Cuts<'t> {
    text: &'t str,
    out: Vec<(Span, String)>,
}

impl Cuts<'_> {
    fn gone(&mut self, span: Span) {
        self.out.push((span, String::new()));
    }

    fn file(&mut self, file: &File) {
        for item in &file.items {
            match item {
                Item::Strategy(it) => {
                    for member in &it.members {
                        self.member(member);
                    }
                }
                Item::Import(it) => self.gone(it.span),
                Item::Node(it) => self.gone(it.span),
                Item::Func(it) => {
                    self.gone(it.span);
                    self.expr(&it.body);
                }
                Item::Enum(it) => self.gone(it.span),
                Item::Words(it) => self.gone(it.span),
                Item::Test(it) => {
                    self.gone(it.span);
                    for step in &it.steps {
                        if let TestStep::At { span, .. } | TestStep::Market { span, .. } = step {
                            self.gone(*span);
                        }
                    }
                }
                Item::Prop(it) => self.gone(it.span),
                Item::Error(span) => self.gone(*span),
            }
        }
    }

    fn member(&mut self, member: &Member) {
        match member {
            Member::Handler(it) => {
                self.gone(it.span);
                self.block(&it.body);
            }
            Member::Let(it) => {
                self.gone(it.span);
                self.expr(&it.value);
            }
            Member::Universe(it) => {
                self.gone(it.span);
                for filter in &it.filters {
                    self.gone(filter.span);
                    self.expr(&filter.condition);
                }
            }
            Member::Risk(it) => it.rules.iter().for_each(|rule| self.gone(rule.span)),
            Member::Param(it) => self.gone(it.span),
            Member::Constraint(it) => self.gone(it.span),
            Member::Instrument(it) => self.gone(it.span),
            Member::Clock(it) => self.gone(it.span),
            Member::State(it) => self.gone(it.span),
            Member::Words(it) => self.gone(it.span),
            Member::Enum(it) => self.gone(it.span),
            Member::Node(it) => self.gone(it.span),
            Member::Func(it) => self.gone(it.span),
            Member::Migrate(it) => self.gone(it.span),
            Member::OnFault(it) => self.gone(it.span),
            Member::Needs(it) => self.gone(it.span),
            Member::Warm(it) => self.gone(it.span),
            Member::Version(_) | Member::Venue(_) | Member::Error(_) => {}
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.gone(stmt.span());
            match stmt {
                Stmt::Let(it) => self.expr(&it.value),
                Stmt::Require(it) => self.expr(&it.condition),
                Stmt::Set(it) => self.expr(&it.value),
                Stmt::If(it) => {
                    it.branches.iter().for_each(|branch| self.block(&branch.body));
                    it.otherwise.iter().for_each(|block| self.block(block));
                }
                Stmt::Match(it) => it.arms.iter().for_each(|arm| self.block(&arm.body)),
                Stmt::For(it) => self.block(&it.body),
                Stmt::Together(it) => self.block(&it.body),
                Stmt::Order(it) => {
                    self.expr(&it.quantity);
                    it.options.iter().for_each(|option| self.gone(option.span));
                }
                Stmt::Quote(it) => {
                    it.sides.iter().for_each(|side| self.gone(side.span));
                    it.options.iter().for_each(|option| self.gone(option.span));
                }
                Stmt::Target(_)
                | Stmt::Cancel(_)
                | Stmt::Log(_)
                | Stmt::Alert(_)
                | Stmt::Halt(_)
                | Stmt::Error(_) => {}
            }
        }
    }

    /// An expression becomes one of its parts.
    fn expr(&mut self, expr: &Expr) {
        let parts: Vec<&Expr> = match &expr.kind {
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::In { value, .. }
            | ExprKind::Is { value, .. }
            | ExprKind::AsAtPar { value, .. }
            | ExprKind::Repeat { value, .. } => vec![value],
            ExprKind::If { cases, otherwise } => {
                let cases = cases.iter().flat_map(|case| [&case.condition, &case.value]);
                cases.chain([&**otherwise]).collect()
            }
            ExprKind::Call { args, .. } => args.iter().map(|arg| &arg.value).collect(),
            ExprKind::Index { base, .. } => vec![base],
            ExprKind::Field { .. }
            | ExprKind::Range { .. }
            | ExprKind::List(_)
            | ExprKind::Number(_)
            | ExprKind::Quantity { .. }
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Ident(_)
            | ExprKind::Error => Vec::new(),
        };
        for part in parts {
            let at = part.span.start as usize..part.span.end as usize;
            if let Some(text) = self.text.get(at) {
                self.out.push((expr.span, text.to_owned()));
            }
            self.expr(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let text =
            "strategy s {\n version 1\n let a = 1 + f(2)\n on start { log \"x\" cancel all }\n}\n";
        let small = shrink(text, |text| text.contains("cancel") && text.contains('2'));
        assert_eq!(
            small.split_whitespace().collect::<Vec<_>>().join(" "),
            "strategy s { version 1 let a = 2 on start { cancel all } }"
        );
    }
}
