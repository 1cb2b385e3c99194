//! The blocks of code of the manual: how they are marked stands in `docs.rs`.

use std::path::PathBuf;

use strat_dsl::Code;

use crate::fragment::Fragment;

/// A page of the documentation.
pub(crate) fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// A block of the manual, and the code with which it must be refused.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) fragment: Fragment,
    pub(crate) fails: Option<Code>,
}

/// Every block of a page.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut out = Vec::new();
    let mut lines = text.lines().zip(1_usize..);
    while let Some((head, line)) = lines.next() {
        let Some(rest) = head.strip_prefix("```strat") else { continue };
        let (mut words, mut fails) = (String::new(), None);
        for option in rest.split(',').filter(|option| !option.is_empty()) {
            match option.strip_prefix("fail ") {
                Some(code) => fails = Some(Code::parse(code).unwrap()),
                None => words.extend([" ", option]),
            }
        }
        let body: Vec<&str> =
            lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
        let text = format!("{}\n", body.join("\n"));
        out.push(Block { line, fragment: Fragment::new(&words, &text), fails });
    }
    out
}
