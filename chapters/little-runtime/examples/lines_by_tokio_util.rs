//! A codec from Tokio's workshop, on our runtime. Watch the last line.
use futures::{SinkExt, StreamExt};
use little_runtime::{TcpListener, TcpStream, block_on, spawn};
use std::error::Error;
use tokio::runtime::Handle;
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt};

/// The stream has the traits of `futures`. `compat` gives it Tokio's.
fn lines(stream: TcpStream) -> Framed<Compat<TcpStream>, LinesCodec> {
    Framed::new(stream.compat(), LinesCodec::new())
}

async fn serve(listener: TcpListener) -> Result<(), LinesCodecError> {
    let (stream, _) = listener.accept().await?;
    let mut lines = lines(stream);
    while let Some(order) = lines.next().await {
        lines.send(format!("{} is poured", order?)).await?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    block_on(async {
        let listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
        let server = listener.local_addr()?;
        let serving = spawn(serve(listener));
        let mut lines = lines(TcpStream::connect(server).await?);
        for n in 1..=3 {
            lines.send(format!("tea {n}")).await?;
            let answer = lines.next().await.ok_or("it has gone")??;
            println!("{answer}");
        }
        drop(lines);
        let tokio = Handle::try_current().is_ok();
        println!("a runtime of Tokio is here: {tokio}");
        Ok(serving.await??)
    })
}
