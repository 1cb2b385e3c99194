//! Constructs of the syntax tree.

use strat_dsl::ast::{
    Arg, BinaryOp, Block, CancelTarget, Condition, Direction, Expectation, Expr, ExprKind, File,
    Gaps, Handler, Item, Let, Member, Node, NodeStmt, Order, OrderOption, OrderOptionKind,
    OrderPrice, Pattern, Prop, PropStep, Quote, Side, State, Stmt, Strategy, Target, TargetGoal,
    Test, TestEvent, TestStep, Text, TextPart, Tif, Trigger, Type, TypeKind, UnaryOp, Unit, Via,
    ViaKind,
};

use super::{Coverage, constructs};

constructs!(item, ITEMS, Item, "item", {
    import: Item::Import(_),
    strategy: Item::Strategy(_),
    node: Item::Node(_),
    func: Item::Func(_),
    r#enum: Item::Enum(_),
    words: Item::Words(_),
    test: Item::Test(_),
    prop: Item::Prop(_),
    #[never = "not read"]
    error: Item::Error(_),
});

constructs!(member, MEMBERS, Member, "member", {
    version: Member::Version(_),
    venue: Member::Venue(_),
    param: Member::Param(_),
    constraint: Member::Constraint(_),
    instrument: Member::Instrument(_),
    universe: Member::Universe(_),
    clock: Member::Clock(_),
    r#let: Member::Let(_),
    state: Member::State(_),
    words: Member::Words(_),
    r#enum: Member::Enum(_),
    node: Member::Node(_),
    func: Member::Func(_),
    risk: Member::Risk(_),
    migrate: Member::Migrate(_),
    handler: Member::Handler(_),
    on_fault: Member::OnFault(_),
    needs: Member::Needs(_),
    warm: Member::Warm(_),
    #[never = "not read"]
    error: Member::Error(_),
});

constructs!(node_stmt, NODE_STMTS, NodeStmt, "node_stmt", {
    state: NodeStmt::State(_),
    r#let: NodeStmt::Let(_),
    next: NodeStmt::Next(_),
    r#yield: NodeStmt::Yield { .. },
    #[never = "not read"]
    error: NodeStmt::Error(_),
});

constructs!(trigger, TRIGGERS, Trigger, "trigger", {
    every: Trigger::Every { .. },
    enter: Trigger::Enter(_),
    leave: Trigger::Leave(_),
    event: Trigger::Event { .. },
    #[never = "not read"]
    error: Trigger::Error(_),
});

constructs!(stmt, STMTS, Stmt, "stmt", {
    r#let: Stmt::Let(_),
    require: Stmt::Require(_),
    set: Stmt::Set(_),
    r#if: Stmt::If(_),
    r#match: Stmt::Match(_),
    r#for: Stmt::For(_),
    quote: Stmt::Quote(_),
    together: Stmt::Together(_),
    order: Stmt::Order(_),
    target: Stmt::Target(_),
    cancel: Stmt::Cancel(_),
    log: Stmt::Log(_),
    alert: Stmt::Alert(_),
    halt: Stmt::Halt(_),
    #[never = "not read"]
    error: Stmt::Error(_),
});

constructs!(condition, CONDITIONS, Condition, "condition", {
    expr: Condition::Expr(_),
    r#let: Condition::Let { .. },
});

constructs!(pattern, PATTERNS, Pattern, "pattern", {
    path: Pattern::Path { .. },
    any: Pattern::Any(_),
    #[never = "not read"]
    error: Pattern::Error(_),
});

constructs!(price, PRICES, OrderPrice, "price", {
    market: OrderPrice::Market(_),
    limit: OrderPrice::Limit(_),
});

constructs!(side, SIDES, Side, "side", {
    buy: Side::Buy,
    sell: Side::Sell,
});

constructs!(option, OPTIONS, OrderOptionKind, "option", {
    post_only: OrderOptionKind::PostOnly,
    reduce_only: OrderOptionKind::ReduceOnly,
    tif: OrderOptionKind::Tif(_),
    #[never = "not drawn by the generator"]
    stop: OrderOptionKind::Stop { .. },
    #[never = "not drawn by the generator"]
    trail: OrderOptionKind::Trail { .. },
    #[never = "not drawn by the generator"]
    take_profit: OrderOptionKind::TakeProfit { .. },
    #[never = "not drawn by the generator"]
    stop_loss: OrderOptionKind::StopLoss { .. },
    r#as: OrderOptionKind::As(_),
    #[never = "not drawn by the generator"]
    via: OrderOptionKind::Via(_),
    each_time: OrderOptionKind::EachTime(_),
    else_cancel: OrderOptionKind::ElseCancel,
    because: OrderOptionKind::Because(_),
});

