//! Statements of handlers.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::ReasonKind;

use super::literal::fold;
use super::say::quoted;
use super::scope::{Entity, nearest};
use super::sign::Sign;
use super::{Checker, Place, Typed};
use crate::hir::bounds::int_bounds;
use crate::hir::{self, ExprKind, ForOver, Kind, Of, Reason, Say, Stmt, StmtKind, TextPart, Ty};
use crate::ir::{Level, LocalId, StateId};

/// The most rounds of a `for` over numbers.
const ROUNDS_MAX: i64 = 10_000;
/// How deep blocks may nest.
const NESTING_MAX: u32 = 64;

/// The most branches of one `if`.
const BRANCHES_MAX: usize = 200;

impl Checker {
    /// A block with a scope of its own.
    pub(super) fn block(&mut self, it: &ast::Block) -> Vec<Stmt> {
        if self.nesting >= NESTING_MAX {
            self.out.push(
                Diagnostic::new(Code::E0903, it.span, "blocks are nested too deeply")
                    .here("from here on")
                    .why("each level needs memory while the strategy is compiled and run")
                    .fix("join conditions with `and`, or use `match`"),
            );
            return Vec::new();
        }
        self.nesting += 1;
        let stmts = self.scoped(|s| {
            let mut out = Vec::new();
            for stmt in &it.stmts {
                s.stmt(stmt, &mut out);
            }
            out
        });
        self.nesting -= 1;
        stmts
    }

    fn stmt(&mut self, stmt: &ast::Stmt, out: &mut Vec<Stmt>) {
        let kind = match stmt {
            ast::Stmt::Let(it) => self.let_stmt(it),
            ast::Stmt::Require(it) => self.require(it),
            ast::Stmt::Set(it) => self.set(it),
            ast::Stmt::If(it) => self.if_stmt(it),
            ast::Stmt::Match(it) => self.match_stmt(it),
            ast::Stmt::For(it) => self.for_stmt(it),
            ast::Stmt::Quote(it) => self.quote_stmt(it),
            ast::Stmt::Together(it) => {
                let body = self.block(&it.body);
                self.only_intents(&it.body);
                Some(StmtKind::Together(body))
            }
            ast::Stmt::Order(it) => self.order(it),
            ast::Stmt::Target(it) => self.target(it),
            ast::Stmt::Cancel(it) => self.cancel(it),
            ast::Stmt::Log(it) => self.say(it, Level::Log),
            ast::Stmt::Alert(it) => self.say(it, Level::Alert),
            ast::Stmt::Halt(it) => self.say(it, Level::Halt),
            ast::Stmt::Error(_) => None,
        };
        if let Some(kind) = kind {
            out.push(Stmt { kind, span: stmt.span() });
        }
    }

    /// `together` promises all or none of its orders; a nested one has nothing to add.
    fn only_intents(&mut self, body: &ast::Block) {
        for stmt in &body.stmts {
            if let ast::Stmt::Together(inner) = stmt {
                self.out.push(
                    Diagnostic::new(Code::E0902, inner.span, "`together` inside `together`")
                        .here("already all or none")
                        .why("the outer block binds these orders, too")
                        .fix("remove the inner `together`"),
                );
            }
        }
    }

    /// A guard's reason: a fixed text.
    pub(super) fn reason(&mut self, text: &ast::Text, kind: ReasonKind) -> Reason {
        if text.parts.iter().any(|part| matches!(part, ast::TextPart::Expr(_))) {
            self.unsupported(
                text.span,
                "a reason with values in it",
                "write a fixed text; `log` can print values",
            );
        }
        Reason { kind, text: Some(text.value.clone()), span: text.span }
    }

