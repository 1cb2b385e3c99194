//! The explanation for people: the strategy's own lines, with the values they had.

use std::fmt::Write as _;

use strat_compiler::interp::trace::{Check, Line, Value, What};
use strat_compiler::ir::{ExprId, Ir, Op, UniverseId};
use strat_dsl::{Source, Span};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, Manifest, ReasonId};
use strat_runtime::strategy::Strategy as _;

use super::ask::{Moment, Question};
use super::replay::{Step, Story};
use super::words;
use crate::trace::Case;

/// Reactions of one step that are shown, unless they are chosen.
const GROUPS_MAX: usize = 40;
/// Columns of a line of the strategy, at most.
const CODE_MAX: usize = 64;

/// One line of the explanation.
struct Row {
    line: String,
    code: String,
    values: String,
    verdict: &'static str,
}

/// Everything that is looked up while writing.
struct Page<'a> {
    ir: &'a Ir,
    source: &'a Source,
    manifest: &'a Manifest,
    question: &'a Question,
    out: String,
}

/// The whole text.
pub(crate) fn text(case: &Case, question: &Question, story: &Story) -> String {
    let manifest = case.prepared.interp.manifest();
    let source = &case.prepared.source;
    let mut page = Page { ir: &case.prepared.ir, source, manifest, question, out: String::new() };
    page.head(story);
    for step in &story.steps {
        page.step(step);
    }
    if story.more > 0 {
        page.put(&format!("\n{} more steps of this instant are not shown", story.more));
    }
    page.out
}

/// A text on one line.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: String) -> String {
    if text.chars().count() <= CODE_MAX {
        return text;
    }
    text.chars().take(CODE_MAX - 1).chain(['…']).collect()
}

/// The text of an expression with values in place of names.
pub(crate) fn filled_in(source: &Source, value: &Value) -> Option<String> {
    if value.parts.is_empty() {
        return None;
    }
    let mut text = String::new();
    let mut at = value.span.start;
    for (span, shown) in &value.parts {
        text.push_str(source.slice(Span { start: at, end: span.start }));
        text.push_str(&shown.short);
        at = span.end;
    }
    text.push_str(source.slice(Span { start: at, end: value.span.end }));
    Some(flat(&text))
}