constructs!(tif, TIFS, Tif, "tif", {
    gtc: Tif::Gtc,
    fok: Tif::Fok,
    fak: Tif::Fak,
    ioc: Tif::Ioc,
    day: Tif::Day,
    gtd: Tif::Gtd(_),
});

constructs!(goal, GOALS, TargetGoal, "goal", {
    flat: TargetGoal::Flat(_),
    long: TargetGoal::Long(_),
    short: TargetGoal::Short(_),
    size: TargetGoal::Size(_),
    notional: TargetGoal::Notional(_),
    weight: TargetGoal::Weight(_),
});

constructs!(via, VIAS, ViaKind, "via", {
    passive: ViaKind::Passive,
    cross: ViaKind::Cross,
    twap: ViaKind::Twap(_),
});

constructs!(cancel, CANCELS, CancelTarget, "cancel", {
    all: CancelTarget::All(_),
    of: CancelTarget::Of(_),
});

constructs!(direction, DIRECTIONS, Direction, "direction", {
    asc: Direction::Asc,
    desc: Direction::Desc,
});

constructs!(gaps, GAPS, Gaps, "gaps", {
    carry: Gaps::Carry,
    skip: Gaps::Skip,
    halt: Gaps::Halt,
});

constructs!(type_kind, TYPES, TypeKind, "type", {
    named: TypeKind::Named { .. },
    ratio: TypeKind::Ratio { .. },
    #[never = "lists are not drawn yet"]
    array: TypeKind::Array { .. },
    #[never = "not read"]
    error: TypeKind::Error,
});

constructs!(expr_kind, EXPRS, ExprKind, "expr", {
    number: ExprKind::Number(_),
    quantity: ExprKind::Quantity { .. },
    text: ExprKind::Text(_),
    bool: ExprKind::Bool(_),
    none: ExprKind::None,
    ident: ExprKind::Ident(_),
    field: ExprKind::Field { optional: false, .. },
    field_option: ExprKind::Field { optional: true, .. },
    call: ExprKind::Call { .. },
    index: ExprKind::Index { .. },
    unary: ExprKind::Unary { .. },
    binary: ExprKind::Binary { .. },
    range: ExprKind::Range { .. },
    r#in: ExprKind::In { .. },
    r#if: ExprKind::If { .. },
    list: ExprKind::List(_),
    #[never = "lists of one value are not drawn yet"]
    repeat: ExprKind::Repeat { .. },
    is_some: ExprKind::Is { some: true, .. },
    is_none: ExprKind::Is { some: false, .. },
    at_par: ExprKind::AsAtPar { .. },
    #[never = "not read"]
    error: ExprKind::Error,
});

constructs!(unary, UNARIES, UnaryOp, "unary", {
    neg: UnaryOp::Neg,
    not: UnaryOp::Not,
});

constructs!(binary, BINARIES, BinaryOp, "binary", {
    or: BinaryOp::Or,
    and: BinaryOp::And,
    eq: BinaryOp::Eq,
    ne: BinaryOp::Ne,
    lt: BinaryOp::Lt,
    le: BinaryOp::Le,
    gt: BinaryOp::Gt,
    ge: BinaryOp::Ge,
    has_any: BinaryOp::HasAny,
    has_word: BinaryOp::HasWord,
    or_else: BinaryOp::OrElse,
    add: BinaryOp::Add,
    sub: BinaryOp::Sub,
    mul: BinaryOp::Mul,
    div: BinaryOp::Div,
    div_option: BinaryOp::DivOption,
    rem: BinaryOp::Rem,
});

constructs!(unit, UNITS, Unit, "unit", {
    usd: Unit::Usd,
    shares: Unit::Shares,
    coins: Unit::Coins,
    lots: Unit::Lots,
    bps: Unit::Bps,
    percent: Unit::Percent,
    x: Unit::X,
    ms: Unit::Ms,
    us: Unit::Us,
    s: Unit::S,
    m: Unit::M,
    h: Unit::H,
    d: Unit::D,
});

