//! Scripts played against a strategy: `test` and `prop` blocks.
//!
//! What it is: the session of every host, with a venue that does what the script says. Orders rest
//! until a step fills or refuses them; what fills at once or not at all is gone when the next
//! market event or boundary comes; fills cost no fee. Time zero is a multiple of every timer and
//! clock. What it is not: a market; nothing is matched against the book.
//!
//! Enter at [`run_test`] for a script, at [`check_property`] for random ones.

mod desk;
pub mod law;
mod player;
mod property;
mod random;
mod shrink;
mod stage;
mod verdict;
mod words;

pub use property::{Counterexample, PropertyConfig, PropertyError, PropertyPassed, check_property};
pub use stage::CASH;
pub use verdict::{Failure, run_test};
pub use words::{Names, write_test};