    fn let_stmt(&mut self, it: &ast::Let) -> Option<StmtKind> {
        if let Some(per) = &it.per {
            self.out.push(
                Diagnostic::new(Code::E0902, per.span, "a handler's `let` is not kept per member")
                    .here("`per` belongs to the strategy's own declarations")
                    .why("a local variable lives for one reaction")
                    .fix("remove `per`, or declare a `state`"),
            );
        }
        let want = it.ty.as_ref().map(|ty| self.ty(ty));
        let typed = match (want, &it.otherwise) {
            (Some(ty), None) => self.expect_ty(&it.value, ty, "the value"),
            (want, _) => self.expr(&it.value, want.map(|ty| ty.kind)),
        };
        if let (Kind::Bar(clock, member, _), false) = (typed.kind(), typed.ty().optional) {
            self.declare(&it.name, Entity::Bar(clock, member));
            return None;
        }
        let typed = if typed.is_error() || typed.kind().cell().is_some() {
            typed
        } else {
            self.value(&it.value, None)
        };
        if typed.is_error() {
            self.declare(&it.name, Entity::Broken);
            return None;
        }
        let sign = self.sign(&typed.expr);
        let Some(text) = &it.otherwise else {
            let local = self.local(&it.name.name, typed.ty(), sign, it.name.span);
            self.declare(&it.name, Entity::Local(local));
            return Some(StmtKind::Let(local, typed.expr));
        };
        let reason = self.reason(text, ReasonKind::Guard);
        if !typed.ty().optional {
            self.always_there(&it.value, "this `else` is never taken");
        }
        if let Some(want) = want
            && want.kind.join(typed.kind()).is_none()
        {
            self.mismatch(&it.value, typed.ty(), want, "the value");
        }
        let local = self.local(&it.name.name, Ty::of(typed.kind()), sign, it.name.span);
        self.declare(&it.name, Entity::Local(local));
        Some(StmtKind::Open(local, typed.expr, reason))
    }

    fn require(&mut self, it: &ast::Require) -> Option<StmtKind> {
        let typed = self.condition(&it.condition);
        let reason = match &it.otherwise {
            Some(text) => self.reason(text, ReasonKind::Guard),
            None => {
                self.out.push(
                    Diagnostic::new(Code::W0102, it.span, "this guard has no reason")
                        .here("the trace will show the condition itself")
                        .why("\"why did it not trade?\" is answered with these texts")
                        .fix(format!("add one: `require {} else \"...\"`", quoted(&it.condition))),
                );
                Reason { kind: ReasonKind::Guard, text: None, span: it.condition.span }
            }
        };
        if typed.is_error() {
            return None;
        }
        self.assume(&typed.expr, true);
        Some(StmtKind::Require(typed.expr, reason))
    }

    fn set(&mut self, it: &ast::SetStmt) -> Option<StmtKind> {
        let found = self.find(&it.name.name).map(|n| n.entity);
        let Some(Entity::State(state)) = found else {
            self.expr(&it.value, None);
            if found != Some(Entity::Broken) {
                self.only_state(&it.name);
            }
            return None;
        };
        let member = self.set_member(it, state)?;
        let ty = self.st.states.get(state.index())?.ty;
        let what = format!("`{}`", it.name.name);
        let value = self.expect_ty(&it.value, ty, &what);
        self.body.writes.push((state, it.name.span));
        let mark = format!("t{}.", state.0);
        self.body.facts.retain(|(key, _)| !key.contains(&mark));
        if value.is_error() {
            return None;
        }
        Some(StmtKind::Set { state, member, value: value.expr })
    }

    /// The member whose state is set; `None` if the statement is wrong.
    fn set_member(&mut self, it: &ast::SetStmt, state: StateId) -> Option<Option<hir::Expr>> {
        let per = self.st.state_per.contains_key(&state);
        match (&it.index, per) {
            (None, false) => Some(None),
            (Some(index), true) => self.state_member(&it.name, state, index).map(Some),
            (None, true) => {
                self.expr(&it.value, None);
                self.out.push(
                    Diagnostic::new(
                        Code::E0107,
                        it.name.span,
                        format!("`{}` has a value per member; say whose", it.name.name),
                    )
                    .here("of which member?")
                    .why("each member of the universe has a value of its own")
                    .fix(format!("write `set {}[m] = ...`", it.name.name)),
                );
                None
            }
            (Some(index), false) => {
                self.expr(&it.value, None);
                self.out.push(
                    Diagnostic::new(
                        Code::E0107,
                        index.span,
                        format!("`{}` is a single value", it.name.name),
                    )
                    .here("nothing to choose from")
                    .why("only state that is kept `per` a universe has an index")
                    .fix(format!("write `set {} = ...`", it.name.name)),
                );
                None
            }
        }
    }

