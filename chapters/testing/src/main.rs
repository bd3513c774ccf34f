//! TODO: one sentence: what to watch for in this run.

fn main() {
    println!("kettle on");
}
