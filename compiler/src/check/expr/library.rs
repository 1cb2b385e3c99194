//! Calls of library functions without memory.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};

use super::super::literal::is_flexible;
use super::super::say::quoted;
use super::super::scope::nearest;
use super::super::sign::Sign;
use super::super::{Checker, Typed};
use super::PLAIN;
use crate::builtin::pure::{Argument, Function, Gives, Input, Proven, PureRow, Words};
use crate::hir::{Const, Expr, ExprKind, Kind, Of, Ty};
use crate::ir::{Binary, ViewField};

/// What is known of a call while its arguments are checked.
struct Call {
    row: &'static PureRow,
    /// The instrument that linked arguments are of, and the first of them.
    of: Of,
    first: Option<Span>,
    /// The kind of arguments that share one.
    exact: Option<Kind>,
    /// The first of them that is no bare number, which is checked before the others.
    leader: Option<(Span, Typed)>,
    /// How far the clocks of the zone are ahead, where no word says it.
    ahead: Option<Expr>,
}

impl Checker {
    pub(super) fn pure(
        &mut self,
        e: &ast::Expr,
        row: &'static PureRow,
        args: &[ast::Arg],
    ) -> Typed {
        let Some(written) = self.in_order(e.span, row, args) else {
            return Typed::error(e.span);
        };
        let leader = self.leader(row, &written);
        let exact = leader.as_ref().map(|(_, value)| value.kind());
        let mut call = Call { row, of: Of::Any, first: None, exact, leader, ahead: None };
        let mut values: Vec<Typed> = Vec::with_capacity(written.len());
        for (place, arg) in written.iter().enumerate() {
            let Some(argument) = row.argument(place) else { return Typed::error(e.span) };
            let value = self.argument(&mut call, argument, arg);
            let value = self.proven_argument(row, argument, arg, value);
            values.push(value);
        }
        let parts: Vec<&Typed> = values.iter().collect();
        let domain = self.meet(&parts);
        if values.iter().any(Typed::is_error) {
            return Typed::error(e.span);
        }
        let mut operands: Vec<Expr> = values.into_iter().map(|value| value.expr).collect();
        if let (Some(ahead), Some(first)) = (call.ahead.take(), operands.first_mut()) {
            let at = std::mem::replace(first, error(e.span));
            let ty = at.ty;
            let kind = ExprKind::Binary(Binary::AddInt, Box::new(at), Box::new(ahead));
            *first = Expr { kind, ty, span: e.span };
        }
        let ty = Ty { kind: self.result(&call), optional: row.optional };
        Typed::new(operation(row.function, operands), ty, e.span).at(domain)
    }

