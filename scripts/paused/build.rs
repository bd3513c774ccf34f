//! Builds this package once more, with its feature `parts`, in a build of its own: there Tokio has `test-util`, and no
//! other program of the book gets it.

#[path = "../parts.rs"]
mod parts;

fn main() {
    parts::rerun_if_changed();
    if std::env::var_os("CARGO_FEATURE_PARTS").is_none() {
        parts::build("paused", |_| {});
    }
}
