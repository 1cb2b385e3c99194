//! How a command ends.

use std::process::ExitCode;

use crate::output;

/// The four ways a command can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was done.
    Done,
    /// The input was judged and found wanting.
    Wanting,
    /// Wrong usage, or a file that cannot be read or written.
    Usage,
    /// A fault of ours.
    Defect,
}

impl Outcome {
    /// The process's exit code.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Outcome::Done => 0,
            Outcome::Wanting => 1,
            Outcome::Usage => 2,
            Outcome::Defect => 3,
        })
    }
}

/// An error that means "judged and found wanting"; every other error means "wrong usage".
#[derive(Debug)]
pub(crate) struct Wanting(pub(crate) String);

impl std::fmt::Display for Wanting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wanting {}

/// Prints an error with its causes and says how the command ends.
pub(crate) fn report_failure(error: &anyhow::Error) -> Outcome {
    if error.chain().any(is_closed_pipe) {
        return Outcome::Done;
    }
    let mut causes: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        // Some errors already tell their cause.
        if !causes.last().is_some_and(|said| said.ends_with(&cause)) {
            causes.push(cause);
        }
    }
    output::error(&causes.join(": "));
    let judged = error.chain().any(<dyn std::error::Error>::is::<Wanting>);
    if judged { Outcome::Wanting } else { Outcome::Usage }
}

/// The reader of our output went away, as `head` does; that is no failure.
fn is_closed_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause
        .downcast_ref::<std::io::Error>()
        .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
