//! How far a long command has come: a bar on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::say;

#[derive(Debug)]
pub(crate) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    pub(crate) fn new(steps: usize, verb: &'static str) -> Self {
        let bar = ProgressBar::new(steps as u64);
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}")
            .expect("the template is valid");
        bar.set_style(style);
        bar.set_message(verb);
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar }
    }

    /// One step is done, with a line about it.
    pub(crate) fn step(&self, line: &str) {
        self.say(line);
        self.bar.inc(1);
    }

    pub(crate) fn say(&self, line: &str) {
        if self.bar.is_hidden() {
            say!("{line}");
        } else {
            self.bar.println(line);
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
