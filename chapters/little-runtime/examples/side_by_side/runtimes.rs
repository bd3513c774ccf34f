//! Five runtimes behind one trait. Each does things in its own way.

use crate::serves_hyper::Io;
use bytes::Bytes;
use futures::channel::oneshot::Receiver;
use futures::executor::{LocalPool, LocalSpawner};
use futures::future::{Either, select};
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use futures::task::LocalSpawnExt;
use http_body_util::Full;
use hyper::{
    Request, Response, body, server::conn::http1, service::service_fn,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// What a server does with a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Service {
    Echo,
    Hyper,
}

pub(crate) trait Runtime {
    fn run<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> T;
    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send;
    fn yield_now() -> impl Future<Output = ()> + Send;
}

/// One with timers and sockets.
pub(crate) trait Whole: Runtime + Serve {
    fn sleep(time: Duration) -> impl Future<Output = ()> + Send + 'static;
}

pub(crate) trait Serve {
    /// Tells its address, and serves until it is stopped.
    fn serve(service: Service, tell: Sender<SocketAddr>, stop: Receiver<()>);
}

pub(crate) const ANY: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

type Answer = Result<Response<Full<Bytes>>, Infallible>;

async fn hello(_: Request<body::Incoming>) -> Answer {
    Ok(Response::new(Full::new(Bytes::from_static(b"hello"))))
}

async fn until(stop: Receiver<()>, serving: impl Future<Output = ()>) {
    match select(pin!(serving), stop).await {
        Either::Left(_) => unreachable!("it serves for ever"),
        Either::Right(_) => {}
    }
}

/// For all whose streams are those of `futures`.
async fn one(
    service: Service,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
) {
    match service {
        Service::Echo => {
            let mut buffer = [0; 1024];
            loop {
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => return,
                    Ok(n) => stream.write_all(&buffer[..n]).await.unwrap(),
                }
            }
        }
        Service::Hyper => {
            let http = http1::Builder::new();
            let io = Io::new(stream);
            let _ = http.serve_connection(io, service_fn(hello)).await;
        }
    }
}

pub(crate) struct Little;

impl Runtime for Little {
    fn run<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        little_runtime::block_on(future)
    }

    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        let handle = little_runtime::spawn(future);
        async { handle.await.unwrap() }
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        little_runtime::yield_now()
    }
}

impl Whole for Little {
    fn sleep(time: Duration) -> impl Future<Output = ()> + Send + 'static {
        little_runtime::sleep(time)
    }
}

impl Serve for Little {
    fn serve(service: Service, tell: Sender<SocketAddr>, stop: Receiver<()>) {
        little_runtime::block_on(until(stop, async {
            let any = ANY.into();
            let listener = little_runtime::TcpListener::bind(any).unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                little_runtime::spawn(one(service, stream));
            }
        }));
    }
}

pub(crate) struct Tokio;

async fn one_of_tokio(service: Service, mut stream: tokio::net::TcpStream) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    match service {
        Service::Echo => {
            let mut buffer = [0; 1024];
            loop {
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => return,
                    Ok(n) => stream.write_all(&buffer[..n]).await.unwrap(),
                }
            }
        }
        Service::Hyper => {
            let io = hyper_util::rt::TokioIo::new(stream);
            let http = http1::Builder::new();
            let _ = http.serve_connection(io, service_fn(hello)).await;
        }
    }
}

async fn serve_on_tokio(
    service: Service,
    tell: Sender<SocketAddr>,
    stop: Receiver<()>,
) {
    let serving = async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(ANY.into()).unwrap();
        let listener = socket.listen(1024).unwrap();
        tell.send(listener.local_addr().unwrap()).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(one_of_tokio(service, stream));
        }
    };
    until(stop, serving).await;
}

pub(crate) fn tokio_on_one() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

impl Runtime for Tokio {
    fn run<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        tokio_on_one().block_on(future)
    }

    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        let handle = tokio::spawn(future);
        async { handle.await.unwrap() }
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        tokio::task::yield_now()
    }
}

impl Whole for Tokio {
    fn sleep(time: Duration) -> impl Future<Output = ()> + Send + 'static {
        tokio::time::sleep(time)
    }
}

impl Serve for Tokio {
    fn serve(service: Service, tell: Sender<SocketAddr>, stop: Receiver<()>) {
        tokio_on_one().block_on(serve_on_tokio(service, tell, stop));
    }
}

pub(crate) struct TokioMulti;

fn tokio_on_two() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

impl Runtime for TokioMulti {
    fn run<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        // On a worker, as its tasks are.
        tokio_on_two().block_on(async { tokio::spawn(future).await.unwrap() })
    }

    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        Tokio::spawn(future)
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        tokio::task::yield_now()
    }
}

impl Whole for TokioMulti {
    fn sleep(time: Duration) -> impl Future<Output = ()> + Send + 'static {
        Tokio::sleep(time)
    }
}

impl Serve for TokioMulti {
    fn serve(service: Service, tell: Sender<SocketAddr>, stop: Receiver<()>) {
        let serving = serve_on_tokio(service, tell, stop);
        tokio_on_two().block_on(async { tokio::spawn(serving).await.unwrap() });
    }
}

pub(crate) struct Smol;

thread_local! {
    static SMOL: Rc<smol::LocalExecutor<'static>> = Rc::default();
    static FUTURES: RefCell<Option<LocalSpawner>> = const { RefCell::new(None) };
}

impl Runtime for Smol {
    fn run<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let executor = SMOL.with(Rc::clone);
        smol::block_on(executor.run(future))
    }

    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        SMOL.with(|executor| executor.spawn(future))
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        smol::future::yield_now()
    }
}

impl Whole for Smol {
    fn sleep(time: Duration) -> impl Future<Output = ()> + Send + 'static {
        use futures::FutureExt;
        smol::Timer::after(time).map(drop)
    }
}

impl Serve for Smol {
    fn serve(service: Service, tell: Sender<SocketAddr>, stop: Receiver<()>) {
        let executor = SMOL.with(Rc::clone);
        let serving = async {
            let listener = smol::net::TcpListener::bind(ANY).await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                executor.spawn(one(service, stream)).detach();
            }
        };
        smol::block_on(executor.run(until(stop, serving)));
    }
}

pub(crate) struct Futures;

impl Runtime for Futures {
    fn run<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let mut pool = LocalPool::new();
        FUTURES.set(Some(pool.spawner()));
        pool.run_until(future)
    }

    fn spawn<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> + Send {
        let spawn = |spawner: &Option<LocalSpawner>| {
            let spawner = spawner.as_ref().expect("it runs");
            spawner.spawn_local_with_handle(future).unwrap()
        };
        FUTURES.with_borrow(spawn)
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        smol::future::yield_now()
    }
}
