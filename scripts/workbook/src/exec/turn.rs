//! Whose turn it is to build: of several processes in one clone one builds at a time, and ties what it has built before the
//! next one looks. Cargo's own lock ends with cargo: whoever came then took for untied what was only not tied yet.

use std::fs::{File, TryLockError};
use std::time::Duration;

use crate::book::house::House;

/// How often it is asked whether another has come to its end.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// As long as it is there, no other process of this clone builds. The system takes it from one that ends in whatever way.
#[derive(Debug)]
pub(crate) struct BuildTurn {
    _lock: Option<File>,
}

impl BuildTurn {
    /// Waits for the turn, and says when it has to. Where the system knows no locks, everybody has one.
    pub(crate) async fn take(house: &House, waits: impl FnOnce()) -> Self {
        let place = house.scratch().join("building");
        let made = std::fs::create_dir_all(house.scratch()).and_then(|()| File::create(place));
        let Ok(lock) = made else {
            return Self { _lock: None };
        };
        // part: lock
        let mut waits = Some(waits);
        loop {
            match lock.try_lock() {
                Ok(()) => return Self { _lock: Some(lock) },
                Err(TryLockError::Error(_)) => return Self { _lock: None },
                Err(TryLockError::WouldBlock) => {}
            }
            if let Some(waits) = waits.take() {
                waits();
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        // end: lock
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::small::SmallBook;
    use std::cell::Cell;

    #[tokio::test]
    async fn one_builds_at_a_time_and_who_gives_up_is_in_nobodys_way() {
        let book = SmallBook::new();
        let house = book.house();
        let waited = Cell::new(0);
        let take = || BuildTurn::take(&house, || waited.set(waited.get() + 1));
        let first = take().await;
        for _ in 0..2 {
            let second = tokio::time::timeout(ASK_EVERY * 3, take()).await;
            assert!(second.is_err(), "there are two");
        }
        assert_eq!(waited.get(), 2, "each is told once");
        let (second, ()) = tokio::join!(take(), async { drop(first) });
        drop(second);
        take().await;
        assert_eq!(waited.get(), 3);
    }
}
