//! Calls of stateful library functions, and history.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};

use super::super::literal::is_flexible;
use super::super::say::quoted;
use super::super::sign::Sign;
use super::super::{Checker, Place, Typed};
use super::{PLAIN, as_real};
use crate::builtin::{Builtin, Range, Returns, Row, Setting, WINDOW_MAX};
use crate::hir::bounds::{int_bounds, real_bounds};
use crate::hir::{CallId, Const, Expr, ExprKind, Kind, Ty, Unit};

impl Checker {
    pub(super) fn library(
        &mut self,
        e: &ast::Expr,
        callee: Span,
        row: &'static Row,
        args: &[ast::Arg],
    ) -> Typed {
        let allowed = self.may_keep_history(row.name, callee);
        let settings = row.settings.iter().map(|setting| setting.name);
        let names: Vec<&str> = row.series.iter().copied().chain(settings).collect();
        let Some(args) = self.arrange(e.span, row.name, &names, args) else {
            return Typed::error(e.span);
        };
        let (series, settings) = args.split_at(row.series.len());
        let inputs = self.series(row, series);
        let parts: Vec<&Typed> = inputs.iter().collect();
        let domain = self.meet(&parts);
        let settings: Vec<Option<Expr>> = settings
            .iter()
            .zip(row.settings)
            .map(|(written, setting)| self.setting(written, row, setting))
            .collect();
        let settings: Option<Vec<Expr>> = settings.into_iter().collect();
        let Some(settings) = settings else { return Typed::error(e.span) };
        if !allowed || inputs.iter().any(Typed::is_error) {
            return Typed::error(e.span);
        }
        if self.body.place == Place::Stream && domain.is_none() {
            self.never_new(e, row.name);
            return Typed::error(e.span);
        }
        let unit = inputs.first().map_or(Unit::None, |input| input.kind().unit());
        let result = match row.result {
            Returns::SameUnit | Returns::SameUnitNonNegative => Kind::Real(unit),
            Returns::Plain | Returns::PlainNonNegative => PLAIN,
            Returns::LastUnit => Kind::Real(inputs.last().map_or(Unit::None, |i| i.kind().unit())),
            Returns::Whole => Kind::Int,
            Returns::Bool => Kind::Bool,
            Returns::SameType => inputs.first().map_or(Kind::Error, Typed::kind),
        };
        let inputs = inputs.into_iter().map(|input| as_real(input.expr)).collect();
        let call = self.call_site();
        let kind = ExprKind::Builtin { builtin: row.builtin, call, inputs, settings };
        Typed::new(kind, Ty::of(result), e.span).at(domain)
    }

