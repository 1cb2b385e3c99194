//! Lists: several values of one type, whose number is part of the type.

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::say::quoted;
use super::{Checker, Place, Typed};
use crate::hir::{Elem, Expr, ExprKind, Kind, Ty};
use crate::ir::StateId;

/// The most elements of a list.
pub(super) const LENGTH_MAX: u16 = 256;

/// The elements of a list, if it is one.
pub(super) fn elements(kind: Kind) -> Option<(Ty, u16)> {
    match kind {
        Kind::List(elem, length) => Some((elem.ty(), length)),
        _ => None,
    }
}

impl Checker {
    /// `[real; 4]` as a type.
    pub(super) fn list_type(
        &mut self,
        written: &ast::Type,
        element: &ast::Type,
        length: &ast::Int,
    ) -> Kind {
        let ty = self.ty(element);
        let count = self.list_length(length.span, i128::from(length.value));
        if ty.is_error() {
            return Kind::Error;
        }
        if written.optional {
            self.out.push(
                Diagnostic::new(Code::E0109, written.span, "a list is always there")
                    .here("its elements may be absent, not the whole")
                    .why("its memory is laid out before the first event")
                    .fix("let the elements be absent: `[price?; 4]`"),
            );
            return Kind::Error;
        }
        let Some(elem) = Elem::of(ty) else {
            let noun = self.a(ty);
            self.out.push(
                Diagnostic::new(
                    Code::E0109,
                    element.span,
                    format!("{noun} cannot be the element of a list"),
                )
                .here("not a single value that can be kept")
                .why("a list holds numbers, times, yes-or-no values and enums")
                .fix("use a list for each part, or one longer list"),
            );
            return Kind::Error;
        };
        count.map_or(Kind::Error, |count| Kind::List(elem, count))
    }