constructs!(text_part, TEXT_PARTS, TextPart, "text", {
    literal: TextPart::Literal(_),
    expr: TextPart::Expr(_),
});

constructs!(test_step, TEST_STEPS, TestStep, "test_step", {
    with: TestStep::With(_),
    market: TestStep::Market { .. },
    at: TestStep::At { .. },
    #[never = "not read"]
    error: TestStep::Error(_),
});

constructs!(test_event, TEST_EVENTS, TestEvent, "test_event", {
    book: TestEvent::Book { .. },
    fill: TestEvent::Fill { .. },
    trade: TestEvent::Trade { .. },
    bar: TestEvent::Bar { .. },
    expect: TestEvent::Expect(_),
    #[never = "not read"]
    error: TestEvent::Error(_),
});

constructs!(expectation, EXPECTATIONS, Expectation, "expect", {
    nothing: Expectation::Nothing { .. },
    order: Expectation::Order(_),
    target: Expectation::Target(_),
    quote: Expectation::Quote(_),
    condition: Expectation::Condition(_),
});

constructs!(prop_step, PROP_STEPS, PropStep, "prop_step", {
    forall: PropStep::Forall(_),
    always: PropStep::Always { .. },
    with: PropStep::With(_),
    #[never = "not read"]
    error: PropStep::Error(_),
});

/// Parts that stand or do not stand: `per`, `else`, `cold` and the like.
const PARTS: &[(&str, Option<&str>)] = &[
    ("part.title", None),
    ("part.import_by_path", None),
    ("part.import_names", None),
    ("part.range", None),
    ("part.step", None),
    ("part.order_by", None),
    ("part.take", None),
    ("part.where", None),
    ("part.let_per", None),
    ("part.let_type", None),
    ("part.let_else", None),
    ("part.state_per", None),
    ("part.optional_type", None),
    ("part.type_argument", None),
    ("part.binding", None),
    ("part.for_members", None),
    ("part.cold", None),
    ("part.named_argument", None),
    ("part.set_of_member", None),
    ("part.quote_side", None),
    ("part.short", Some("not drawn by the generator")),
];

pub(super) fn all() -> Vec<(&'static str, Option<&'static str>)> {
    let lists = [
        ITEMS,
        MEMBERS,
        NODE_STMTS,
        TRIGGERS,
        STMTS,
        CONDITIONS,
        PATTERNS,
        PRICES,
        SIDES,
        OPTIONS,
        TIFS,
        GOALS,
        VIAS,
        CANCELS,
        DIRECTIONS,
        GAPS,
        TYPES,
        EXPRS,
        UNARIES,
        BINARIES,
        UNITS,
        TEXT_PARTS,
        TEST_STEPS,
        TEST_EVENTS,
        EXPECTATIONS,
        PROP_STEPS,
        PARTS,
    ];
    lists.concat()
}

pub(super) fn file(file: &File, out: &mut Coverage) {
    for it in &file.items {
        out.met(item(it));
        match it {
            Item::Strategy(it) => strategy(it, out),
            Item::Node(it) => walk_node(it, out),
            Item::Func(it) => {
                it.params.iter().for_each(|field| ty(&field.ty, out));
                ty(&it.result, out);
                expr(&it.body, out);
            }
            Item::Test(it) => test(it, out),
            Item::Prop(it) => prop(it, out),
            Item::Import(it) if it.names.is_empty() => out.met("part.import_by_path"),
            Item::Import(_) => out.met("part.import_names"),
            Item::Enum(_) | Item::Words(_) | Item::Error(_) => {}
        }
    }
}

fn strategy(it: &Strategy, out: &mut Coverage) {
    if it.title.is_some() {
        out.met("part.title");
    }
    for it in &it.members {
        out.met(member(it));
        walk_member(it, out);
    }
}

