//! `test` and `prop` blocks of a generated strategy.

use std::fmt::Write as _;

use super::Generator;
use super::scope::{Ty, Whose};

impl Generator {
    /// Blocks for the strategy of this name. What they expect need not hold.
    pub(super) fn scripts(&mut self, strategy: &str) -> String {
        let mut text = String::new();
        if self.chance(35) {
            text += &self.test(strategy);
        }
        if self.chance(25) {
            text += &self.prop(strategy);
        }
        text
    }

    fn with(&mut self) -> String {
        match self.random.pick(&self.params).cloned() {
            Some(param) if self.chance(50) => {
                format!("  with {} = {}\n", param.name, param.default)
            }
            _ => String::new(),
        }
    }

    fn test(&mut self, strategy: &str) -> String {
        let mut text = format!("\ntest \"drawn\" for {strategy} {{\n{}", self.with());
        let mut traded = self.instruments[self.random.below(self.instruments.len())].clone();
        if !self.universes.is_empty() {
            let market = self.name("k");
            let _ = writeln!(text, "  market {market} {{ question: \"Rain?\", expires: 24h }}");
            if self.chance(50) {
                traded = market;
            }
        }
        let price = self.positive_literal(Ty::Price(Whose::Any)).text();
        for second in 0..=self.random.below(4) {
            let at = second * 30;
            let step = match self.random.below(4) {
                0 if self.can().book => {
                    format!("book {traded} {{ bid 0.40 size 10 shares, ask 0.45 size 9 shares }}")
                }
                1 => format!("trade {traded} buy 3 shares @ {price}"),
                2 => format!("fill {traded} sell 0 shares @ {price}"),
                _ if self.instruments.contains(&traded) && self.bars_of(&traded) => {
                    format!("bar {traded} {{ close: {price}, times: 3, change: 0.01 }}")
                }
                _ => format!("trade {traded} sell 1 shares @ {price}"),
            };
            let _ = writeln!(text, "  at {at}s {step}");
        }
        let expected = match self.random.below(6) {
            4 if self.can().book => format!("quote {traded} {{ bid {price} size 5 shares }}"),
            0 => "nothing".to_owned(),
            1 => "nothing because \"guard 1\"".to_owned(),
            2 => format!("buy {traded} 5 shares @ {price} tif fak"),
            3 => format!("target {traded} flat"),
            _ => "open_orders <= 100 and equity > 0".to_owned(),
        };
        let _ = writeln!(text, "  at 200s expect {expected}");
        text += "}\n";
        text
    }

    fn bars_of(&self, instrument: &str) -> bool {
        let at = self.instruments.iter().position(|name| name == instrument);
        at.is_some_and(|at| self.clocks.iter().any(|clock| clock.instruments.contains(&at)))
    }

    fn prop(&mut self, strategy: &str) -> String {
        let kind = self.random.word(&["books", "quotes", "bars"]);
        let kind = if self.can().book { kind } else { "bars" };
        let with = self.with();
        let always = self.random.word(&["max_exposure <= 900 shares", "open_orders < 1_000"]);
        format!(
            "\nprop \"drawn\" for {strategy} {{\n{with}  forall feed in \
             gen.{kind}(markets: 2, events: 20)\n  always {always}\n}}\n"
        )
    }
}
