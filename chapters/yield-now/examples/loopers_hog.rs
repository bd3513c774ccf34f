//! Three joined loops. Watch whose turn it is.

async fn looper(n: u32) {
    for turn in 1..=3 {
        println!("looper {n}: turn {turn}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(looper(1), looper(2), looper(3));
}