fn walk_member(it: &Member, out: &mut Coverage) {
    match it {
        Member::Param(it) => {
            ty(&it.ty, out);
            expr(&it.default, out);
            if let Some(range) = &it.range {
                out.met("part.range");
                expr(&range.start, out);
                expr(&range.end, out);
                range.step.iter().for_each(|_| out.met("part.step"));
            }
        }
        Member::Constraint(it) => expr(&it.condition, out),
        Member::Instrument(it) => {
            expr(&it.source, out);
            it.short.iter().for_each(|_| out.met("part.short"));
        }
        Member::Universe(it) => {
            for key in &it.order {
                out.met("part.order_by");
                out.met(direction(&key.direction));
                expr(&key.key, out);
            }
            if let Some(take) = &it.take {
                out.met("part.take");
                expr(take, out);
            }
            for filter in &it.filters {
                out.met("part.where");
                expr(&filter.condition, out);
            }
        }
        Member::Clock(it) => {
            expr(&it.source, out);
            it.gaps.iter().for_each(|it| out.met(gaps(it)));
        }
        Member::Let(it) => walk_let(it, out),
        Member::State(it) => state(it, out),
        Member::Node(it) => walk_node(it, out),
        Member::Func(it) => expr(&it.body, out),
        Member::Risk(it) => it.rules.iter().for_each(|rule| expr(&rule.value, out)),
        Member::Migrate(it) => it.assignments.iter().for_each(|it| expr(&it.value, out)),
        Member::Handler(it) => handler(it, out),
        Member::Warm(it) => expr(&it.weight, out),
        Member::Version(_)
        | Member::Venue(_)
        | Member::Words(_)
        | Member::Enum(_)
        | Member::OnFault(_)
        | Member::Needs(_)
        | Member::Error(_) => {}
    }
}

fn walk_let(it: &Let, out: &mut Coverage) {
    it.per.iter().for_each(|_| out.met("part.let_per"));
    it.otherwise.iter().for_each(|_| out.met("part.let_else"));
    if let Some(written) = &it.ty {
        out.met("part.let_type");
        ty(written, out);
    }
    expr(&it.value, out);
}

fn state(it: &State, out: &mut Coverage) {
    it.per.iter().for_each(|_| out.met("part.state_per"));
    ty(&it.ty, out);
    expr(&it.initial, out);
}

fn ty(it: &Type, out: &mut Coverage) {
    out.met(type_kind(&it.kind));
    if it.optional {
        out.met("part.optional_type");
    }
    if let TypeKind::Named { args, .. } = &it.kind {
        for _ in args {
            out.met("part.type_argument");
        }
    }
}

fn walk_node(it: &Node, out: &mut Coverage) {
    it.params.iter().for_each(|field| ty(&field.ty, out));
    for line in &it.body {
        out.met(node_stmt(line));
        match line {
            NodeStmt::State(it) => state(it, out),
            NodeStmt::Let(it) => walk_let(it, out),
            NodeStmt::Next(it) => expr(&it.value, out),
            NodeStmt::Yield { value, .. } => expr(value, out),
            NodeStmt::Error(_) => {}
        }
    }
}

fn handler(it: &Handler, out: &mut Coverage) {
    out.met(trigger(&it.trigger));
    match &it.trigger {
        Trigger::Every { interval, .. } => expr(interval, out),
        Trigger::Event { args, .. } => walk_args(args, out),
        Trigger::Enter(_) | Trigger::Leave(_) | Trigger::Error(_) => {}
    }
    it.binding.iter().for_each(|_| out.met("part.binding"));
    it.members.iter().for_each(|_| out.met("part.for_members"));
    it.cold.iter().for_each(|_| out.met("part.cold"));
    block(&it.body, out);
}

fn block(it: &Block, out: &mut Coverage) {
    for it in &it.stmts {
        out.met(stmt(it));
        walk_stmt(it, out);
    }
}

fn walk_stmt(it: &Stmt, out: &mut Coverage) {
    match it {
        Stmt::Let(it) => walk_let(it, out),
        Stmt::Require(it) => expr(&it.condition, out),
        Stmt::Set(it) => {
            it.indices.iter().for_each(|_| out.met("part.set_of_member"));
            expr(&it.value, out);
        }
        Stmt::If(it) => {
            for branch in &it.branches {
                out.met(condition(&branch.condition));
                match &branch.condition {
                    Condition::Expr(it) | Condition::Let { value: it, .. } => expr(it, out),
                }
                block(&branch.body, out);
            }
            it.otherwise.iter().for_each(|it| block(it, out));
        }
        Stmt::Match(it) => {
            expr(&it.value, out);
            for arm in &it.arms {
                out.met(pattern(&arm.pattern));
                block(&arm.body, out);
            }
        }
        Stmt::For(it) => {
            expr(&it.list, out);
            block(&it.body, out);
        }
        Stmt::Quote(it) => quote(it, out),
        Stmt::Together(it) => block(&it.body, out),
        Stmt::Order(it) => order(it, out),
        Stmt::Target(it) => target(it, out),
        Stmt::Cancel(it) => out.met(cancel(&it.target)),
        Stmt::Log(it) | Stmt::Alert(it) | Stmt::Halt(it) => text(&it.text, out),
        Stmt::Error(_) => {}
    }
}

