//! Tokens as lines within lines: an item is what a person would call a line, with the bodies that
//! it encloses and the comments that belong to it.

use super::token::{QUOTE_LINES, Role, Tok};

/// A declaration, a statement, or anything else with a line of its own.
#[derive(Debug)]
pub(super) struct Item<'t> {
    /// Comment lines above it.
    pub(super) above: Vec<&'t Tok>,
    /// Its tokens and bodies; comments between them included.
    pub(super) parts: Vec<Part<'t>>,
    /// The comment at its end.
    pub(super) note: Option<&'t Tok>,
}

/// A piece of an item.
#[derive(Debug)]
pub(super) enum Part<'t> {
    /// A token.
    Tok(&'t Tok),
    /// `{ ... }`
    Body(Body<'t>),
}

/// Lines in braces.
#[derive(Debug)]
pub(super) struct Body<'t> {
    pub(super) open: &'t Tok,
    /// The comment behind the opening brace.
    pub(super) note: Option<&'t Tok>,
    pub(super) items: Vec<Item<'t>>,
    /// Comment lines behind the last item.
    pub(super) tail: Vec<&'t Tok>,
    pub(super) close: Option<&'t Tok>,
}

/// A token in a line, and how many columns stand before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) tok: &'t Tok,
    pub(super) gap: usize,
}

/// Puts a token at the end of a line, at its usual distance.
pub(super) fn push<'t>(line: &mut Vec<Piece<'t>>, tok: &'t Tok) {
    let gap = line.last().map_or(0, |last| last.tok.gap_to(tok));
    line.push(Piece { tok, gap });
}

/// All items of a file and the comment lines behind the last one.
pub(super) fn tree(tokens: &[Tok]) -> (Vec<Item<'_>>, Vec<&Tok>) {
    let mut reader = Reader { rest: tokens };
    let (mut items, mut tail) = reader.items();
    // Braces are balanced, so that nothing is left; were it otherwise, nothing may be lost.
    while let Some(stray) = reader.next() {
        items.push(Item {
            above: std::mem::take(&mut tail),
            parts: vec![Part::Tok(stray)],
            note: None,
        });
        let (more, last) = reader.items();
        items.extend(more);
        tail = last;
    }
    (items, tail)
}

struct Reader<'t> {
    rest: &'t [Tok],
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<&'t Tok> {
        self.rest.first()
    }

    fn next(&mut self) -> Option<&'t Tok> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn items(&mut self) -> (Vec<Item<'t>>, Vec<&'t Tok>) {
        let mut items = Vec::new();
        loop {
            let mut above = Vec::new();
            while let Some(comment) = self.peek().filter(|tok| tok.is_comment()) {
                above.push(comment);
                self.next();
            }
            match self.peek() {
                Some(tok) if !tok.is("}") => items.push(self.item(above)),
                _ => return (items, above),
            }
        }
    }

    fn item(&mut self, above: Vec<&'t Tok>) -> Item<'t> {
        let mut item = Item { above, parts: Vec::new(), note: None };
        let mut lists = 0_usize;
        while let Some(tok) = self.peek() {
            if tok.is_comment() {
                let next = self.rest.iter().find(|tok| !tok.is_comment());
                if next.is_none_or(|next| next.starts || next.is("}") && lists == 0) {
                    if tok.breaks == 0 {
                        item.note = self.next();
                    }
                    return item;
                }
            } else if tok.is("}") {
                let Some(outer) = lists.checked_sub(1) else { return item };
                lists = outer;
            } else if tok.starts && !item.parts.is_empty() {
                return item;
            }
            self.next();
            if let Role::OpenBody(_) = tok.role {
                item.parts.push(Part::Body(self.body(tok)));
                continue;
            }
            lists += usize::from(tok.role == Role::OpenList);
            item.parts.push(Part::Tok(tok));
        }
        item
    }

    fn body(&mut self, open: &'t Tok) -> Body<'t> {
        let note = self.peek().filter(|tok| tok.is_comment() && tok.breaks == 0);
        if note.is_some() {
            self.next();
        }
        let (items, tail) = self.items();
        Body { open, note, items, tail, close: self.next() }
    }
}

impl<'t> Item<'t> {
    pub(super) fn first(&self) -> Option<&'t Tok> {
        self.parts.first().map(|part| match part {
            Part::Tok(tok) => *tok,
            Part::Body(body) => body.open,
        })
    }

    pub(super) fn has_body(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Body(_)))
    }

    /// The item without a line break inside, one part per branch of an `if`; nothing if comments
    /// stand inside, or if a body is long or was written over several lines.
    pub(super) fn flat(&self) -> Option<Vec<Vec<Piece<'t>>>> {
        let branches = self.first().is_some_and(|first| first.is("if"));
        let mut segments = vec![Vec::new()];
        let mut behind_body = false;
        for part in &self.parts {
            match part {
                Part::Tok(tok) if tok.is_comment() => return None,
                Part::Tok(tok) => {
                    if branches && behind_body && tok.is("else") {
                        segments.push(Vec::new());
                    }
                    push(segments.last_mut()?, tok);
                }
                Part::Body(body) => body.flat(segments.last_mut()?)?,
            }
            behind_body = matches!(part, Part::Body(_));
        }
        Some(segments)
    }
}

impl<'t> Body<'t> {
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.tail.is_empty() && self.note.is_none()
    }

    /// Puts the body at the end of a line, if it may stand there.
    fn flat(&self, line: &mut Vec<Piece<'t>>) -> Option<()> {
        let close = self.close?;
        let Role::OpenBody(most) = self.open.role else { return None };
        let stays = self.open.line == close.line && self.items.len() <= most;
        if !self.is_empty() && !stays || self.note.is_some() || !self.tail.is_empty() {
            return None;
        }
        push(line, self.open);
        for (at, item) in self.items.iter().enumerate() {
            if !item.above.is_empty() || item.note.is_some() {
                return None;
            }
            let before = line.last()?.tok;
            let start = line.len();
            for segment in item.flat()? {
                for (place, piece) in segment.into_iter().enumerate() {
                    push(line, piece.tok);
                    if place > 0 {
                        line.last_mut()?.gap = piece.gap;
                    }
                }
            }
            let first = line.get_mut(start)?;
            // An option such as `post_only` goes on with the side of the quote before it.
            let goes_on = most == QUOTE_LINES && !first.tok.is("bid") && !first.tok.is("ask");
            first.gap = if at == 0 || before.is(",") || goes_on { 1 } else { 2 };
        }
        push(line, close);
        Some(())
    }
}