    fn never_new(&mut self, e: &ast::Expr, function: &str) {
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                e.span,
                format!("`{function}` needs values that change, and these never do"),
            )
            .here("made of constants")
            .why("history grows by one value at each tick of a clock; this has none")
            .fix("use a value with a clock, such as `h1.close`"),
        );
    }

    /// Whether a call may keep history here.
    pub(super) fn may_keep_history(&mut self, name: &str, span: Span) -> bool {
        let (place, at) = match (self.body.conditional, self.body.place) {
            (Some((what, at)), Place::Stream | Place::Node) => (what, Some(at)),
            (None, Place::Stream | Place::Node) => return true,
            (_, Place::Func) => ("in a function", None),
            (_, Place::Universe) => ("in the condition of a universe", None),
            (_, Place::Handler) => ("in a handler", None),
            (_, Place::Constant(_) | Place::Params(_) | Place::Migration) => ("here", None),
        };
        let mut diagnostic = Diagnostic::new(
            Code::E0210,
            span,
            format!("`{name}` keeps history, so it cannot be {place}"),
        )
        .here("would skip events and blend old values with new ones");
        if let Some(at) = at {
            diagnostic = diagnostic.label(at, "not evaluated at every tick");
        }
        diagnostic = diagnostic.why("history is complete only if every tick reaches it");
        diagnostic = if self.body.place == Place::Func {
            diagnostic.fix("make the function a `node`: nodes keep history")
        } else {
            let call = if name.ends_with(']') { name.to_owned() } else { format!("{name}(...)") };
            diagnostic.fix(format!("move it out: `let x = {call}` in the strategy; read `x` here"))
        };
        self.out.push(diagnostic);
        false
    }

    fn series(&mut self, row: &Row, written: &[&ast::Expr]) -> Vec<Typed> {
        let mut inputs: Vec<Typed> = Vec::new();
        let leader = written.iter().position(|w| !is_flexible(w)).unwrap_or(0);
        let kind = written.get(leader).map(|w| self.value(w, Some(PLAIN)));
        let hint = kind.as_ref().map_or(PLAIN, Typed::kind);
        let mut kind = kind;
        for (index, arg) in written.iter().enumerate() {
            let value = match kind.take_if(|_| index == leader) {
                Some(value) => value,
                None => self.value(arg, Some(hint)),
            };
            inputs.push(self.one_series(row, arg, value));
        }
        for at in 1..row.alike.min(inputs.len()) {
            let (first, other) = (&inputs[0], &inputs[at]);
            let (a, b) = (first.kind(), other.kind());
            if !first.is_error() && !other.is_error() && a.unit().join(b.unit()).is_none() {
                let (l, r) = (written[0], written[at]);
                self.clash(l.span.to(r.span), "compare", (l, a), (r, b), None);
                return vec![Typed::error(l.span)];
            }
        }
        inputs
    }

    fn one_series(&mut self, row: &Row, written: &ast::Expr, value: Typed) -> Typed {
        let kind = value.kind();
        if value.is_error() {
            return value;
        }
        if !(kind.is_fixed() || matches!(kind, Kind::Real(_))) {
            self.mismatch(
                written,
                value.ty(),
                Ty::of(PLAIN),
                &format!("what `{}` reads", row.name),
            );
            return Typed::error(written.span);
        }
        if row.positive_inputs && !self.proven(&value.expr, Sign::POSITIVE) {
            self.outside_domain(written, row.name, "positive");
            return Typed::error(written.span);
        }
        value
    }

    /// A function is called with what may lie outside its domain.
    pub(super) fn outside_domain(&mut self, written: &ast::Expr, function: &str, needed: &str) {
        let text = quoted(written);
        let sign = if needed == "positive" { ">" } else { ">=" };
        let mut diagnostic = Diagnostic::new(
            Code::E0311,
            written.span,
            format!("`{function}` needs a value that is surely {needed}"),
        )
        .here(format!("nothing says that it is {needed}"))
        .why("outside its domain the function has no value, and the reaction would fault");
        if self.body.place == Place::Handler {
            diagnostic = diagnostic
                .fix(format!("guard it: `require {text} {sign} 0 else \"{text} too small\"`"));
        }
        self.out.push(
            diagnostic
                .fix(format!("bound it: `max({text}, ...)` with something {needed}"))
                .fix("if it is a parameter, give it a range"),
        );
    }

    /// A setting: a number that is known when the strategy starts and stays in its range. A window
    /// is a whole one, with a known maximum.
    fn setting(&mut self, written: &ast::Expr, row: &Row, setting: &Setting) -> Option<Expr> {
        let what = format!("`{}` of `{}`", setting.name, row.name);
        match setting.range {
            Range::Whole(low) => {
                let value = self.expect(written, Kind::Int, &what);
                (!value.is_error() && self.bounded(written, &value.expr, low, &what))
                    .then_some(value.expr)
            }
            Range::Real(low, high) => {
                let value = self.expect(written, PLAIN, &what);
                (!value.is_error() && self.within(written, &value.expr, (low, high), &what))
                    .then_some(value.expr)
            }
        }
    }

    /// Whether a real setting is known beforehand and surely in its range.
    fn within(
        &mut self,
        written: &ast::Expr,
        value: &Expr,
        (low, high): (f64, f64),
        what: &str,
    ) -> bool {
        let text = quoted(written);
        if !self.is_static(value) {
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    written.span,
                    format!("{what} must be known when the strategy starts"),
                )
                .here(format!("`{text}` changes while it runs"))
                .why("the function is laid out before the first event")
                .fix(format!(
                    "make it a parameter: `param k: real = {low:?} in {low:?}..{high:?}`"
                )),
            );
            return false;
        }
        let problem = match real_bounds(value, &self.st.params) {
            Some((least, most)) if least >= low && most <= high => return true,
            Some((least, most)) => {
                format!("`{text}` can be {}", if least < low { least } else { most })
            }
            None => format!("no range is known of `{text}`"),
        };
        self.out.push(
            Diagnostic::new(
                Code::E0402,
                written.span,
                format!("{what} must lie in {low:?}..{high:?}, but {problem}"),
            )
            .here("not surely in the range")
            .why("outside its range the function has no value")
            .fix("use a literal, or a parameter with a range inside"),
        );
        false
    }

    /// Whether a window has a known maximum and is never below `min`.
    pub(super) fn bounded(
        &mut self,
        written: &ast::Expr,
        value: &Expr,
        min: i64,
        what: &str,
    ) -> bool {
        if let ExprKind::Local(id) = &value.kind
            && self.body.place == Place::Node
            && let Some(window) = self.body.windows.get_mut(id.index())
        {
            *window = Some(window.map_or(min, |have| have.max(min)));
            return true;
        }
        let text = quoted(written);
        if !self.is_static(value) {
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    written.span,
                    format!("{what} must be a literal or a parameter"),
                )
                .here("changes while the strategy runs")
                .why("memory is laid out before the first event")
                .fix(format!("make it a parameter: `param n: int = 20 in {min}..100`")),
            );
            return false;
        }
        let mentions_argument = self.body.place == Place::Node;
        let Some((low, high)) = int_bounds(value, &self.st.params) else {
            if mentions_argument {
                self.unsupported(
                    written.span,
                    "a window that is computed from an argument",
                    "pass the window itself as an argument",
                );
                return false;
            }
            self.out.push(
                Diagnostic::new(Code::E0402, written.span, format!("{what} has no maximum"))
                    .here("no range is declared")
                    .why("memory is laid out for the largest window")
                    .fix(format!("give `{text}` a range: `in {min}..200`")),
            );
            return false;
        };
        if low < min || high > WINDOW_MAX {
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    written.span,
                    format!(
                        "{what} must lie in {min}..{WINDOW_MAX}, but `{text}` can be {}",
                        if low < min { low } else { high }
                    ),
                )
                .here(format!("from {low} to {high}"))
                .why("a window that small has no value, and one that large no memory")
                .fix(format!("use a range inside {min}..{WINDOW_MAX}")),
            );
            return false;
        }
        true
    }

    /// A new call site of a stateful function.
    pub(super) fn call_site(&mut self) -> CallId {
        let id = CallId(self.body.calls);
        self.body.calls += 1;
        id
    }

    /// `x[n]`: the value n ticks ago.
    pub(super) fn lag(
        &mut self,
        e: &ast::Expr,
        base: &ast::Expr,
        value: Typed,
        index: &ast::Expr,
    ) -> Typed {
        let value = self.present(base, value, None);
        let offset = self.value(index, Some(Kind::Int));
        if value.is_error() || offset.is_error() {
            return Typed::error(e.span);
        }
        let negative = matches!(&offset.expr.kind, ExprKind::Const(Const::Int(n)) if *n < 0);
        let bounds = int_bounds(&offset.expr, &self.st.params);
        let argument = matches!(&offset.expr.kind, ExprKind::Local(id)
            if self.body.place == Place::Node && id.index() < self.body.windows.len());
        let fits = bounds.is_some_and(|(low, high)| low >= 0 && high <= WINDOW_MAX) || argument;
        if offset.kind() != Kind::Int || negative || !fits || !self.is_static(&offset.expr) {
            self.out.push(
                Diagnostic::new(
                    Code::E0211,
                    index.span,
                    "history needs an offset that is known beforehand and not negative",
                )
                .here(if negative { "would look into the future" } else { "not a known offset" })
                .why("the memory is laid out before the first event, and the future is unknown")
                .fix("use a literal: `x[1]` is the value one tick ago")
                .fix("or a parameter with a range: `param n: int = 1 in 0..50`"),
            );
            return Typed::error(e.span);
        }
        if value.kind().cell().is_none()
            || matches!(value.kind(), Kind::Text | Kind::Level(_) | Kind::Forming(..))
        {
            let noun = self.a(value.ty());
            self.out.push(
                Diagnostic::new(Code::E0101, base.span, format!("{noun} has no history"))
                    .here("no values of the past")
                    .why("numbers and yes-or-no values are remembered")
                    .fix("take the history of one of its fields"),
            );
            return Typed::error(e.span);
        }
        if !self.may_keep_history(&quoted(e), e.span) {
            return Typed::error(e.span);
        }
        if argument {
            self.bounded(index, &offset.expr, 0, "the offset");
        }
        if self.body.place == Place::Stream && value.domain.is_none() {
            self.never_new(e, "[...]");
            return Typed::error(e.span);
        }
        let (domain, ty) = (value.domain, value.ty());
        let kind = ExprKind::Builtin {
            builtin: Builtin::Lag,
            call: self.call_site(),
            inputs: vec![value.expr],
            settings: vec![offset.expr],
        };
        Typed::new(kind, ty, e.span).at(domain)
    }
}