    pub(super) fn only_state(&mut self, name: &ast::Ident) {
        if self.find(&name.name).is_none() {
            let near =
                self.suggest(&name.name, |e| matches!(e, Entity::State(_) | Entity::NodeState(_)));
            self.unknown(name, "state", near);
            return;
        }
        self.out.push(
            Diagnostic::new(
                Code::E0113,
                name.span,
                format!("`{}` cannot be set: it is no state", name.name),
            )
            .here("not a state")
            .why("everything else follows from its definition")
            .fix(format!("declare a state: `state {}_now: ... = ...`", name.name)),
        );
    }

    fn if_stmt(&mut self, it: &ast::IfStmt) -> Option<StmtKind> {
        let facts = self.body.facts.len();
        if let Some(beyond) = it.branches.get(BRANCHES_MAX) {
            self.too_many_branches(beyond.body.span);
        }
        let mut branches: Vec<(Branch, Vec<Stmt>, Span)> = Vec::new();
        for branch in it.branches.iter().take(BRANCHES_MAX) {
            let before = self.body.facts.len();
            let (head, body) = self.scoped(|s| {
                let head = s.branch(&branch.condition);
                if let Branch::Plain(Some(cond)) = &head {
                    s.assume(cond, true);
                }
                let body = s.conditionally("in `if`", it.span, |s| s.block(&branch.body));
                (head, body)
            });
            self.body.facts.truncate(before);
            if let Branch::Plain(Some(cond)) = &head {
                self.assume(cond, false);
            }
            branches.push((head, body, branch.body.span));
        }
        let mut other = match &it.otherwise {
            Some(block) => self.conditionally("in `if`", it.span, |s| s.block(block)),
            None => Vec::new(),
        };
        self.body.facts.truncate(facts);
        let mut kind = None;
        while let Some((head, then, span)) = branches.pop() {
            if let Some(inner) = kind.take() {
                other = vec![Stmt { kind: inner, span }];
            }
            kind = match head {
                Branch::Plain(Some(cond)) => {
                    Some(StmtKind::If { cond, then, other: std::mem::take(&mut other) })
                }
                Branch::Let(Some((local, value))) => {
                    let other = std::mem::take(&mut other);
                    Some(StmtKind::IfLet { local, value, then, other })
                }
                Branch::Plain(None) | Branch::Let(None) => None,
            };
        }
        kind
    }

    /// Each `else if` stands inside the one before it.
    fn too_many_branches(&mut self, span: Span) {
        self.out.push(
            Diagnostic::new(
                Code::E0903,
                span,
                format!("an `if` has at most {BRANCHES_MAX} branches"),
            )
            .here("one too many")
            .why("they are nested in each other, and the depth is bounded")
            .fix("use `match`, a range of numbers, or several `if`s"),
        );
    }

    fn branch(&mut self, condition: &ast::Condition) -> Branch {
        match condition {
            ast::Condition::Expr(e) => {
                let typed = self.condition(e);
                Branch::Plain((!typed.is_error()).then_some(typed.expr))
            }
            ast::Condition::Let { name, value, .. } => {
                let typed = self.expr(value, None);
                if typed.is_error() {
                    self.declare(name, Entity::Broken);
                    return Branch::Let(None);
                }
                if !typed.ty().optional {
                    self.always_there(value, "there is nothing to ask");
                    self.declare(name, Entity::Broken);
                    return Branch::Let(None);
                }
                let sign = self.sign(&typed.expr);
                let local = self.local(&name.name, Ty::of(typed.kind()), sign, name.span);
                self.declare(name, Entity::Local(local));
                Branch::Let(Some((local, typed.expr)))
            }
        }
    }

