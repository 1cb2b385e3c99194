//! Items as lines: which bodies stay on one line, and where long lines break.

use super::token::{Role, Tok};
use super::tree::{Body, Item, Part, Piece, push};

/// The widest line, where that can be had.
pub(super) const WIDTH: usize = 100;
const INDENT: usize = 2;

/// One line of the result.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) indent: usize,
    pub(super) pieces: Vec<Piece<'t>>,
    /// The comment at its end, and how many columns stand before it.
    pub(super) note: Option<Piece<'t>>,
    /// Whether an empty line stands above.
    pub(super) blank: bool,
}

impl Line<'_> {
    /// Columns without the comment at the end.
    pub(super) fn width(&self) -> usize {
        self.indent + width(&self.pieces)
    }
}

fn width(pieces: &[Piece<'_>]) -> usize {
    pieces.iter().map(|piece| piece.gap + piece.tok.width()).sum()
}

/// All lines of a file.
pub(super) fn lines<'t>(items: &[Item<'t>], tail: &[&'t Tok]) -> Vec<Line<'t>> {
    let mut layout = Layout { lines: Vec::new() };
    layout.items(items, tail, 0);
    layout.lines
}

struct Layout<'t> {
    lines: Vec<Line<'t>>,
}

impl<'t> Layout<'t> {
    fn items(&mut self, items: &[Item<'t>], tail: &[&'t Tok], indent: usize) {
        let mut first = true;
        let mut blank = |tok: Option<&Tok>| {
            !std::mem::take(&mut first) && tok.is_some_and(|tok| tok.breaks > 1)
        };
        for item in items {
            for comment in &item.above {
                let blank = blank(Some(comment));
                self.comment(comment, indent, blank);
            }
            let blank = blank(item.first());
            let from = self.lines.len();
            self.item(item, indent);
            if let Some(line) = self.lines.get_mut(from) {
                line.blank = blank;
            }
            self.note(item.note);
        }
        for comment in tail {
            let blank = blank(Some(comment));
            self.comment(comment, indent, blank);
        }
    }

