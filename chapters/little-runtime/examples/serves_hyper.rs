//! hyper as it comes from its authors, on our runtime. Watch both guests.
use bytes::Bytes;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use http_body_util::Full;
use hyper::rt::{Executor, Read, ReadBufCursor, Sleep, Timer, Write};
use hyper::{
    Request, Response, body, server::conn::http1, service::service_fn,
};
use little_runtime::{TcpListener, TcpStream, block_on, sleep, spawn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use std::{convert::Infallible, env::args, io};

// part: read
/// A stream, as hyper wants it.
#[derive(Debug)]
pub struct Io<S>(S, Box<[u8]>);

impl<S> Io<S> {
    pub fn new(stream: S) -> Self {
        Self(stream, [0; 8192].into())
    }
}

impl<S: AsyncRead + Unpin> Read for Io<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self(stream, buffer) = self.get_mut();
        let room = into.remaining().min(buffer.len());
        let stream = Pin::new(stream);
        let n = ready!(stream.poll_read(cx, &mut buffer[..room]))?;
        into.put_slice(&buffer[..n]);
        Poll::Ready(Ok(()))
    }
}
// end: read

// part: write
impl<S: AsyncWrite + Unpin> Write for Io<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}
// end: write

// part: timer
/// Our timers, and our tasks.
#[derive(Debug, Clone, Copy)]
pub struct Little;

struct Slept(little_runtime::Sleep);

impl Future for Slept {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl Sleep for Slept {}

impl Timer for Little {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Sleep>> {
        Box::pin(Slept(sleep(time)))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.sleep(deadline.saturating_duration_since(Instant::now()))
    }
}

impl<F: Future<Output: 'static> + 'static> Executor<F> for Little {
    fn execute(&self, future: F) {
        spawn(future);
    }
}
// end: timer

// part: serve
type Order = Request<body::Incoming>;

async fn answer(order: Order) -> Result<Response<Full<Bytes>>, Infallible> {
    let words = format!("{} is poured", order.uri().path());
    Ok(Response::new(Full::new(words.into())))
}

async fn serve(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let connection = http1::Builder::new()
            .timer(Little)
            .auto_date_header(false) // ours are the same each day
            .header_read_timeout(Duration::from_millis(500))
            .serve_connection(Io::new(stream), service_fn(answer));
        Little.execute(async {
            if let Err(error) = connection.await {
                println!("server: {error}");
            }
        });
    }
}

async fn guest(server: SocketAddr, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    Ok(response)
}

fn main() -> anyhow::Result<()> {
    block_on(async {
        let port = args().nth(1).map_or(Ok(0), |port| port.parse())?;
        let listener = TcpListener::bind(([127, 0, 0, 1], port).into())?;
        let server = listener.local_addr()?;
        if port != 0 {
            println!("try: curl -i http://{server}/tea");
            serve(listener).await;
            return Ok(());
        }
        spawn(serve(listener));

        let whole =
            "GET /tea HTTP/1.1\r\nhost: us\r\nconnection: close\r\n\r\n";
        for line in guest(server, whole).await?.lines() {
            println!("guest 1: {line}");
        }
        let half = "GET /tea HTTP/1.1\r\nhost: "; // and never the rest
        let answer = guest(server, half).await?;
        println!("guest 2: {} bytes, and goodbye", answer.len());
        Ok(())
    })
}
// end: serve
