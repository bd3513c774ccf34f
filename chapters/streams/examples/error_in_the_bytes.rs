//! Three lines, and one is too long. Watch what comes after the error.
use futures::StreamExt;
use tokio_util::codec::{FramedRead, LinesCodec};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let bytes = &b"order 1\nan order that is too long\norder 3\n"[..];
    let codec = LinesCodec::new_with_max_length(10);
    let mut lines = FramedRead::new(bytes, codec);
    for _ in 1..=5 {
        println!("{:?}", lines.next().await);
    }
}
