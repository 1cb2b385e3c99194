//! The risk block, faults, warm-up.

use std::fmt::Write as _;

use super::Generator;
use super::scope::{Ty, Whose};

/// Rules of a position: name, type of the limit, a literal.
const OF_POSITIONS: [(&str, Ty, &str); 4] = [
    ("max_position", Ty::Size(Whose::Any), "90 shares"),
    ("max_notional", Ty::Usd, "2_000 usd"),
    ("max_leverage", Ty::Leverage, "1.5x"),
    ("max_weight", Ty::Percent, "60%"),
];

impl Generator {
    pub(super) fn risk(&mut self, out: &mut String) {
        let mut rules = String::new();
        for (name, ty, literal) in OF_POSITIONS {
            let share = if name == "max_position" { 60 } else { 20 };
            if !self.chance(share) {
                continue;
            }
            let fits = self.params.iter().filter(|p| p.ty == ty && p.positive);
            let fits: Vec<String> = fits.map(|p| p.name.clone()).collect();
            let limit = match self.random.pick(&fits) {
                Some(name) if self.chance(30) => name.clone(),
                _ => literal.to_owned(),
            };
            let scope = match self.random.below(4) {
                0 => String::new(),
                1 => {
                    let at = self.random.below(self.instruments.len());
                    format!(" per {}", self.instruments[at])
                }
                2 => " per instrument".to_owned(),
                _ => " per market".to_owned(),
            };
            let _ = writeln!(rules, "    {name}: {limit}{scope}");
        }
        if self.chance(30) {
            rules += "    max_open_orders: 20\n";
        }
        if self.chance(30) {
            rules += "    max_order_rate: 10 per second\n";
        }
        let actions =
            ["flatten, halt", "cancel_all", "hold", "cancel_all, hold", "flatten", "halt"];
        if self.chance(30) {
            let limit = self.random.word(&["50 usd per day", "5%", "5% per day", "90 usd"]);
            let _ = writeln!(rules, "    max_loss: {limit} -> {}", self.random.word(&actions));
        }
        if self.can().drawdown_below.is_some() || self.chance(50) {
            let _ = writeln!(rules, "    max_drawdown: 6% -> {}", self.random.word(&actions));
        }
        if self.chance(20) {
            let _ = writeln!(rules, "    stale_data: 30m -> {}", self.random.word(&actions));
        }
        if rules.is_empty() {
            rules += "    max_open_orders: 40\n";
        }
        let _ = writeln!(out, "  risk {{\n{rules}  }}");
        if self.chance(30) {
            let _ = writeln!(out, "  on_fault {}", self.random.word(&actions));
        }
        if self.chance(15) {
            let what = if self.can().book { "trades, quotes" } else { "bars" };
            let _ = writeln!(out, "  needs {what}");
        }
        // Averages that forget slowly would keep every handler waiting.
        let weight = self.random.word(&["0.5", "2e-1", "1e-1"]);
        let _ = writeln!(out, "  warm {weight}");
    }
}
