//! What the author has put into columns stays in columns; comments at the end of lines keep theirs.

use std::collections::BTreeMap;

use super::layout::{Line, WIDTH};
use super::token::Role;
use super::tree::Piece;

/// Beyond this column no comment is kept where it stood.
const NOTE_COLUMN_MAX: usize = 80;

/// The same thing in the same column of consecutive lines.
struct Run {
    column: usize,
    first: usize,
    /// Which piece of each line, from the first on.
    pieces: Vec<usize>,
    /// Whether the author moved any of them there.
    padded: bool,
}

/// Pads lines.
pub(super) fn align(lines: &mut [Line<'_>]) {
    // From left to right: whatever stands left of a column is in its place then.
    let mut runs = runs(lines);
    runs.retain(|run| run.padded && run.pieces.len() > 1);
    runs.sort_by_key(|run| (run.column, run.first));
    for run in &runs {
        pad(lines, run);
    }
    notes(lines);
}

/// What a piece is, for being the same as another.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Likeness<'t> {
    Event,
    Text(&'t str),
}

/// Pieces by the column in which they stood in the source; none for a line that was several, or
/// that opens a body: what it would be in line with lies below the body.
fn columns<'t>(line: &Line<'t>) -> BTreeMap<usize, (Likeness<'t>, usize, bool)> {
    let source = line.pieces.first().map(|piece| piece.tok.line);
    let opens = |piece: &Piece<'_>| matches!(piece.tok.role, Role::OpenBody(_));
    if line.pieces.last().is_some_and(opens)
        || line.pieces.iter().any(|piece| Some(piece.tok.line) != source)
    {
        return BTreeMap::new();
    }
    let behind = line.pieces.iter().enumerate().skip(1).filter(|(_, piece)| piece.gap > 0);
    let entry = |(at, piece): (usize, &Piece<'t>)| {
        let tok = piece.tok;
        let likeness =
            if tok.role == Role::Event { Likeness::Event } else { Likeness::Text(&tok.text) };
        (tok.column, (likeness, at, tok.space > piece.gap))
    };
    behind.map(entry).collect()
}

fn runs(lines: &[Line<'_>]) -> Vec<Run> {
    let mut done = Vec::new();
    let mut open: BTreeMap<usize, (Likeness<'_>, Run)> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let mut before = std::mem::take(&mut open);
        if line.blank {
            done.extend(std::mem::take(&mut before).into_values().map(|(_, run)| run));
        }
        for (column, (likeness, piece, padded)) in columns(line) {
            let run = match before.remove(&column) {
                Some((known, mut run)) if known == likeness => {
                    run.pieces.push(piece);
                    run.padded |= padded;
                    run
                }
                other => {
                    done.extend(other.map(|(_, run)| run));
                    Run { column, first: at, pieces: vec![piece], padded }
                }
            };
            open.insert(column, (likeness, run));
        }
        done.extend(before.into_values().map(|(_, run)| run));
    }
    done.extend(open.into_values().map(|(_, run)| run));
    done
}

fn pad(lines: &mut [Line<'_>], run: &Run) {
    let Some(lines) = lines.get_mut(run.first..run.first + run.pieces.len()) else { return };
    let column = |line: &Line<'_>, piece: usize| {
        let before: usize = line.pieces.iter().take(piece).map(|it| it.gap + it.tok.width()).sum();
        line.indent + before + line.pieces.get(piece).map_or(0, |it| it.gap)
    };
    let members = || run.pieces.iter().copied();
    let columns: Vec<usize> = lines.iter().zip(members()).map(|(l, p)| column(l, p)).collect();
    let target = columns.iter().copied().max().unwrap_or(0);
    let moved = lines.iter().zip(&columns).filter(|(_, column)| **column < target);
    if moved.into_iter().any(|(line, column)| line.width() + target - column > WIDTH) {
        return;
    }
    for ((line, piece), column) in lines.iter_mut().zip(members()).zip(&columns) {
        if let Some(piece) = line.pieces.get_mut(piece) {
            piece.gap += target - column;
        }
    }
}

/// The column of a comment at the end of a line, moved with the line; that of a line that was not
/// one in the source is 0, which is never free.
fn stood(line: &Line<'_>) -> Option<usize> {
    let note = line.note?;
    let kept = line.pieces.first().filter(|first| {
        first.tok.breaks > 0 && line.pieces.iter().all(|piece| piece.tok.line == note.tok.line)
    });
    Some(kept.map_or(0, |first| (note.tok.column + line.indent).saturating_sub(first.tok.column)))
}

/// Comments of consecutive lines that stood in one column, and were put there, stay in one.
fn notes(lines: &mut [Line<'_>]) {
    let together = |a: &Line<'_>, b: &Line<'_>| {
        stood(a).is_some_and(|column| column > 0) && stood(a) == stood(b)
    };
    for run in lines.chunk_by_mut(|a, b| together(a, b)) {
        let Some(column) = run.first().and_then(stood) else { continue };
        if !run.iter().any(|line| line.note.is_some_and(|note| note.tok.space > 1)) {
            continue;
        }
        let clear = run.iter().map(|line| line.width() + 1).max().unwrap_or(0);
        let target = column.min(NOTE_COLUMN_MAX).max(clear);
        for line in run {
            let width = line.width();
            if let Some(note) = &mut line.note {
                note.gap = target - width;
            }
        }
    }
}
