//! Three teas on smol. One handle is dropped. Watch what becomes of its tea.
use smol::Timer;
use std::time::Duration;

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    Timer::after(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    smol::block_on(async {
        let kept = smol::spawn(tea(1));
        let dropped = smol::spawn(tea(2));
        smol::spawn(tea(3)).detach();
        Timer::after(Duration::from_millis(300)).await;
        drop(dropped);
        println!("main: one handle is gone");
        kept.await;
        Timer::after(Duration::from_millis(300)).await;
    });
}