    /// The arguments in order; what does not fit is reported.
    fn in_order<'e>(
        &mut self,
        span: Span,
        row: &PureRow,
        args: &'e [ast::Arg],
    ) -> Option<Vec<&'e ast::Expr>> {
        let names: Vec<&str> = row.takes.iter().map(|argument| argument.name).collect();
        if !row.repeats {
            return self.arrange(span, row.name, &names, args);
        }
        let (least, most) = row.arity();
        if (least..=most).contains(&args.len()) && args.iter().all(|arg| arg.name.is_none()) {
            return Some(args.iter().map(|arg| &arg.value).collect());
        }
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                span,
                format!("`{}` takes {least} to {most} arguments without names", row.name),
            )
            .here(format!("given {}", args.len()))
            .why("it is about all of them together")
            .fix(format!("call it as `{}`", row.call())),
        );
        for arg in args {
            self.expr(&arg.value, None);
        }
        None
    }

    /// The argument that gives exact arguments their kind: the first which is no bare number.
    fn leader(&mut self, row: &PureRow, written: &[&ast::Expr]) -> Option<(Span, Typed)> {
        let exact = |(place, arg): &(usize, &&ast::Expr)| {
            row.argument(*place).is_some_and(|argument| argument.is == Input::Exact)
                && !is_flexible(arg)
        };
        let (_, leader) = written.iter().enumerate().find(exact)?;
        Some((leader.span, self.value(leader, None)))
    }

    fn argument(&mut self, call: &mut Call, argument: &Argument, written: &ast::Expr) -> Typed {
        let what = format!("`{}` of `{}`", argument.name, call.row.name);
        match argument.is {
            Input::Word(words) => self.word(call, words, written),
            Input::Book => {
                let value = self.book_argument(call.row, written);
                self.linked(call, written, value)
            }
            Input::Price => {
                let value = self.expect(written, Kind::Price(Of::Any), &what);
                self.linked(call, written, value)
            }
            Input::Size => {
                let value = self.expect(written, Kind::Size(Of::Any), &what);
                self.linked(call, written, value)
            }
            Input::Exact => self.exact(call, written, &what),
            Input::LoosePrice => self.expect(written, Kind::Price(Of::Any), &what),
            Input::Ratio => self.expect(written, Kind::Ratio, &what),
            Input::Leverage => self.expect(written, Kind::Leverage, &what),
            Input::Real => self.expect(written, PLAIN, &what),
            Input::Whole => self.expect(written, Kind::Int, &what),
            Input::Time => self.expect(written, Kind::Time, &what),
            Input::Duration => self.expect(written, Kind::Duration, &what),
        }
    }

    fn exact(&mut self, call: &mut Call, written: &ast::Expr, what: &str) -> Typed {
        let kind = call.exact.unwrap_or(Kind::Size(Of::Any));
        let value = match call.leader.take_if(|(span, _)| *span == written.span) {
            Some((_, value)) if value.is_error() || kind.is_fixed() => value,
            Some((_, value)) => {
                self.mismatch(written, value.ty(), Ty::of(Kind::Size(Of::Any)), what);
                Typed::error(written.span)
            }
            // What the others are is of no interest then.
            None if !kind.is_fixed() => Typed::error(written.span),
            None => self.expect(written, kind, what),
        };
        if let (Some(joined), false) = (kind.join(value.kind()), value.is_error()) {
            call.exact = Some(joined);
        }
        value
    }

    fn book_argument(&mut self, row: &PureRow, written: &ast::Expr) -> Typed {
        let value = self.value(written, None);
        if value.is_error() || matches!(value.kind(), Kind::Book(_)) {
            return value;
        }
        let noun = self.a(value.ty());
        let text = quoted(written);
        let mut diagnostic = Diagnostic::new(
            Code::E0101,
            written.span,
            format!("`{}` reads a book, and this is {noun}", row.name),
        )
        .here(format!("this is {noun}"))
        .why("sizes and prices of resting orders stand in the book of an instrument");
        diagnostic = if matches!(value.kind(), Kind::Instrument(_)) {
            let book = format!("{text}.book");
            diagnostic.fix_replace(format!("write `{book}`"), written.span, book)
        } else {
            diagnostic.fix("give it the book of an instrument, as in `btc.book`")
        };
        self.out.push(diagnostic);
        Typed::error(written.span)
    }

    /// A value of the instrument that the other arguments are of.
    fn linked(&mut self, call: &mut Call, written: &ast::Expr, value: Typed) -> Typed {
        if value.is_error() {
            return value;
        }
        let of = value.kind().instrument();
        let Some(joined) = call.of.join(of) else {
            let name = |of| self.name_of(of).unwrap_or_else(|| "another instrument".to_owned());
            let (one, other) = (name(call.of), name(of));
            let mut diagnostic = Diagnostic::new(
                Code::E0102,
                written.span,
                format!("`{}` is about one instrument, not `{one}` and `{other}`", call.row.name),
            )
            .here(format!("of `{other}`"));
            if let Some(first) = call.first {
                diagnostic = diagnostic.label(first, format!("of `{one}`"));
            }
            self.out.push(
                diagnostic
                    .why("prices and sizes of two instruments do not go together")
                    .fix(format!("use what belongs to `{one}`")),
            );
            return Typed::error(written.span);
        };
        call.of = joined;
        call.first.get_or_insert(written.span);
        value
    }

    /// `bid`, `new_york`, `nyse`: a word of the place; a zone also as what it is ahead of UTC.
    fn word(&mut self, call: &mut Call, words: Words, written: &ast::Expr) -> Typed {
        let list = words.list();
        let name = match &written.kind {
            ast::ExprKind::Ident(name) => Some(name.name.as_str()),
            _ => None,
        };
        if let Some(at) = list.iter().position(|word| Some(*word) == name) {
            return Typed::constant(Const::Int(at as i64), Kind::Int, written.span);
        }
        let declared = name.is_some_and(|name| self.find(name).is_some());
        if words == Words::Zone && (name.is_none() || declared) {
            let value = self.expect(written, Kind::Duration, "a time zone's distance from UTC");
            let utc = Typed::constant(Const::Int(0), Kind::Int, written.span);
            if value.is_error() {
                return value;
            }
            let domain = value.domain;
            call.ahead = Some(value.expr);
            return utc.at(domain);
        }
        self.no_word(words, written);
        Typed::error(written.span)
    }

    /// Tells that none of the words of a place stands there.
    pub(in crate::check) fn no_word(&mut self, words: Words, written: &ast::Expr) {
        if matches!(written.kind, ast::ExprKind::Error) {
            return;
        }
        let (list, text, noun) = (words.list(), quoted(written), words.noun());
        let mut diagnostic =
            Diagnostic::new(Code::E0104, written.span, format!("`{text}` is no {noun}"))
                .here(format!("a {noun} is named here"))
                .why(format!("known are `{}`", list.join("`, `")));
        diagnostic = match nearest(&text.to_lowercase(), list.iter().copied()) {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), written.span, near)
            }
            None if words == Words::Zone => {
                diagnostic.fix("use one of them, or what it is ahead of UTC, as in `2h`")
            }
            None => diagnostic.fix("use one of them"),
        };
        self.out.push(diagnostic);
    }

    fn proven_argument(
        &mut self,
        row: &PureRow,
        argument: &Argument,
        written: &ast::Expr,
        value: Typed,
    ) -> Typed {
        let (sign, word) = match argument.proven {
            Proven::Nothing => return value,
            Proven::NotNegative => (Sign::NOT_NEGATIVE, "not negative"),
            Proven::Positive => (Sign::POSITIVE, "positive"),
        };
        if value.is_error() || self.proven(&value.expr, sign) {
            return value;
        }
        self.outside_domain(written, row.name, word);
        Typed::error(written.span)
    }

    fn result(&self, call: &Call) -> Kind {
        match call.row.gives {
            Gives::Price => Kind::Price(call.of),
            Gives::LoosePrice => Kind::Price(Of::Any),
            Gives::Size => Kind::Size(call.of),
            Gives::Money => Kind::Money(self.quote(call.of)),
            Gives::Exact => call.exact.unwrap_or(Kind::Size(Of::Any)),
            Gives::Ratio => Kind::Ratio,
            Gives::Leverage => Kind::Leverage,
            Gives::Real => PLAIN,
            Gives::Whole => Kind::Int,
            Gives::Bool => Kind::Bool,
            Gives::Time => Kind::Time,
            Gives::Duration => Kind::Duration,
        }
    }
}

/// What the book shows anyway is read as its field.
fn operation(function: Function, mut operands: Vec<Expr>) -> ExprKind {
    let field = match function {
        Function::Mid => Some(ViewField::BookMid),
        Function::Spread => Some(ViewField::BookSpread),
        _ => None,
    };
    match (field, operands.pop()) {
        (Some(field), Some(book)) => ExprKind::View(field, Box::new(book)),
        (_, last) => {
            operands.extend(last);
            ExprKind::Library(function, operands)
        }
    }
}

fn error(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, ty: Ty::ERROR, span }
}
