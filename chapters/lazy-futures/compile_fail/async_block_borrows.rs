//! A plain fn returns an async block. Watch what the compiler says.
use std::time::Duration;
use tokio::time::sleep;

fn tea(n: u32) -> impl Future<Output = ()> {
    println!("tea {n}: ordered");
    async {
        println!("tea {n}: kettle on"); // Oops!
        sleep(Duration::from_secs(1)).await;
        println!("tea {n}: poured");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cup = tea(1);
    println!("main: now the cup is awaited");
    cup.await;
}
