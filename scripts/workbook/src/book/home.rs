//! The folder of its own that each process of the tool has, for what it makes and throws away. It goes with the process;
//! what one leaves that was killed, the next one removes.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// In each home, and beside them for who makes or removes one. The system lets go of a lock when its process ends.
const LOCK: &str = "lock";
/// What a process has started has let go of its lock by then.
const LEFT_WITHIN: Duration = Duration::from_millis(300);

/// The home of this process.
#[derive(Debug)]
pub(crate) struct Home {
    folder: PathBuf,
    /// Held as long as the process lives: by that others know that it does.
    _lock: File,
}

impl Home {
    /// Makes a home in the folder `homes`, and removes those there of processes that are gone.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(crate) fn make(homes: &Path) -> Result<Self> {
        let make = || -> std::io::Result<Self> {
            std::fs::create_dir_all(homes)?;
            let turn = File::create(homes.join(LOCK))?;
            if is_locked_in_time(&turn) {
                remove_leftovers(homes);
            }
            let home = tempfile::Builder::new()
                .prefix(&format!("{}-", std::process::id()))
                .tempdir_in(homes)?;
            let lock = File::create(home.path().join(LOCK))?;
            // Where the system knows no locks, nobody removes anything.
            let _ = lock.try_lock();
            Ok(Self {
                folder: home.keep(),
                _lock: lock,
            })
        };
        make().with_context(|| format!("failed to make a folder in `{}`", homes.display()))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes it. What is still being written there may bring it back, and is removed then.
    pub(crate) fn remove(&self) {
        for _ in 0..20 {
            let _ = std::fs::remove_dir_all(&self.folder);
            thread::sleep(Duration::from_millis(2));
            if !self.folder.exists() {
                return;
            }
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Has the turn at something, as long as the file is held that it gives: others wait for it, though not for ever.
///
/// # Errors
/// Where the lock cannot be made.
pub(crate) fn turn(lock: &Path) -> std::io::Result<File> {
    if let Some(folder) = lock.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::create(lock)?;
    is_locked_in_time(&file);
    Ok(file)
}

/// One that is halted must not halt all others.
fn is_locked_in_time(file: &File) -> bool {
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        match file.try_lock() {
            Ok(()) => return true,
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(5)),
            Err(TryLockError::Error(_)) => return false,
        }
    }
    false
}

fn remove_leftovers(homes: &Path) {
    for home in std::fs::read_dir(homes).into_iter().flatten().flatten() {
        let (name, home) = (home.file_name(), home.path());
        let name = name.to_string_lossy();
        let is_home = name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('-');
        if is_home && !is_lived_in(&home) {
            let _ = std::fs::remove_dir_all(home);
        }
    }
}

/// Whether the process of a home is there. One that was ended while it started another leaves its lock to that for a
/// moment; and of a process in another container, the lock alone tells.
fn is_lived_in(home: &Path) -> bool {
    let Ok(lock) = File::options().write(true).open(home.join(LOCK)) else {
        return false;
    };
    let until = Instant::now() + LEFT_WITHIN;
    while lock.try_lock().is_err() {
        if is_there(home) || Instant::now() > until {
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
    false
}

/// Whether this system has a process of the number that a home has in its name.
#[cfg(unix)]
fn is_there(home: &Path) -> bool {
    use nix::errno::Errno;
    use nix::unistd::Pid;
    let name = home.file_name().unwrap_or_default().to_string_lossy();
    let number = name
        .split('-')
        .next()
        .and_then(|number| number.parse().ok());
    number.is_none_or(|number| {
        nix::sys::signal::kill(Pid::from_raw(number), None) != Err(Errno::ESRCH)
    })
}

#[cfg(not(unix))]
fn is_there(_: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_lock_that_outlives_its_process_for_a_moment_is_waited_for() {
        let homes = tempfile::tempdir().unwrap();
        // No system has so many processes.
        let left = ["2000000000-left", "2000000001-elsewhere"].map(|name| homes.path().join(name));
        let [short, long] = left.each_ref().map(|home| {
            std::fs::create_dir(home).unwrap();
            let lock = File::create(home.join(LOCK)).unwrap();
            lock.try_lock().unwrap();
            lock
        });
        let lets_go = thread::spawn(move || {
            thread::sleep(LEFT_WITHIN / 10);
            drop(short);
        });
        let home = Home::make(homes.path()).unwrap();
        assert!(!left[0].exists() && left[1].exists() && home.folder().exists());
        lets_go.join().unwrap();
        drop(long);
        Home::make(homes.path()).unwrap();
        assert!(!left[1].exists());
    }

    #[test]
    fn a_home_that_is_left_goes_and_one_that_is_lived_in_stays() {
        let homes = tempfile::tempdir().unwrap();
        let first = Home::make(homes.path()).unwrap();
        let left = homes.path().join("7-left");
        std::fs::create_dir_all(left.join("serve")).unwrap();
        std::fs::write(left.join(LOCK), "").unwrap();
        let without_lock = homes.path().join("8-left");
        std::fs::create_dir_all(&without_lock).unwrap();
        let other = homes.path().join("of-somebody-else");
        std::fs::create_dir_all(&other).unwrap();
        // As old as can be.
        let lock = File::open(first.folder().join(LOCK)).unwrap();
        lock.set_modified(std::time::UNIX_EPOCH).unwrap();
        let second = Home::make(homes.path()).unwrap();
        assert!(first.folder().is_dir() && second.folder().is_dir());
        assert!(!left.exists() && !without_lock.exists() && other.exists());
        drop(first);
        drop(second);
        let left: Vec<_> = std::fs::read_dir(homes.path()).unwrap().flatten().collect();
        assert_eq!(
            left.len(),
            2,
            "the lock and that of somebody else: {left:?}"
        );
    }
}
