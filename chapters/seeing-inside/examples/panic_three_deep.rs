//! A panic three awaits deep. Watch which functions the backtrace has.
use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::time::Duration;
use tokio::time::sleep;

fn price(cups: usize) -> u32 {
    [0, 300, 550][cups]
}

async fn bill(cups: usize) -> u32 {
    sleep(Duration::from_millis(10)).await;
    price(cups)
}

async fn order(cups: usize) -> u32 {
    let total = bill(cups).await;
    total + 50
}

async fn guest() {
    let total = order(3).await;
    println!("guest: pays {total:?}");
}

/// Prints the frames of this program alone.
fn report(panic: &PanicHookInfo<'_>) {
    println!("{panic}");
    let trace = Backtrace::force_capture().to_string();
    let lines: Vec<_> = trace.lines().map(str::trim).collect();
    let frames = lines.iter().filter(|line| !line.starts_with("at "));
    println!("of {} frames:", frames.count());
    for frame in lines.windows(2) {
        if frame[0].contains("panic_three_deep::") {
            println!("{}\n      {}", frame[0], frame[1]);
        }
    }
}

#[tokio::main]
async fn main() {
    std::panic::set_hook(Box::new(report));
    guest().await;
}