    fn list_length(&mut self, span: Span, length: i128) -> Option<u16> {
        let count = u16::try_from(length).ok().filter(|n| (1..=LENGTH_MAX).contains(n));
        if count.is_none() {
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    span,
                    format!("a list has from 1 to {LENGTH_MAX} elements"),
                )
                .here(format!("{length} elements"))
                .why("each has memory of its own and is looked at one by one")
                .fix("for a window over a stream use `x[n]` and the library: `sma(x, 500)`"),
            );
        }
        count
    }

    /// `[a, b]` as a value.
    pub(super) fn list_value(
        &mut self,
        e: &ast::Expr,
        items: &[ast::Expr],
        want: Option<Kind>,
    ) -> Typed {
        let hint = want.and_then(elements).map(|(ty, _)| ty);
        let mut parts: Vec<Typed> = Vec::with_capacity(items.len());
        let mut ty = hint;
        for item in items {
            let typed = match hint {
                Some(ty) => self.expect_ty(item, ty, "each element of this list"),
                None => self.value(item, ty.map(|ty| ty.kind)),
            };
            if typed.is_error() {
                ty = Some(Ty::ERROR);
            } else if hint.is_none() {
                ty = Some(self.joined(item, ty, typed.ty()));
            }
            parts.push(typed);
        }
        let length = self.list_length(e.span, items.len() as i128);
        let domain = self.meet(&parts.iter().collect::<Vec<_>>());
        if parts.iter().any(Typed::is_error) {
            return Typed::error(e.span);
        }
        let (Some(ty), Some(length)) = (ty.filter(|ty| !ty.is_error()), length) else {
            return Typed::error(e.span);
        };
        let items = parts.into_iter().map(|part| part.expr).collect();
        self.as_list(e, ExprKind::List(items), (ty, length)).at(domain)
    }

    /// The type of a list's elements with one more of them.
    fn joined(&mut self, item: &ast::Expr, known: Option<Ty>, ty: Ty) -> Ty {
        let Some(known) = known.filter(|known| !known.is_error()) else { return ty };
        if let Some(kind) = known.kind.join(ty.kind) {
            return Ty::of(kind);
        }
        self.mismatch(item, ty, known, "each element of a list");
        Ty::ERROR
    }

    /// `[x; 4]`
    pub(super) fn repeated(
        &mut self,
        e: &ast::Expr,
        value: &ast::Expr,
        length: &ast::Int,
        want: Option<Kind>,
    ) -> Typed {
        let hint = want.and_then(elements).map(|(ty, _)| ty);
        let typed = match hint {
            Some(ty) => self.expect_ty(value, ty, "each element of this list"),
            None => self.value(value, None),
        };
        let count = self.list_length(length.span, i128::from(length.value));
        let (false, Some(count)) = (typed.is_error(), count) else {
            return Typed::error(e.span);
        };
        let (ty, domain) = (hint.unwrap_or(typed.ty()), typed.domain);
        self.as_list(e, ExprKind::Repeat(Box::new(typed.expr), count), (ty, count)).at(domain)
    }

    fn as_list(&mut self, e: &ast::Expr, kind: ExprKind, (ty, length): (Ty, u16)) -> Typed {
        match Elem::of(ty) {
            Some(elem) => Typed::new(kind, Ty::of(Kind::List(elem, length)), e.span),
            None => self.stray(e.span, "a list of these", "`x in [a, b]` or `for x in [a, b]`"),
        }
    }

    /// `w[i]`: one element. `list` is what stands before the brackets.
    pub(super) fn element(
        &mut self,
        e: &ast::Expr,
        base: &ast::Expr,
        list: Typed,
        index: &ast::Expr,
    ) -> Typed {
        let Some((ty, length)) = elements(list.kind()) else { return Typed::error(e.span) };
        let Some(at) = self.place_in(base, index, length) else { return Typed::error(e.span) };
        let domain = self.meet(&[&list, &at]);
        let kind = ExprKind::Element { list: Box::new(list.expr), index: Box::new(at.expr) };
        Typed::new(kind, ty, e.span).at(domain)
    }

    /// A place in a list, proven to lie inside.
    fn place_in(&mut self, base: &ast::Expr, index: &ast::Expr, length: u16) -> Option<Typed> {
        let at = self.expect(index, Kind::Int, "the place in a list");
        if at.is_error() {
            return None;
        }
        let (low, high) = self.reach(&at.expr);
        let last = i64::from(length) - 1;
        if low >= 0 && high <= last {
            return Some(at);
        }
        let (name, text) = (quoted(base), quoted(index));
        let outside = high < 0 || low > last;
        let message = if outside {
            format!("`{name}` has no element `{text}`")
        } else {
            format!("`{text}` may lie outside of `{name}`")
        };
        let known = match (low, high) {
            (low, high) if low == high => format!("this is {low}"),
            (i64::MIN, i64::MAX) => "nothing says between which numbers it lies".to_owned(),
            (i64::MIN, high) => format!("at most {high}"),
            (low, i64::MAX) => format!("at least {low}"),
            (low, high) => format!("between {low} and {high}"),
        };
        let mut diagnostic =
            Diagnostic::new(Code::E0119, index.span, message).here(known).why(format!(
                "its {length} elements are numbered from 0 to {last}; there is no value beside them"
            ));
        if outside {
            diagnostic = diagnostic.fix(format!("use a number from 0 to {last}"));
        } else {
            let whole = matches!(index.kind, ast::ExprKind::Binary { .. });
            let dividend = if whole { format!("({text})") } else { text.clone() };
            diagnostic = diagnostic.fix_replace(
                format!("go round in it: `{name}[{dividend} % {length}]`"),
                index.span,
                format!("{dividend} % {length}"),
            );
            if self.body.place == Place::Handler {
                diagnostic = diagnostic.fix(format!(
                    "guard it: `require {text} in 0..{last} else \"no such element\"`"
                ));
            }
            diagnostic = diagnostic.fix(format!("stay inside: `clamp({text}, 0, {last})`"));
        }
        self.out.push(diagnostic);
        None
    }

    /// The element that a `set` names, with the type of its value.
    pub(super) fn set_place(
        &mut self,
        it: &ast::SetStmt,
        state: StateId,
        index: Option<&ast::Expr>,
    ) -> Option<(Option<Expr>, Ty)> {
        let ty = self.st.states.get(state.index())?.ty;
        let Some(index) = index else { return Some((None, ty)) };
        let Some((elem, length)) = elements(ty.kind) else {
            if !ty.is_error() {
                self.out.push(
                    Diagnostic::new(
                        Code::E0107,
                        index.span,
                        format!("`{}` is a single value", it.name.name),
                    )
                    .here("nothing to choose from")
                    .why("only lists, and state that is kept `per` a universe, have an index")
                    .fix(format!("write `set {} = ...`", it.name.name)),
                );
            }
            return None;
        };
        let base = ast::Expr { kind: ast::ExprKind::Ident(it.name.clone()), span: it.name.span };
        let at = self.place_in(&base, index, length)?;
        Some((Some(at.expr), elem))
    }

    /// A list where one value is needed.
    pub(super) fn not_one_value(&mut self, e: &ast::Expr, kind: Kind) -> Typed {
        let noun = self.a(Ty::of(kind));
        let text = quoted(e);
        self.out.push(
            Diagnostic::new(Code::E0101, e.span, format!("{noun} is not a single value"))
                .here("several values at once")
                .why("only its elements can be computed with, compared and printed")
                .fix(format!("name one of them: `{text}[0]`"))
                .fix(format!("go through all of them: `for x in {text} {{ ... }}`")),
        );
        Typed::error(e.span)
    }

    /// A stream is a single value, so that `x[n]` on it can only mean its history.
    pub(super) fn list_stream(&mut self, span: Span, what: &str) {
        self.out.push(
            Diagnostic::new(Code::E0223, span, format!("{what} is a single value, not a list"))
                .here("a list")
                .why("on a stream `x[n]` is its value n ticks ago; a list has no history")
                .fix("give each element a `let` of its own")
                .fix("or make the list where it is used, in a handler: `let w = [a, b]`"),
        );
    }
}
