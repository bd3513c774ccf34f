//! One tea, and a `main` without an attribute. Compare the output.
use std::time::Duration;
use tokio::{runtime::Builder, time::sleep};

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    sleep(Duration::from_secs(1)).await;
    println!("tea {n}: poured");
}

fn main() {
    let body = async {
        tea(1).await;
        println!("main: done");
    };
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("Failed building the Runtime")
        .block_on(body);
}
