//! How long each case takes, and a word about one that does not come back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// Watches cases on all threads.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    shared: Arc<Mutex<Shared>>,
    limit: Duration,
}

#[derive(Debug, Default)]
struct Shared {
    running: Vec<(ThreadId, u64, Instant)>,
    /// The longest, with its case.
    longest: (Duration, u64),
    late: BTreeMap<u64, Duration>,
}

impl Watch {
    /// Begins to watch: a case that runs ten times the limit is named while it runs.
    pub(crate) fn begin(limit: Duration) -> Self {
        let watch = Self { shared: Arc::default(), limit };
        let other = watch.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(limit);
                other.name_those_that_hang();
            }
        });
        watch
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name_those_that_hang(&self) {
        for (_, case, since) in &self.lock().running {
            if since.elapsed() > self.limit * 10 {
                println!("case {case} has been running for {:?}", since.elapsed());
            }
        }
    }

    /// A case begins on this thread.
    pub(crate) fn enter(&self, case: u64) {
        self.lock().running.push((thread::current().id(), case, Instant::now()));
    }

    /// The case of this thread has ended.
    pub(crate) fn leave(&self) {
        let id = thread::current().id();
        let mut shared = self.lock();
        let Some(at) = shared.running.iter().position(|(other, ..)| *other == id) else { return };
        let (_, case, since) = shared.running.swap_remove(at);
        let spent = since.elapsed();
        shared.longest = shared.longest.max((spent, case));
        if spent > self.limit {
            shared.late.insert(case, spent);
        }
    }

    /// How many were late; they are named.
    pub(crate) fn late(&self) -> u64 {
        let shared = self.lock();
        for (case, spent) in &shared.late {
            println!("case {case} took {spent:?}");
        }
        shared.late.len() as u64
    }

    /// The longest, in words.
    pub(crate) fn longest(&self) -> String {
        let (spent, case) = self.lock().longest;
        format!("{spent:?} (case {case})")
    }
}