    fn match_stmt(&mut self, it: &ast::MatchStmt) -> Option<StmtKind> {
        let value = self.value(&it.value, None);
        let members: Vec<String> = match value.kind() {
            Kind::Enum(id) => self.hir.enums.get(id.index()).map(|e| e.members.clone())?,
            Kind::Error => Vec::new(),
            kind => {
                let noun = self.a(Ty::of(kind));
                self.out.push(
                    Diagnostic::new(
                        Code::E0112,
                        it.value.span,
                        format!("`match` needs an enum, but this is {noun}"),
                    )
                    .here(format!("this is {noun}"))
                    .why("only an enum has a fixed list of cases")
                    .fix("use `if` and `else if`"),
                );
                Vec::new()
            }
        };
        let known = matches!(value.kind(), Kind::Enum(_));
        let mut arms = Vec::new();
        let mut seen: Vec<(Option<u32>, Span)> = Vec::new();
        let mut broken = !known;
        for arm in &it.arms {
            let case = if known { self.case(&value, arm, &members, &mut seen) } else { None };
            let body = self.conditionally("in `match`", it.span, |s| s.block(&arm.body));
            match case {
                Some(case) => arms.push((case, body)),
                None => broken = true,
            }
        }
        if broken {
            return None;
        }
        let missing: Vec<&str> = members
            .iter()
            .zip(0_u32..)
            .filter(|(_, index)| !seen.iter().any(|(case, _)| *case == Some(*index)))
            .map(|(name, _)| name.as_str())
            .collect();
        if !missing.is_empty() && !seen.iter().any(|(case, _)| case.is_none()) {
            self.missing_cases(it, &missing);
            return None;
        }
        Some(StmtKind::Match { value: value.expr, arms })
    }

    fn missing_cases(&mut self, it: &ast::MatchStmt, missing: &[&str]) {
        self.out.push(
            Diagnostic::new(
                Code::E0112,
                it.value.span,
                format!("this `match` leaves out `{}`", missing.join("`, `")),
            )
            .here("not every case is covered")
            .why("a case that nobody thought of would do nothing, silently")
            .fix("add the case, or `_ -> { }` for the rest"),
        );
    }

    /// The index of the case that an arm names; `Some(None)` for the rest.
    fn case(
        &mut self,
        value: &Typed,
        arm: &ast::Arm,
        members: &[String],
        seen: &mut Vec<(Option<u32>, Span)>,
    ) -> Option<Option<u32>> {
        let (case, span) = match &arm.pattern {
            ast::Pattern::Any(span) => (None, *span),
            ast::Pattern::Error(_) => return None,
            ast::Pattern::Path { path, span } => {
                let name = path.last()?;
                if let [of, _] = path.as_slice() {
                    let entity = self.lookup(&of.name);
                    if entity.is_some_and(|e| Entity::kind_of_enum(e) != Some(value.kind())) {
                        let noun = self.a(value.ty());
                        self.out.push(
                            Diagnostic::new(
                                Code::E0112,
                                *span,
                                format!("`{}` is not what is matched: that is {noun}", of.name),
                            )
                            .here("another enum")
                            .why("each case names a member of the enum that is matched")
                            .fix("name a case of that enum"),
                        );
                        return None;
                    }
                    if entity.is_none() {
                        let near = self.suggest(&of.name, |e| matches!(e, Entity::Enum(_)));
                        self.unknown(of, "enum", near);
                        return None;
                    }
                }
                let Some(index) = members.iter().position(|m| *m == name.name) else {
                    let near = nearest(&name.name, members.iter().map(String::as_str));
                    let near = near.map(str::to_owned);
                    self.unknown(name, "case", near);
                    return None;
                };
                (Some(u32::try_from(index).unwrap_or(u32::MAX)), *span)
            }
        };
        let earlier = seen.iter().find(|(c, _)| *c == case || c.is_none()).map(|(_, at)| *at);
        if let Some(earlier) = earlier {
            self.out.push(
                Diagnostic::new(Code::E0112, span, "this case is covered already")
                    .here("never reached")
                    .label(earlier, "covered here")
                    .why("the first case that fits is taken")
                    .fix("remove one of them"),
            );
            return None;
        }
        seen.push((case, span));
        Some(case)
    }

