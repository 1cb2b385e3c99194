//! Tables as Parquet files, through polars' Arrow arrays and its Parquet reader and writer.
//!
//! polars trusts its input further than we may: some faults of a file, and a few of its own, end
//! in a panic there. So every call goes through [`guarded`], and what a file claims about its
//! sizes is checked before polars allocates for it.

mod footer;
mod read;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use crate::parquet::read::read_parquet;
pub use crate::parquet::write::write_parquet;

/// The digits of a decimal column: enough for every `i64`.
const DECIMAL_PRECISION: usize = 19;
/// The digits after the point of a decimal column.
const DECIMAL_SCALE: usize = 9;
/// The key of the file's metadata under which the table's name stands.
const NAME_KEY: &str = "strat:table";
/// The time zone of every time column.
const UTC: &str = "UTC";

/// Runs `work` and turns a panic inside polars into its message.
///
/// The work owns what it changes, so nothing half-changed is seen after a panic.
fn guarded<T, E>(work: impl FnOnce() -> Result<T, E>, wrap: fn(String) -> E) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let reason = payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_else(|| "polars gave up without a reason".to_string());
        Err(wrap(reason))
    })
}
