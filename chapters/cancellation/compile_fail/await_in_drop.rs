//! A cup that is dropped should be washed. Watch the error.
use std::time::Duration;
use tokio::time::sleep;

struct Cup(u32);

impl Drop for Cup {
    fn drop(&mut self) {
        println!("cup {}: in the sink", self.0);
        sleep(Duration::from_millis(500)).await;
        println!("cup {}: clean", self.0);
    }
}

fn main() {
    drop(Cup(1));
}
