//! Six lines, in the order of the run.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use timeline::LaneExt;
use tokio::time::sleep;

/// Put these lines in order.
pub const ORDER: [&str; 6] = [
    "shelf: a cup taken",
    "main: all ordered",
    "milk: poured",
    "tea: kettle on",
    "toast: in the toaster",
    "tea: poured",
];

/// The lines of the run, as they were said.
pub type Lines = Arc<Mutex<Vec<&'static str>>>;

fn say(lines: &Lines, line: &'static str) {
    lines.lock().unwrap().push(line);
}

fn shelf(lines: &Lines) -> u32 {
    say(lines, "shelf: a cup taken");
    1
}

async fn tea(lines: Lines, _cup: u32) {
    say(&lines, "tea: kettle on");
    sleep(Duration::from_secs(1)).await;
    say(&lines, "tea: poured");
}

pub async fn breakfast(lines: Lines) {
    let of_toast = lines.clone();
    let toast = async move { say(&of_toast, "toast: in the toaster") };
    tokio::spawn(toast.lane("toast"));
    let tea = tea(lines.clone(), shelf(&lines)).lane("tea");
    let milk = async { say(&lines, "milk: poured") };
    say(&lines, "main: all ordered");
    milk.await;
    tea.await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lines = Lines::default();
    breakfast(lines.clone()).lane("breakfast").await;
    let lines = lines.lock().unwrap();
    for line in &*lines {
        println!("{line}");
    }
    let right = *lines == ORDER;
    println!("is this the order that you said? {right}");
}

#[cfg(test)]
#[path = "../../../chapters/lazy-futures/exercises/six_lines/tests.rs"]
mod tests;