    fn for_stmt(&mut self, it: &ast::ForStmt) -> Option<StmtKind> {
        self.scoped(|s| {
            let (local, over) = s.for_over(it)?;
            let body = s.conditionally("in `for`", it.span, |s| s.block(&it.body));
            let waits = s.waits_for(local);
            Some(StmtKind::For { local, over, waits, body })
        })
    }

    fn for_over(&mut self, it: &ast::ForStmt) -> Option<(LocalId, ForOver)> {
        match &it.list.kind {
            ast::ExprKind::List(items) => self.for_list(it, items),
            ast::ExprKind::Range { start, end } => {
                let low = self.expect(start, Kind::Int, "the start of a loop");
                let high = self.expect(end, Kind::Int, "the end of a loop");
                if low.is_error() || high.is_error() {
                    return self.broken_loop(it);
                }
                let rounds = int_bounds(&low.expr, &self.st.params)
                    .zip(int_bounds(&high.expr, &self.st.params))
                    .and_then(|((low, _), (_, high))| high.checked_sub(low));
                if rounds.is_none_or(|rounds| rounds >= ROUNDS_MAX) {
                    self.unbounded(it.list.span);
                    return self.broken_loop(it);
                }
                let local = self.local(&it.name.name, Ty::of(Kind::Int), Sign::ANY, it.name.span);
                self.declare(&it.name, Entity::Local(local));
                Some((local, ForOver::Range(low.expr, high.expr)))
            }
            _ => {
                let typed = self.expr(&it.list, None);
                match typed.kind() {
                    Kind::Universe(id) => {
                        let local = self.bind_member(&it.name);
                        self.st.member_of.insert(local, id);
                        Some((local, ForOver::Universe(id)))
                    }
                    Kind::Error => self.broken_loop(it),
                    _ => {
                        self.unbounded(it.list.span);
                        self.broken_loop(it)
                    }
                }
            }
        }
    }

    fn for_list(&mut self, it: &ast::ForStmt, items: &[ast::Expr]) -> Option<(LocalId, ForOver)> {
        let mut values: Vec<hir::Expr> = Vec::new();
        let mut kind: Option<Kind> = None;
        let mut failed = items.is_empty();
        for item in items {
            let typed = self.value(item, kind);
            if typed.is_error() {
                failed = true;
                continue;
            }
            let joined = kind.map_or(Some(typed.kind()), |have| have.join(typed.kind()));
            if joined.is_none() {
                let want = Ty::of(kind.unwrap_or(Kind::Error));
                self.mismatch(item, typed.ty(), want, "each element of a list");
                failed = true;
            }
            kind = kind.or(joined);
            values.push(typed.expr);
        }
        if items.is_empty() {
            self.unbounded(it.list.span);
        }
        let Some(kind) = kind.filter(|_| !failed) else { return self.broken_loop(it) };
        if let Kind::Instrument(_) = kind {
            return Some((self.bind_member(&it.name), ForOver::List(values)));
        }
        let local = self.local(&it.name.name, Ty::of(kind), Sign::ANY, it.name.span);
        self.declare(&it.name, Entity::Local(local));
        Some((local, ForOver::List(values)))
    }

    /// The body is judged all the same.
    fn broken_loop(&mut self, it: &ast::ForStmt) -> Option<(LocalId, ForOver)> {
        self.declare(&it.name, Entity::Broken);
        self.conditionally("in `for`", it.span, |s| s.block(&it.body));
        None
    }

    fn unbounded(&mut self, span: Span) {
        self.out.push(
            Diagnostic::new(Code::E0401, span, "a loop needs a bounded list")
                .here("neither a list nor a range with a known size")
                .why("every reaction must end in a known time")
                .fix(
                    "use `[a, b]`, a universe, or a range of literals and parameters with a range",
                ),
        );
    }

