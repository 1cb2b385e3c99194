//! What kind of thing stands at a place, told from the words before it: they can be read even where
//! the rest cannot.

use strat_dsl::{Token, TokenKind, is_reserved};

use crate::vocabulary::{self, Term};

/// What is around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    File,
    Import,
    Strategy,
    Handler,
    Node,
    Risk,
    Universe,
    Quote,
    Match,
    Names,
    Test,
    Prop,
    Record,
}

/// What can stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A new name, or nothing that could be told.
    Nothing,
    /// A module; the path begins at this offset.
    Modules(u32),
    /// A function of this module.
    Functions(String),
    /// A field of the value that ends at this offset.
    Member(u32),
    /// The beginning of a line or statement.
    Start,
    /// What fires a handler.
    Trigger,
    /// The name of a slot.
    Slot,
    /// The name of a calendar.
    Calendar,
    /// A venue.
    Venue,
    /// A type.
    Type,
    /// A universe.
    Universe,
    /// A strategy.
    Strategy,
    /// `per` in a risk rule.
    Scope,
    /// What a risk rule or a fault leads to.
    Action,
    /// How long an order stands.
    Tif,
    /// How a target is reached.
    Via,
    /// What a clock does without trades.
    Gaps,
    /// What a target is.
    Goal,
    /// What happens in a test.
    Event,
    /// What a test expects.
    Expected,
    /// An instrument; with `true` also what else can be cancelled.
    Instrument(bool),
    /// A price behind `@`.
    Price,
    /// What may follow a value.
    Behind,
    /// A value.
    Value,
}