fn order(it: &Order, out: &mut Coverage) {
    out.met(side(&it.side));
    expr(&it.instrument, out);
    expr(&it.quantity, out);
    if let Some(it) = &it.price {
        out.met(price(it));
        if let OrderPrice::Limit(it) = it {
            expr(it, out);
        }
    }
    options(&it.options, out);
}

fn quote(it: &Quote, out: &mut Coverage) {
    for it in &it.sides {
        out.met("part.quote_side");
        expr(&it.price, out);
        expr(&it.size, out);
    }
    options(&it.options, out);
}

fn target(it: &Target, out: &mut Coverage) {
    out.met(goal(&it.goal));
    match &it.goal {
        TargetGoal::Flat(_) => {}
        TargetGoal::Long(it)
        | TargetGoal::Short(it)
        | TargetGoal::Size(it)
        | TargetGoal::Notional(it)
        | TargetGoal::Weight(it) => expr(it, out),
    }
    it.via.iter().for_each(|Via { kind, .. }| out.met(via(kind)));
}

fn options(all: &[OrderOption], out: &mut Coverage) {
    for it in all {
        out.met(option(&it.kind));
        if let OrderOptionKind::Tif(it) = &it.kind {
            out.met(tif(it));
            if let Tif::Gtd(it) = it {
                expr(it, out);
            }
        }
    }
}

fn walk_args(args: &[Arg], out: &mut Coverage) {
    for arg in args {
        arg.name.iter().for_each(|_| out.met("part.named_argument"));
        expr(&arg.value, out);
    }
}

fn text(it: &Text, out: &mut Coverage) {
    for part in &it.parts {
        out.met(text_part(part));
        if let TextPart::Expr(it) = part {
            expr(it, out);
        }
    }
}

fn expr(it: &Expr, out: &mut Coverage) {
    out.met(expr_kind(&it.kind));
    match &it.kind {
        ExprKind::Quantity { unit: it, .. } => out.met(unit(it)),
        ExprKind::Text(it) => text(it, out),
        ExprKind::Field { base, .. } => expr(base, out),
        ExprKind::Call { callee, args } => {
            expr(callee, out);
            walk_args(args, out);
        }
        ExprKind::Index { base, index } => {
            expr(base, out);
            expr(index, out);
        }
        ExprKind::Unary { op, operand, .. } => {
            out.met(unary(op));
            expr(operand, out);
        }
        ExprKind::Binary { op, left, right, .. } => {
            out.met(binary(op));
            expr(left, out);
            expr(right, out);
        }
        ExprKind::Range { start, end } => {
            expr(start, out);
            expr(end, out);
        }
        ExprKind::In { value, set, .. } => {
            expr(value, out);
            expr(set, out);
        }
        ExprKind::If { cases, otherwise } => {
            for case in cases {
                expr(&case.condition, out);
                expr(&case.value, out);
            }
            expr(otherwise, out);
        }
        ExprKind::List(items) => items.iter().for_each(|it| expr(it, out)),
        ExprKind::Is { value, .. }
        | ExprKind::AsAtPar { value, .. }
        | ExprKind::Repeat { value, .. } => expr(value, out),
        ExprKind::Number(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Ident(_)
        | ExprKind::Error => {}
    }
}

fn test(it: &Test, out: &mut Coverage) {
    for step in &it.steps {
        out.met(test_step(step));
        let TestStep::At { event, .. } = step else { continue };
        out.met(test_event(event));
        let TestEvent::Expect(it) = &**event else { continue };
        out.met(expectation(it));
        match it {
            Expectation::Order(it) => order(it, out),
            Expectation::Target(it) => target(it, out),
            Expectation::Quote(it) => quote(it, out),
            Expectation::Condition(it) => expr(it, out),
            Expectation::Nothing { .. } => {}
        }
    }
}

fn prop(it: &Prop, out: &mut Coverage) {
    for step in &it.steps {
        out.met(prop_step(step));
        match step {
            PropStep::Forall(it) => expr(&it.source, out),
            PropStep::Always { condition, .. } => expr(condition, out),
            PropStep::With(_) | PropStep::Error(_) => {}
        }
    }
}
