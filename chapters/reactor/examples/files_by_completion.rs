//! The same ten files, read through io_uring. Watch how many threads that takes.
use compio::{fs, runtime::Runtime};
use futures::future::join_all;
use std::fs::read_dir;
use std::{env, path::Path};

fn threads() -> usize {
    let all = read_dir("/proc/self/task").expect("Linux lists them");
    all.count()
}

async fn read(path: &Path) -> usize {
    let bytes = fs::read(path).await;
    bytes.expect("who may run it may read it").len()
}

fn main() {
    let program = env::current_exe().expect("this program is a file");
    let runtime = Runtime::new().unwrap();
    println!("threads before: {}", threads());
    let lengths = runtime.block_on(join_all((1..=10).map(|_| read(&program))));
    println!("files read: {}", lengths.len());
    println!("threads after: {}", threads());
}
