//! Enter in the server's terminal: all files are looked at again. For who works where the system tells of no changes, and
//! does not want to wait until somebody looks.

use std::io::{ErrorKind, IsTerminal, Read, Stdin};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::exec::changes::Part;
use crate::terminal::{leave_to_others, say};

/// Who holds the key down, or pipes lines without end, is heard so often. Long enough for a look at all files.
const AT_MOST_EVERY: Duration = Duration::from_millis(500);
/// A terminal that another program has for now is asked again so much later.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Hears Enter, as long as `changed` is heard. Returns whether anybody can press it: not where standard input is a file,
/// or nothing.
pub(crate) fn listen(changed: &mpsc::UnboundedSender<Part>) -> bool {
    let stdin = std::io::stdin();
    if !(stdin.is_terminal() || is_pipe(&stdin)) {
        return false;
    }
    let changed = changed.downgrade();
    let press = move || {
        let changed = changed.upgrade();
        let heard = changed.is_some_and(|changed| changed.send(Part::Everything).is_ok());
        if heard {
            say!("looking at all files again");
        }
        heard
    };
    let hear = move || {
        leave_to_others();
        hear(stdin.lock(), AT_MOST_EVERY, press);
    };
    // It ends with the process: nothing ends a thread that waits for a key.
    thread::Builder::new().spawn(hear).is_ok()
}

/// Calls `press` for each line, but of those that come in one go once, until it says no or no more can come.
fn hear(mut input: impl Read, at_most_every: Duration, mut press: impl FnMut() -> bool) {
    let mut bytes = [0; 4096];
    loop {
        match input.read(&mut bytes) {
            Ok(0) => return,
            Ok(read) => {
                if bytes[..read].contains(&b'\n') {
                    if !press() {
                        return;
                    }
                    thread::sleep(at_most_every);
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // EIO: the server is in the background, `cargo workbook serve &`.
            #[cfg(unix)]
            Err(error) if error.raw_os_error() == Some(nix::libc::EIO) => thread::sleep(ASK_AGAIN),
            Err(_) => return,
        }
    }
}

#[cfg(unix)]
fn is_pipe(stdin: &Stdin) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let file = stdin.as_fd().try_clone_to_owned().map(std::fs::File::from);
    let metadata = file.and_then(|file| file.metadata());
    metadata.is_ok_and(|it| it.file_type().is_fifo() || it.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_pipe(_: &Stdin) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// How often it is pressed, at most so often.
    fn pressed(input: impl Read, every: Duration, most: usize) -> usize {
        let mut pressed = 0;
        hear(input, every, || {
            pressed += 1;
            pressed < most
        });
        pressed
    }

    #[test]
    fn enter_is_heard_and_the_end_is_the_end() {
        assert_eq!(pressed(std::io::empty(), AT_MOST_EVERY, 9), 0);
        assert_eq!(pressed(&b"tea"[..], AT_MOST_EVERY, 9), 0);
        let twice = (&b"\n"[..]).chain(&b"x"[..]).chain(&b"a\n\n\n"[..]);
        assert_eq!(pressed(twice, Duration::ZERO, 9), 2);
    }

    #[test]
    fn lines_without_end_are_heard_now_and_then() {
        let start = Instant::now();
        let every = Duration::from_millis(20);
        assert_eq!(pressed(std::io::repeat(b'\n'), every, 5), 5);
        assert!(start.elapsed() >= every * 4);
    }

    #[test]
    #[cfg(unix)]
    fn a_terminal_that_others_have_is_asked_again() {
        struct Background(usize);
        impl Read for Background {
            fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 => Err(std::io::Error::from_raw_os_error(nix::libc::EIO)),
                    2 => Err(ErrorKind::Interrupted.into()),
                    3 => (&b"\n"[..]).read(bytes),
                    _ => Err(ErrorKind::Other.into()),
                }
            }
        }
        assert_eq!(pressed(Background(0), Duration::ZERO, 9), 1);
    }
}