/// The words before a place.
#[derive(Debug)]
pub(super) struct Context<'t> {
    text: &'t str,
    /// Every token before the place.
    tokens: &'t [Token],
    pub(super) body: Body,
    /// Where the clause begins, in `tokens`.
    clause: usize,
    /// Whether the place is the first of its line, and the line before could end there.
    fresh: bool,
}

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Token], start: u32) -> Self {
        let count = tokens.partition_point(|token| token.span.end <= start);
        let tokens = tokens.get(..count).unwrap_or_default();
        let mut walk = Self { text, tokens, body: Body::File, clause: 0, fresh: false };
        let mut stack = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Sign('{') => {
                    stack.push(walk.body);
                    walk.body = walk.inner();
                    walk.clause = at + 1;
                }
                TokenKind::Sign('}') => {
                    walk.body = stack.pop().unwrap_or(Body::File);
                    walk.clause = at + 1;
                }
                TokenKind::Word if walk.begins(at, token) => walk.clause = at,
                _ => {}
            }
        }
        let last = tokens.last();
        let gap = last.map_or(Some(text), |last| text.get(last.span.end as usize..start as usize));
        let new_line = gap.is_some_and(|gap| gap.contains('\n'));
        let open = last.is_some_and(|last| match last.kind {
            TokenKind::Sign(sign) => !matches!(sign, ')' | ']' | '}' | '{'),
            _ => false,
        });
        walk.fresh = tokens.len() == walk.clause || (new_line && !open);
        walk
    }

    fn word(&self, at: usize) -> &'t str {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Word);
        token.map_or("", |token| self.text.get(token.span.range()).unwrap_or_default())
    }

    /// The first word of the clause.
    pub(super) fn head(&self) -> &'t str {
        self.word(self.clause)
    }

    fn words(&self) -> &'static [Term] {
        match self.body {
            Body::File => vocabulary::ITEMS,
            Body::Strategy => vocabulary::MEMBERS,
            Body::Handler => vocabulary::STATEMENTS,
            Body::Node => vocabulary::NODE_LINES,
            Body::Test => vocabulary::TEST_STEPS,
            Body::Prop => vocabulary::PROP_STEPS,
            Body::Risk => vocabulary::RISK_RULES,
            Body::Quote => vocabulary::QUOTE_LINES,
            Body::Import | Body::Universe | Body::Match | Body::Names | Body::Record => &[],
        }
    }

    /// Whether a word begins a clause of the body.
    fn begins(&self, at: usize, token: &Token) -> bool {
        let word = self.word(at);
        let first = token.indent.is_some() || at == self.clause;
        let known = self.words().iter().any(|found| found.word == word);
        match self.body {
            Body::Risk | Body::Universe | Body::Match | Body::Quote => first,
            // An `if` or `for` may be a part of something; the others never are.
            Body::Handler => {
                known && (first || (is_reserved(word) && !matches!(word, "if" | "for" | "as")))
            }
            Body::File | Body::Strategy | Body::Node | Body::Test | Body::Prop => known && first,
            Body::Import | Body::Names | Body::Record => false,
        }
    }

    /// What a brace opens here.
    fn inner(&self) -> Body {
        match (self.body, self.head()) {
            (Body::File, "import") => Body::Import,
            (Body::File, "strategy") => Body::Strategy,
            (Body::File, "test") => Body::Test,
            (Body::File, "prop") => Body::Prop,
            (Body::File | Body::Strategy, "node") => Body::Node,
            (Body::File | Body::Strategy, "enum") => Body::Names,
            (Body::Strategy, "risk") => Body::Risk,
            (Body::Strategy, "universe") => Body::Universe,
            (Body::Strategy, "on") => Body::Handler,
            (Body::Handler | Body::Test, "quote") => Body::Quote,
            (Body::Handler, "match") => Body::Match,
            (Body::Test, _) if self.tokens.iter().any(|_| self.in_clause("book")) => Body::Quote,
            (Body::Handler | Body::Match, _) => Body::Handler,
            _ => Body::Record,
        }
    }

    fn in_clause(&self, word: &str) -> bool {
        (self.clause..self.tokens.len()).any(|at| self.word(at) == word)
    }

    /// Whether an order or target has been begun: its options may stand on a line of their own.
    pub(super) fn options(&self) -> &'static [Term] {
        match self.head() {
            "buy" | "sell" => vocabulary::OPTIONS,
            "target" => vocabulary::TARGET_OPTIONS,
            _ => &[],
        }
    }

    /// The words that begin something here.
    pub(super) fn starts(&self) -> &'static [Term] {
        self.words()
    }

    /// What can stand here.
    pub(super) fn place(&self) -> Place {
        let Some(last) = self.tokens.last() else { return Place::Start };
        let before = self.tokens.len() - 1;
        if last.kind == TokenKind::Sign('.') && self.head() != "import" {
            let two = before.checked_sub(1).and_then(|at| self.tokens.get(at));
            let range = two.is_some_and(|two| {
                two.kind == TokenKind::Sign('.') && two.span.end == last.span.start
            });
            if !range {
                let chained = two.filter(|two| two.kind == TokenKind::Sign('?'));
                return Place::Member(chained.unwrap_or(last).span.start);
            }
        }
        if self.body == Body::Import {
            return Place::Functions(self.module());
        }
        if self.body == Body::File && self.head() == "import" && !self.fresh {
            let path = self.tokens.get(self.clause + 1).map(|token| token.span.start);
            let start = path.unwrap_or(last.span.end + 1);
            return Place::Modules(start);
        }
        if self.fresh {
            return match self.body {
                Body::Names | Body::Record => Place::Nothing,
                Body::Match | Body::Universe if self.tokens.len() == self.clause => Place::Value,
                _ => Place::Start,
            };
        }
        self.behind_word(self.word(before)).unwrap_or_else(|| self.behind(last))
    }

    /// What the word before asks for.
    fn behind_word(&self, word: &str) -> Option<Place> {
        let length = self.tokens.len() - self.clause;
        let head = self.head();
        Some(match (word, self.body, head) {
            ("venue", Body::Strategy, "venue") | ("on", Body::Strategy, "instrument") => {
                Place::Venue
            }
            ("on", Body::Strategy, "on") => Place::Trigger,
            ("in", Body::Strategy, "on") => Place::Universe,
            ("per", Body::Risk, _) => Place::Scope,
            ("per", ..) => Place::Universe,
            ("tif", ..) => Place::Tif,
            ("via", ..) => Place::Via,
            ("gaps", Body::Strategy, "clock") => Place::Gaps,
            ("on_fault", Body::Strategy, _) => Place::Action,
            ("for", Body::File, _) => Place::Strategy,
            ("expect", ..) => Place::Expected,
            ("buy" | "sell" | "quote" | "target", _, _) => Place::Instrument(false),
            ("cancel", ..) if head == "cancel" => Place::Instrument(true),
            (
                "let" | "param" | "state" | "clock" | "instrument" | "universe" | "enum" | "node"
                | "fn" | "strategy" | "words" | "for" | "enter" | "leave" | "max",
                ..,
            ) => Place::Nothing,
            ("as", ..) if matches!(head, "buy" | "sell" | "quote" | "on") => Place::Nothing,
            ("as", ..) => Place::Type,
            (_, _, "target") if length == 2 => Place::Goal,
            (_, _, "buy" | "sell") if length == 2 => Place::Value,
            (_, Body::Test, "at") if length == 2 => Place::Event,
            _ => return None,
        })
    }

    /// What the sign or value before leaves open.
    fn behind(&self, last: &Token) -> Place {
        let before = self.tokens.len() - 1;
        let head = self.head();
        match last.kind {
            TokenKind::Sign(':') if matches!(head, "param" | "state" | "fn" | "node" | "let") => {
                Place::Type
            }
            TokenKind::Sign('>') if self.is_arrow(before) => match self.body {
                Body::Risk => Place::Action,
                _ if matches!(head, "fn" | "node") => Place::Type,
                _ => Place::Nothing,
            },
            TokenKind::Sign(',') if self.body == Body::Risk || head == "on_fault" => Place::Action,
            TokenKind::Sign('(') => {
                let of = before.checked_sub(1).map_or("", |at| self.word(at));
                match of {
                    "fill" | "done" | "reject" if head == "on" => Place::Slot,
                    "session_open" | "session_close" if head == "on" => Place::Calendar,
                    _ => Place::Value,
                }
            }
            TokenKind::Sign('@') => Place::Price,
            TokenKind::Sign(')' | ']') | TokenKind::Text | TokenKind::Number => {
                let timed = self.body == Body::Test && head == "at";
                if timed && self.tokens.len() == self.clause + 2 {
                    return Place::Event;
                }
                Place::Behind
            }
            TokenKind::Word if self.ends_value(before) => Place::Behind,
            TokenKind::Word | TokenKind::Sign(_) => Place::Value,
            TokenKind::OpenText | TokenKind::Comment => Place::Nothing,
        }
    }

    fn is_arrow(&self, at: usize) -> bool {
        let minus = at.checked_sub(1).and_then(|at| self.tokens.get(at));
        minus.is_some_and(|token| token.kind == TokenKind::Sign('-'))
    }

    /// Whether a word is a value, not a word that asks for one.
    fn ends_value(&self, at: usize) -> bool {
        let word = self.word(at);
        let dot = at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let field = dot.is_some_and(|dot| dot.kind == TokenKind::Sign('.'));
        let clause = vocabulary::meaning(word).is_some() && at == self.clause;
        let asks = matches!(
            word,
            "size"
                | "bid"
                | "ask"
                | "by"
                | "take"
                | "long"
                | "short"
                | "notional"
                | "weight"
                | "with"
                | "always"
                | "every"
                | "where"
                | "yield"
                | "step"
                | "gtd"
        );
        field || !(is_reserved(word) || asks || clause)
    }

    /// The module whose names stand in the braces.
    fn module(&self) -> String {
        let Some(brace) = self.clause.checked_sub(1) else { return String::new() };
        let before = self.tokens.get(..brace).unwrap_or_default();
        let path = before.iter().rev().take_while(|token| {
            token.kind == TokenKind::Sign('.')
                || (token.kind == TokenKind::Word && token.text(self.text) != "import")
        });
        let mut parts: Vec<&str> = path.map(|token| token.text(self.text)).collect();
        parts.reverse();
        parts.concat()
    }
}
