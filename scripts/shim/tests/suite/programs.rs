//! What the shim is given to run: this same file of tests, with the name of a program in its environment.

use std::process::Command;
use std::thread;

/// Where the name stands.
pub(crate) const PROGRAM: &str = "SHIM_TEST_PROGRAM";
/// The arguments with which this file of tests is a program.
pub(crate) const ARGS: [&str; 4] = ["--exact", "programs::program", "--ignored", "--nocapture"];

#[test]
#[ignore = "it is what the other tests run"]
fn program() {
    match std::env::var(PROGRAM).as_deref() {
        Ok("exits") => std::process::exit(3),
        Ok("waits") => {
            println!("waiting");
            loop {
                thread::park();
            }
        }
        Ok("floods") => loop {
            println!("tea");
        },
        Ok("leaves one behind") => {
            let itself = std::env::current_exe().expect("it was started");
            let left = Command::new(itself)
                .args(ARGS)
                .env(PROGRAM, "waits")
                .spawn();
            println!("left {}", left.expect("it is there").id());
        }
        _ => {}
    }
}