    fn cancel(&mut self, it: &ast::Cancel) -> Option<StmtKind> {
        let of = match &it.target {
            ast::CancelTarget::All(_) => return Some(StmtKind::Cancel(None)),
            ast::CancelTarget::Of(of) => of,
        };
        if let ast::ExprKind::Ident(name) = &of.kind
            && self.find(&name.name).is_none()
            && self.st.slot_names.contains_key(&name.name)
        {
            return self.cancel_slot(of, name);
        }
        let value = self.value(of, None);
        match value.kind() {
            Kind::Instrument(_) => Some(StmtKind::Cancel(Some(value.expr))),
            Kind::Error => None,
            _ => {
                let want = Ty::of(Kind::Instrument(Of::Any));
                self.mismatch(of, value.ty(), want, "what is cancelled");
                None
            }
        }
    }

    fn cancel_slot(&mut self, of: &ast::Expr, name: &ast::Ident) -> Option<StmtKind> {
        let ids = self.slots_named(name)?;
        let [id] = ids.as_slice() else {
            self.unsupported(of.span, "cancelling one quote by its name", "cancel the instrument");
            return None;
        };
        let instrument = self.st.slots.get(id.index()).map(|slot| slot.instrument);
        let expr = match (instrument, self.body.member) {
            (Some(Of::One(instrument)), _) => {
                let ty = Ty::of(Kind::Instrument(Of::One(instrument)));
                hir::Expr { kind: ExprKind::Instrument(instrument), ty, span: of.span }
            }
            (_, Some(member)) if self.body.place == Place::Handler => {
                self.read_local(member, of.span).expr
            }
            _ => {
                self.out.push(
                    Diagnostic::new(
                        Code::E0107,
                        of.span,
                        format!("the slot `{}` is of many instruments; say which", name.name),
                    )
                    .here("of which instrument?")
                    .why("an order statement has one slot per instrument")
                    .fix("cancel it where the member is at hand: `on ... for m in u { ... }`"),
                );
                return None;
            }
        };
        Some(StmtKind::Clear(*id, expr))
    }

    fn say(&mut self, it: &ast::Message, level: Level) -> Option<StmtKind> {
        let mut parts = Vec::new();
        let mut good = true;
        for part in &it.text.parts {
            match part {
                ast::TextPart::Literal(text) => parts.push(TextPart::Text(text.clone())),
                ast::TextPart::Expr(e) => {
                    let mut typed = self.expr(e, None);
                    if !typed.is_error() && typed.kind().cell().is_none() {
                        typed = self.value(e, None);
                    }
                    if let Kind::Level(_) | Kind::Book(_) | Kind::Position(_) | Kind::Exposure(_) =
                        typed.kind()
                    {
                        let noun = self.a(typed.ty());
                        self.out.push(
                            Diagnostic::new(
                                Code::E0101,
                                e.span,
                                format!("{noun} cannot be printed"),
                            )
                            .here("several values at once")
                            .why("a text shows single values")
                            .fix(format!("name a field: `{{{}.price}}`, `.size`", quoted(e))),
                        );
                        good = false;
                    }
                    good &= !typed.is_error();
                    parts.push(TextPart::Value(typed.expr));
                }
            }
        }
        good.then_some(StmtKind::Say(Say { level, parts }))
    }

    /// The exact value of a literal in fixed point, if that is all that is written.
    pub(super) fn literal_raw(e: &ast::Expr) -> Option<i64> {
        let value = fold(e)?;
        let up = 9_u32.checked_sub(value.scale)?;
        i64::try_from(value.digits.checked_mul(10_i128.checked_pow(up)?)?).ok()
    }
}

/// The head of a branch, checked.
enum Branch {
    Plain(Option<hir::Expr>),
    Let(Option<(LocalId, hir::Expr)>),
}

impl Entity {
    /// The type whose cases an enum names.
    fn kind_of_enum(self) -> Option<Kind> {
        match self {
            Self::Enum(id) => Some(Kind::Enum(id)),
            _ => None,
        }
    }
}
