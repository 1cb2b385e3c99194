//! What stands at the top of a file.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has hundreds of rules, and each function knows its few"
)]

use pest::iterators::Pairs;

use super::{Builder, Found, Parts};
use crate::ast::{Import, Item, Member, Strategy};
use crate::grammar::Rule;

impl Builder<'_> {
    pub(super) fn items(&self, pairs: Pairs<'_, Rule>) -> Vec<Item> {
        let Some(file) = pairs.into_iter().next() else { return Vec::new() };
        Parts::new(file).rest().map(|pair| self.item(pair)).collect()
    }

    fn item(&self, pair: Found<'_>) -> Item {
        match pair.as_rule() {
            Rule::import => Item::Import(self.import(pair)),
            Rule::strategy => Item::Strategy(self.strategy(pair)),
            Rule::node => Item::Node(self.node(pair)),
            Rule::func => Item::Func(self.func(pair)),
            Rule::enum_decl => Item::Enum(self.enum_decl(pair)),
            Rule::words_decl => Item::Words(self.words(pair)),
            Rule::test => Item::Test(self.test(pair)),
            Rule::prop => Item::Prop(self.prop(pair)),
            _ => Item::Error(self.recover(&pair, super::recover::Place::File)),
        }
    }

    fn import(&self, pair: Found<'_>) -> Import {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let path = parts.take().map(|path| self.idents(path)).unwrap_or_default();
        let names = parts.rest().map(|name| self.ident(Some(name))).collect();
        Import { path, names, span }
    }

    fn strategy(&self, pair: Found<'_>) -> Strategy {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let title = parts.take_if(Rule::string).map(|title| self.plain_text(Some(title)));
        let members: Vec<Member> = parts.rest().map(|member| self.member(member)).collect();
        Strategy { doc, name, title, members, has_syntax_error: false, span }
    }
}
