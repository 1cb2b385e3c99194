//! Which constructs a program uses, by name, and which there are.
//!
//! Each list stands in a `match` without a catch-all, so that a new construct does not compile until
//! it is listed here; a listed one that is never drawn fails a test.

mod ir;
mod tree;

use std::collections::BTreeMap;

use strat_compiler::ir::Ir;
use strat_dsl::{Source, parse};

/// A list of constructs and the name of each. `never` says why one cannot be in a program that
/// compiles.
macro_rules! constructs {
    ($name:ident, $list:ident, $of:ty, $prefix:literal, { $($(#[never = $why:literal])? $label:ident: $pattern:pat,)* }) => {
        fn $name(it: &$of) -> &'static str {
            match it {
                $($pattern => concat!($prefix, ".", stringify!($label)),)*
            }
        }

        const $list: &[(&str, Option<&str>)] = &[
            $((concat!($prefix, ".", stringify!($label)), constructs!(@why $($why)?)),)*
        ];
    };
    (@why) => { None };
    (@why $why:literal) => { Some($why) };
}
pub(crate) use constructs;

/// How often each construct was met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Adds the constructs of a text and of the program that it compiles to.
    pub fn add(&mut self, text: &str, program: &Ir) {
        tree::file(&parse(&Source::new("drawn.strat", text)).file, self);
        ir::program(program, self);
    }

    /// How often a construct was met.
    pub fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// Constructs that can be in a program and were never met.
    pub fn missing(&self) -> Vec<&'static str> {
        let all = all().into_iter().filter(|(_, never)| never.is_none());
        all.map(|(name, _)| name).filter(|name| self.count(name) == 0).collect()
    }

    /// Constructs that were met although they are listed as impossible, with the reason given.
    pub fn surprising(&self) -> Vec<(&'static str, &'static str)> {
        let all = all().into_iter().filter(|(name, _)| self.count(name) > 0);
        all.filter_map(|(name, never)| Some((name, never?))).collect()
    }

    fn met(&mut self, name: &'static str) {
        *self.counts.entry(name).or_default() += 1;
    }
}

/// Every construct, and why it cannot be in a program that compiles, where that is so.
pub fn all() -> Vec<(&'static str, Option<&'static str>)> {
    let mut out = tree::all();
    out.extend(ir::all());
    out
}
