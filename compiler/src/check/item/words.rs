//! Enums and word lists.

use strat_dsl::{Code, Diagnostic, ast};

use super::super::Checker;
use super::super::scope::Entity;
use crate::hir::{self, WordsId};
use crate::index::Defined;
use crate::ir::EnumId;

impl Checker {
    pub(super) fn enum_decl(&mut self, it: &ast::EnumDecl) {
        let mut members: Vec<String> = Vec::new();
        for (index, variant) in it.variants.iter().enumerate() {
            let earlier = it.variants.iter().take(index).find(|v| v.name == variant.name);
            match earlier {
                Some(earlier) => self.report_duplicate(variant, earlier.span),
                None => {
                    members.push(variant.name.clone());
                    self.record(variant, Defined::Case, None);
                }
            }
        }
        let id = EnumId(u32::try_from(self.hir.enums.len()).unwrap_or(u32::MAX));
        self.hir.enums.push(hir::Enum { name: it.name.name.clone(), members, span: it.span });
        self.declare(&it.name, Entity::Enum(id));
    }

    pub(super) fn words_decl(&mut self, it: &ast::WordsDecl) {
        let entries = self.entries(&it.words).unwrap_or_default();
        let id = WordsId(u32::try_from(self.hir.words.len()).unwrap_or(u32::MAX));
        let words = hir::Words { name: it.name.name.clone(), entries, span: it.span };
        self.hir.words.push(words);
        self.declare(&it.name, Entity::Words(id));
    }

    /// The entries of a word list; each must hold a word.
    pub(in super::super) fn entries(&mut self, texts: &[ast::Text]) -> Option<Vec<String>> {
        let mut entries = Vec::new();
        let mut good = true;
        for text in texts {
            if text.parts.iter().any(|part| matches!(part, ast::TextPart::Expr(_))) {
                self.unsupported(text.span, "a value in a word list", "write the words out");
                good = false;
            } else if !text.value.chars().any(char::is_alphanumeric) {
                self.out.push(
                    Diagnostic::new(Code::E0111, text.span, "this text holds no word")
                        .here("no letter and no digit")
                        .why("texts are searched for whole words, so this would never be found")
                        .fix("write a word, or remove the entry"),
                );
                good = false;
            } else {
                entries.push(text.value.clone());
            }
        }
        good.then_some(entries)
    }
}
