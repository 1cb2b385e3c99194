//! Tests and properties: the strategy and the parameters that they name.

use strat_dsl::ast;

use super::Checker;
use super::scope::nearest;

impl Checker {
    pub(super) fn tests(&mut self, file: &ast::File) {
        for item in &file.items {
            match item {
                ast::Item::Test(it) => {
                    let withs = it.steps.iter().filter_map(|step| match step {
                        ast::TestStep::With(with) => Some(with),
                        _ => None,
                    });
                    self.names_of(file, &it.strategy, withs);
                }
                ast::Item::Prop(it) => {
                    let withs = it.steps.iter().filter_map(|step| match step {
                        ast::PropStep::With(with) => Some(with),
                        _ => None,
                    });
                    self.names_of(file, &it.strategy, withs);
                }
                _ => {}
            }
        }
    }

    fn names_of<'e>(
        &mut self,
        file: &ast::File,
        strategy: &ast::Ident,
        withs: impl Iterator<Item = &'e ast::With>,
    ) {
        let strategies = || {
            file.items.iter().filter_map(|item| match item {
                ast::Item::Strategy(it) => Some(it),
                _ => None,
            })
        };
        let Some(found) = strategies().find(|it| it.name.name == strategy.name) else {
            let near = nearest(&strategy.name, strategies().map(|it| it.name.name.as_str()));
            let near = near.map(str::to_owned);
            self.unknown(strategy, "strategy", near);
            return;
        };
        let params: Vec<&str> = found
            .members
            .iter()
            .filter_map(|member| match member {
                ast::Member::Param(it) => Some(it.name.name.as_str()),
                _ => None,
            })
            .collect();
        for with in withs {
            let name = &with.assignment.name;
            if !params.contains(&name.name.as_str()) && !found.has_syntax_error {
                let near = nearest(&name.name, params.iter().copied()).map(str::to_owned);
                self.unknown(name, "parameter", near);
            }
        }
    }
}