impl Page<'_> {
    fn put(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn head(&mut self, story: &Story) {
        let title = format!(
            "{} v{}  {}  event #{}",
            self.manifest.name, self.manifest.version, story.time, story.event
        );
        self.put(&title);
        let moved = match self.question.moment {
            Moment::At(time) => time != story.time,
            Moment::Event(number) => number != story.event,
            Moment::FirstStop | Moment::LastStop | Moment::FirstOrder | Moment::LastOrder => false,
        };
        if moved {
            let note = format!(
                "no handler reacted at {}; this is the last reaction before it",
                self.question.asked
            );
            self.put(&note);
        }
    }

    fn step(&mut self, step: &Step) {
        let trigger = words::trigger(self.question, self.manifest, step.trigger);
        self.put(&format!("\n{trigger}"));
        if let Some(fault) = step.reaction.fault {
            let line = self.source.line_of(fault.at);
            let text = self.source.line_text(line).trim().to_owned();
            self.put(&format!("  FAULT      line {line}: {}", fault.kind));
            self.put(&format!("             {text}"));
            self.put("             everything that this step did was undone");
        }
        let (reacted, left_out) = groups(&step.lines);
        let wanted = |key: &&Key| {
            key.0.is_none_or(|id| self.question.wants_handler(id))
                && self.question.wants_instrument(key.1)
        };
        let reacted: Vec<Key> = reacted.iter().filter(wanted).copied().collect();
        let left_out: Vec<Key> = left_out.iter().filter(wanted).copied().collect();
        if reacted.is_empty() && left_out.is_empty() && step.reaction.fault.is_none() {
            self.put("  nothing of this step is about what was asked for: a market that is not");
            self.put("  trading is not looked at");
        }
        for (handler, about) in reacted.iter().take(GROUPS_MAX) {
            self.group(step, *handler, *about);
        }
        self.more(reacted.len(), "reactions");
        if self.question.instruments.is_some() {
            for (handler, about) in &left_out {
                self.group(step, *handler, *about);
            }
        } else {
            self.left_out(step, &left_out);
        }
    }

    fn more(&mut self, count: usize, what: &str) {
        if count > GROUPS_MAX {
            let rest = count - GROUPS_MAX;
            self.put(&format!("\n  and {rest} more {what}; choose with --instrument"));
        }
    }

    /// Instruments that a universe left out: the condition that did it.
    fn left_out(&mut self, step: &Step, keys: &[Key]) {
        if keys.is_empty() {
            return;
        }
        self.put("\n  left out by the universe");
        let mut rows = Vec::new();
        for (handler, about) in keys.iter().take(GROUPS_MAX) {
            let mut own = Vec::new();
            for line in &step.lines {
                if (line.handler, line.about) == (*handler, *about) {
                    self.rows(step, line, &mut own);
                }
            }
            let title = about.map(|id| words::instrument(self.question, self.manifest, id));
            rows.push(Self::note(title.unwrap_or_default()));
            let whole = |row: &Row| row.verdict == "NO" || row.code.starts_with("LEFT OUT  place");
            rows.extend(own.into_iter().filter(whole));
        }
        self.table(&rows);
        self.more(keys.len(), "instruments");
    }

    fn group(&mut self, step: &Step, handler: Option<HandlerId>, about: Option<InstrumentId>) {
        let key = (handler, about);
        let head = handler.and_then(|id| self.manifest.handlers.get(usize::from(id.0)));
        let head = head.map(|decl| format!("{} (line {})", decl.name, decl.line));
        let about = about.map(|id| words::instrument(self.question, self.manifest, id));
        let title: Vec<String> = head.into_iter().chain(about).collect();
        self.put(&format!("\n  {}", title.join("  ")));
        let lines = step.lines.iter().filter(|line| (line.handler, line.about) == key);
        let mut rows = Vec::new();
        for line in lines {
            self.rows(step, line, &mut rows);
        }
        self.table(&rows);
    }

    fn table(&mut self, rows: &[Row]) {
        let width = |of: &dyn Fn(&Row) -> &str, max: usize| {
            let lengths =
                rows.iter().filter(|row| !row.values.is_empty() || !row.verdict.is_empty());
            lengths.map(|row| of(row).chars().count()).filter(|n| *n <= max).max().unwrap_or(0)
        };
        let code = width(&|row| &row.code, CODE_MAX);
        let values = width(&|row| &row.values, 60);
        for row in rows {
            let mut text = format!("  {:>5}  {:<code$}", row.line, row.code);
            let _ = write!(text, "  {:<values$}  {}", row.values, row.verdict);
            self.put(&text);
        }
    }

    fn line_no(&self, span: Span) -> String {
        self.source.line_of(span.start).to_string()
    }

    fn reason(&self, id: ReasonId) -> (String, u32) {
        let reason = self.manifest.reasons.get(usize::from(id.0));
        reason.map_or_else(Default::default, |reason| (reason.text.clone(), reason.line))
    }

    fn check(&self, word: &str, check: &Check, verdicts: [&'static str; 2]) -> Row {
        Row {
            line: self.line_no(check.span),
            code: cut(flat(&format!("{word} {}", self.source.slice(check.span)))),
            values: check.values.clone(),
            verdict: if check.ok { verdicts[0] } else { verdicts[1] },
        }
    }

    fn value(&self, span: Span, code: &str, value: &Value) -> Row {
        let formula = filled_in(self.source, value);
        let short = &value.shown.short;
        let values = match formula.filter(|formula| formula != short) {
            Some(formula) => format!("{formula} = {short}"),
            None => short.clone(),
        };
        Row { line: self.line_no(span), code: cut(flat(code)), values, verdict: "" }
    }

    fn note(text: String) -> Row {
        Row { line: String::new(), code: text, values: String::new(), verdict: "" }
    }

    fn rows(&self, step: &Step, line: &Line, rows: &mut Vec<Row>) {
        match &line.what {
            What::Fires => {}
            What::Candidate { universe, conditions, left_out } => {
                self.conditions(*universe, conditions, rows);
                if let Some(reason) = left_out {
                    rows.push(self.stop("LEFT OUT", *reason));
                }
            }
            What::Beyond { place, take, .. } => rows.push(Self::note(format!(
                "LEFT OUT  place {place} in the order of the universe, {take} are taken"
            ))),
            What::Waits { reason, missing, guard } => {
                for row in missing {
                    rows.push(Self::note(format!(
                        "warm-up of {}: {} of {} ticks",
                        row.clock, row.have, row.need
                    )));
                }
                if let Some(value) = guard {
                    let code = self.source.slice(value.span).to_owned();
                    rows.push(self.value(value.span, &code, value));
                }
                rows.push(self.stop("WAITS", *reason));
            }
            What::Let { name, value } => {
                let text = self.source.slice(value.span);
                let code = if text == name {
                    // A `let` of the strategy is known by its name.
                    self.source.line_text(self.source.line_of(value.span.start)).to_owned()
                } else {
                    format!("let {name} = {text}")
                };
                rows.push(self.value(value.span, &code, value));
            }
            What::IfLet { name, value } => {
                let code = format!("if let {name} = {}", self.source.slice(value.span));
                rows.push(self.value(value.span, &code, value));
            }
            What::Set { name, before, value } => {
                let code = format!("set {name} = {}", self.source.slice(value.span));
                let mut row = self.value(line.span, &code, value);
                row.values = format!("{} (was {})", row.values, before.short);
                rows.push(row);
            }
            What::Require(check) => rows.push(self.check("require", check, ["ok", "NO"])),
            What::If(check) => rows.push(self.check("if", check, ["yes", "no"])),
            What::Match { value, arm } => {
                let code = format!("match {}", self.source.slice(value.span));
                let mut row = self.value(value.span, &code, value);
                let arm = arm.as_deref().unwrap_or("no arm fits");
                row.values = format!("{} -> {arm}", row.values);
                rows.push(row);
            }
            What::Round { name, value } => {
                rows.push(Self::note(format!("round {name} = {}", value.short)));
            }
            What::Intent(at) => self.intent(step, line, *at, rows),
            What::Stops(reason) => rows.push(self.stop("STOP", *reason)),
        }
    }

    /// Conditions of a universe. That an optional value is there, on which the next one stands, is
    /// told only where it is not.
    fn conditions(&self, universe: UniverseId, conditions: &[Check], rows: &mut Vec<Row>) {
        let declared = self.ir.universes.get(universe.index()).map(|found| &found.conditions);
        for (check, (cond, reason)) in conditions.iter().zip(declared.into_iter().flatten()) {
            let presence = self.is_presence(*cond);
            if check.ok && presence {
                continue;
            }
            let (text, line) = self.reason(*reason);
            let mut row = self.check("where", check, ["ok", "NO"]);
            row.line = line.to_string();
            if !presence {
                row.code = cut(flat(&format!("where {text}")));
            }
            rows.push(row);
        }
    }

    fn is_presence(&self, mut cond: ExprId) -> bool {
        while let Op::Let { body, .. } = self.ir.expr(cond).op {
            cond = body;
        }
        matches!(self.ir.expr(cond).op, Op::IsSome(_))
    }

    fn stop(&self, word: &str, reason: ReasonId) -> Row {
        let (text, line) = self.reason(reason);
        Row {
            line: line.to_string(),
            code: format!("{word}  \"{text}\""),
            values: String::new(),
            verdict: "",
        }
    }

    fn intent(&self, step: &Step, line: &Line, at: usize, rows: &mut Vec<Row>) {
        let Some((intent, fate)) = step.reaction.intents.get(at).zip(step.fates.get(at)) else {
            return;
        };
        let code = words::intent(self.manifest, intent);
        let line = self.line_no(line.span);
        rows.push(Row { line, code, values: String::new(), verdict: "" });
        for text in words::at_once(intent, fate) {
            rows.push(Self::note(format!("  -> {text}")));
        }
        for row in &fate.later {
            let (time, text) = words::later(row);
            rows.push(Self::note(format!("     {time}  {text}")));
        }
    }
}

/// A reaction: its handler, and what it is about.
type Key = (Option<HandlerId>, Option<InstrumentId>);

/// Reactions of a step in their order, and what universes left out.
fn groups(lines: &[Line]) -> (Vec<Key>, Vec<Key>) {
    let mut reacted = Vec::new();
    let mut rest = Vec::new();
    for line in lines {
        let key = (line.handler, line.about);
        let by_universe = matches!(line.what, What::Candidate { .. } | What::Beyond { .. });
        let list = if by_universe { &mut rest } else { &mut reacted };
        if !list.contains(&key) {
            list.push(key);
        }
    }
    rest.retain(|key| !reacted.contains(key));
    (reacted, rest)
}
