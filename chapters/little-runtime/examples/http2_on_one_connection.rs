//! Nine requests over one connection, as HTTP/2 has it. Watch the order.
use bytes::Bytes;
use futures::future::try_join_all;
use h2::{RecvStream, client, server};
use http::{Request, Response};
use little_runtime::{TcpListener, TcpStream, block_on, sleep, spawn};
use std::{error::Error, time::Duration};
use tokio_util::compat::FuturesAsyncReadCompatExt;

type Answer = server::SendResponse<Bytes>;

async fn brew(order: Request<RecvStream>, mut to: Answer) {
    let tea = order.uri().path().trim_start_matches("/tea/");
    let n: u64 = tea.parse().unwrap_or(0);
    sleep(Duration::from_millis(100 * (10 - n))).await; // the last is quickest
    let mut body = to.send_response(Response::new(()), false).unwrap();
    body.send_data(format!("tea {n}").into(), true).unwrap();
}

async fn serve(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    let (stream, _) = listener.accept().await?;
    let mut connection = server::handshake(stream.compat()).await?;
    while let Some(order) = connection.accept().await {
        let (order, to) = order?;
        spawn(brew(order, to));
    }
    Ok(())
}

async fn order(
    guest: client::SendRequest<Bytes>,
    n: u64,
) -> Result<(), Box<dyn Error>> {
    let request = Request::get(format!("http://us/tea/{n}")).body(())?;
    let (answer, _) = guest.ready().await?.send_request(request, true)?;
    let mut body = answer.await?.into_body();
    while let Some(bytes) = body.data().await {
        println!("{} is poured", String::from_utf8_lossy(&bytes?));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    block_on(async {
        let listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
        let server = listener.local_addr()?;
        spawn(serve(listener));
        let stream = TcpStream::connect(server).await?.compat();
        let (guest, connection) = client::handshake(stream).await?;
        spawn(connection);
        try_join_all((1..=9).map(|n| order(guest.clone(), n))).await?;
        Ok(())
    })
}
