//! `session_open(nyse)`, `session_close(nyse)`: the ends of a calendar's sessions.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::Timer;
use strat_runtime::time::{Calendar, Edge};

use crate::builtin::pure::Words;
use crate::check::Checker;
use crate::check::scope::Entity;
use crate::hir;

impl Checker {
    pub(super) fn session_trigger(
        &mut self,
        edge: Edge,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<hir::Trigger> {
        let [ast::Arg { name: None, value: written, .. }] = args else {
            self.one_calendar(edge, span);
            return None;
        };
        let ast::ExprKind::Ident(name) = &written.kind else {
            self.no_word(Words::Calendar, written);
            return None;
        };
        let Some(calendar) = Calendar::parse(&name.name) else {
            self.no_calendar(edge, name, written);
            return None;
        };
        if edge == Edge::Close && calendar.is_always_open() {
            self.never_closes(calendar, span);
            return None;
        }
        Some(self.timer(Timer::Session(calendar, edge)))
    }

    fn one_calendar(&mut self, edge: Edge, span: Span) {
        let trigger = edge.trigger();
        self.out.push(
            Diagnostic::new(Code::E0213, span, format!("`{trigger}` is about one calendar"))
                .here("of which?")
                .why("each market has its own hours and holidays")
                .fix(format!("name it: `on {trigger}(nyse) {{ ... }}`")),
        );
    }

    fn no_calendar(&mut self, edge: Edge, name: &ast::Ident, written: &ast::Expr) {
        let traded = matches!(
            self.find(&name.name).map(|found| found.entity),
            Some(Entity::Instrument(_) | Entity::Universe(_))
        );
        if !traded {
            self.no_word(Words::Calendar, written);
            return;
        }
        let (name, trigger) = (&name.name, edge.trigger());
        self.out.push(
            Diagnostic::new(Code::E0104, written.span, format!("`{name}` is no calendar"))
                .here("traded, not a calendar")
                .why(format!(
                    "hours are those of an exchange; known are `{}`",
                    Calendar::NAMES.join("`, `")
                ))
                .fix(format!("name the calendar whose hours count, as in `on {trigger}(nyse)`")),
        );
    }

    fn never_closes(&mut self, calendar: Calendar, span: Span) {
        let name = calendar.name();
        let instead = format!("{}({name})", Edge::Open.trigger());
        self.out.push(
            Diagnostic::new(Code::E0213, span, format!("the calendar `{name}` never closes"))
                .here("no session ends before the next one begins")
                .why("its sessions are the days of UTC, one after the other")
                .fix_replace(format!("use `{instead}`, at 0:00 UTC each day"), span, instead),
        );
    }
}