    fn line(&mut self, pieces: &[Piece<'t>], indent: usize) {
        let mut pieces = pieces.to_vec();
        if let Some(first) = pieces.first_mut() {
            first.gap = 0;
            self.lines.push(Line { indent, pieces, note: None, blank: false });
        }
    }

    fn comment(&mut self, comment: &'t Tok, indent: usize, blank: bool) {
        let pieces = vec![Piece { tok: comment, gap: 0 }];
        self.lines.push(Line { indent, pieces, note: None, blank });
    }

    fn note(&mut self, comment: Option<&'t Tok>) {
        if let (Some(line), Some(tok)) = (self.lines.last_mut(), comment) {
            line.note = Some(Piece { tok, gap: 1 });
        }
    }

    fn item(&mut self, item: &Item<'t>, indent: usize) {
        let fits = |pieces: &[Piece<'_>]| indent + width(pieces) <= WIDTH;
        if let Some(branches) = item.flat() {
            let behind = branches.iter().skip(1).filter_map(|branch| branch.first());
            if behind.into_iter().all(|first| first.tok.breaks == 0) {
                let mut whole = Vec::new();
                for piece in branches.iter().flatten() {
                    push(&mut whole, piece.tok);
                    if let (Some(last), true) = (whole.last_mut(), piece.gap > 0) {
                        last.gap = piece.gap;
                    }
                }
                if fits(&whole) {
                    return self.line(&whole, indent);
                }
            }
            if branches.iter().all(|branch| fits(branch)) {
                return branches.iter().for_each(|branch| self.line(branch, indent));
            }
        }
        let mut head = Vec::new();
        for part in &item.parts {
            match part {
                Part::Tok(tok) => push(&mut head, tok),
                Part::Body(body) if body.is_empty() => {
                    push(&mut head, body.open);
                    body.close.iter().for_each(|close| push(&mut head, close));
                }
                Part::Body(body) => {
                    push(&mut head, body.open);
                    self.segment(&std::mem::take(&mut head), indent, 2 * INDENT);
                    self.body(body, indent);
                    body.close.iter().for_each(|close| push(&mut head, close));
                }
            }
        }
        let more = if item.has_body() { 2 * INDENT } else { INDENT };
        self.segment(&head, indent, more);
    }

    fn body(&mut self, body: &Body<'t>, indent: usize) {
        self.note(body.note);
        self.items(&body.items, &body.tail, indent + INDENT);
    }

    /// Lines of tokens and comments without a body; those behind the first stand `more` deeper.
    fn segment(&mut self, pieces: &[Piece<'t>], indent: usize, more: usize) {
        let more = if pieces.first().is_some_and(|first| first.tok.is("}")) { 0 } else { more };
        if let Some((open, close)) = list_of(pieces, indent) {
            let (head, rest) = pieces.split_at(open + 1);
            let (inside, rest) = rest.split_at(close - open - 1);
            let noted = inside.first().filter(|it| it.tok.is_comment() && it.tok.breaks == 0);
            self.segment(head, indent, more);
            self.note(noted.map(|it| it.tok));
            self.list(inside.get(usize::from(noted.is_some())..).unwrap_or_default(), indent);
            return self.segment(rest, indent, more);
        }
        let mut at = indent;
        let mut chunk: Vec<Piece<'t>> = Vec::new();
        for piece in pieces {
            if !piece.tok.is_comment() {
                chunk.push(*piece);
                continue;
            }
            let trails = piece.tok.breaks == 0 && !chunk.is_empty();
            self.wrap(&chunk, at, indent + more);
            if !chunk.is_empty() {
                at = indent + more;
            }
            chunk.clear();
            if trails {
                self.note(Some(piece.tok));
            } else {
                self.comment(piece.tok, at, false);
            }
        }
        self.wrap(&chunk, at, indent + more);
    }

    /// What stands in the braces of a list: filled lines, or one a line where comments stand.
    fn list(&mut self, inside: &[Piece<'t>], indent: usize) {
        if !inside.iter().any(|piece| piece.tok.is_comment()) {
            return self.wrap(inside, indent + INDENT, indent + INDENT);
        }
        let mut depth = 0_usize;
        let mut element = Vec::new();
        for piece in inside {
            depth = deeper(depth, piece.tok);
            let ends = element.last().is_some_and(|last: &Piece<'_>| last.tok.is(","));
            if depth == 0 && ends && !(piece.tok.is_comment() && piece.tok.breaks == 0) {
                self.segment(&std::mem::take(&mut element), indent + INDENT, INDENT);
            }
            element.push(*piece);
            if piece.tok.is_comment() && depth == 0 {
                self.segment(&std::mem::take(&mut element), indent + INDENT, INDENT);
            }
        }
        self.segment(&element, indent + INDENT, INDENT);
    }

    /// One line, or several if it is too long: each breaks where the text holds together least.
    fn wrap(&mut self, pieces: &[Piece<'t>], indent: usize, next_indent: usize) {
        let mut rest = pieces;
        let mut at = indent;
        let mut outer = 0;
        while let Some(cut) = cut(rest, at, outer) {
            let (line, behind) = rest.split_at(cut);
            self.line(line, at);
            outer = line.iter().fold(outer, |depth, piece| deeper(depth, piece.tok));
            (rest, at) = (behind, next_indent);
        }
        self.line(rest, at);
    }
}

/// The braces of a list that does not fit or has comments in it.
fn list_of(pieces: &[Piece<'_>], indent: usize) -> Option<(usize, usize)> {
    let open = pieces.iter().position(|piece| piece.tok.role == Role::OpenList)?;
    let mut depth = 0_usize;
    let (close, _) = pieces.iter().enumerate().skip(open).find(|(_, piece)| {
        depth = deeper(depth, piece.tok);
        depth == 0
    })?;
    let mut inside = pieces.iter().take(close).skip(open + 1);
    let noted = inside.clone().any(|piece| piece.tok.is_comment());
    let long = || indent + width(pieces) > WIDTH;
    (inside.next().is_some() && (noted || long())).then_some((open, close))
}

fn deeper(depth: usize, tok: &Tok) -> usize {
    match tok.text.as_str() {
        "(" | "[" | "{" => depth + 1,
        ")" | "]" | "}" => depth.saturating_sub(1),
        _ => depth,
    }
}

/// Before which piece a line breaks that is too long: among the places that fit, the last of those
/// that bind least; if none fits, the first place there is.
fn cut(pieces: &[Piece<'_>], indent: usize, outer: usize) -> Option<usize> {
    if indent + width(pieces) <= WIDTH {
        return None;
    }
    let (mut column, mut depth) = (indent, outer);
    let mut best: Option<(u32, usize)> = None;
    let mut before: Option<&Piece<'_>> = None;
    for (at, piece) in pieces.iter().enumerate() {
        let fits = column <= WIDTH;
        if !fits && best.is_some() {
            break;
        }
        if let Some(rank) = before.and_then(|before| rank(before.tok, piece, depth))
            && (!fits || best.is_none_or(|(least, _)| rank <= least))
        {
            best = Some((rank, at));
        }
        column += if at == 0 { 0 } else { piece.gap };
        column += piece.tok.width();
        depth = deeper(depth, piece.tok);
        before = Some(piece);
    }
    best.map(|(_, at)| at)
}

/// How strongly a piece hangs on the one before it; nothing if they may not part.
fn rank(before: &Tok, piece: &Piece<'_>, depth: usize) -> Option<u32> {
    let inside = 10 * u32::try_from(depth).unwrap_or(u32::MAX / 20);
    if piece.gap == 0 {
        return None;
    }
    if before.is(",") {
        return Some(inside + 1);
    }
    match piece.tok.role {
        Role::Operator(strength) => Some(inside + strength),
        Role::Plain if piece.tok.is("else") || piece.tok.is("because") => Some(inside),
        Role::Plain
        | Role::Number
        | Role::Comment
        | Role::OpenBody(_)
        | Role::OpenList
        | Role::Event => None,
    }
}
