//! The little runtime and Tokio behind one trait.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Any free port.
const ANY: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// How a task ended that brought no value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    Aborted,
    Panicked,
}

pub(crate) trait Runtime: 'static {
    type Listener: 'static;
    type Stream: 'static;
    type Handle<T: 'static>: Future<Output = Result<T, Failed>> + Unpin;

    fn block_on<T>(future: impl Future<Output = T>) -> T;
    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> Self::Handle<T>;
    fn abort<T: 'static>(handle: &Self::Handle<T>);
    async fn sleep(time: Duration);
    async fn timeout<T>(
        max: Duration,
        future: impl Future<Output = T>,
    ) -> Option<T>;

    async fn listen() -> io::Result<(Self::Listener, SocketAddr)>;
    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream>;
    async fn connect(address: SocketAddr) -> io::Result<Self::Stream>;
    async fn read(
        stream: &mut Self::Stream,
        buffer: &mut [u8],
    ) -> io::Result<usize>;
    async fn write_all(
        stream: &mut Self::Stream,
        bytes: &[u8],
    ) -> io::Result<()>;
    async fn shutdown(stream: &mut Self::Stream) -> io::Result<()>;
    fn set_zero_linger(stream: &Self::Stream) -> io::Result<()>;
}

pub(crate) struct Little;

impl Runtime for Little {
    type Listener = little_runtime::TcpListener;
    type Stream = little_runtime::TcpStream;
    type Handle<T: 'static> = little::Handle<T>;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        little_runtime::block_on(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> Self::Handle<T> {
        little::Handle(little_runtime::spawn(future))
    }

    fn abort<T: 'static>(handle: &Self::Handle<T>) {
        handle.0.abort();
    }

    async fn sleep(time: Duration) {
        little_runtime::sleep(time).await;
    }

    async fn timeout<T>(
        max: Duration,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        little_runtime::timeout(max, future).await
    }

    async fn listen() -> io::Result<(Self::Listener, SocketAddr)> {
        let listener = little_runtime::TcpListener::bind(ANY.into())?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        Ok(listener.accept().await?.0)
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Stream> {
        little_runtime::TcpStream::connect(address).await
    }

    async fn read(
        stream: &mut Self::Stream,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        futures::io::AsyncReadExt::read(stream, buffer).await
    }

    async fn write_all(
        stream: &mut Self::Stream,
        bytes: &[u8],
    ) -> io::Result<()> {
        futures::io::AsyncWriteExt::write_all(stream, bytes).await
    }

    async fn shutdown(stream: &mut Self::Stream) -> io::Result<()> {
        stream.shutdown().await
    }

    fn set_zero_linger(stream: &Self::Stream) -> io::Result<()> {
        stream.set_zero_linger()
    }
}

mod little {
    use super::Failed;
    use futures::FutureExt;
    use little_runtime::{JoinError, JoinHandle};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    pub(crate) struct Handle<T>(pub(super) JoinHandle<T>);

    impl<T> Future for Handle<T> {
        type Output = Result<T, Failed>;

        fn poll(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Self::Output> {
            let result = self.0.poll_unpin(cx);
            result.map_err(|error| match error {
                JoinError::Cancelled => Failed::Aborted,
                JoinError::Panicked(_) => Failed::Panicked,
            })
        }
    }
}

pub(crate) struct Tokio;

impl Runtime for Tokio {
    type Listener = tokio::net::TcpListener;
    type Stream = tokio::net::TcpStream;
    type Handle<T: 'static> = of_tokio::Handle<T>;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let options = tokio::runtime::LocalOptions::default();
        let runtime = builder.enable_all().build_local(options).unwrap();
        runtime.block_on(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> Self::Handle<T> {
        of_tokio::Handle(tokio::task::spawn_local(future))
    }

    fn abort<T: 'static>(handle: &Self::Handle<T>) {
        handle.0.abort();
    }

    async fn sleep(time: Duration) {
        tokio::time::sleep(time).await;
    }

    async fn timeout<T>(
        max: Duration,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::time::timeout(max, future).await.ok()
    }

    async fn listen() -> io::Result<(Self::Listener, SocketAddr)> {
        let listener = tokio::net::TcpListener::bind(ANY).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        Ok(listener.accept().await?.0)
    }

    async fn connect(address: SocketAddr) -> io::Result<Self::Stream> {
        tokio::net::TcpStream::connect(address).await
    }

    async fn read(
        stream: &mut Self::Stream,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        tokio::io::AsyncReadExt::read(stream, buffer).await
    }

    async fn write_all(
        stream: &mut Self::Stream,
        bytes: &[u8],
    ) -> io::Result<()> {
        tokio::io::AsyncWriteExt::write_all(stream, bytes).await
    }

    async fn shutdown(stream: &mut Self::Stream) -> io::Result<()> {
        tokio::io::AsyncWriteExt::shutdown(stream).await
    }

    fn set_zero_linger(stream: &Self::Stream) -> io::Result<()> {
        stream.set_zero_linger()
    }
}

mod of_tokio {
    use super::Failed;
    use futures::FutureExt;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::task::JoinHandle;

    pub(crate) struct Handle<T>(pub(super) JoinHandle<T>);

    impl<T> Future for Handle<T> {
        type Output = Result<T, Failed>;

        fn poll(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Self::Output> {
            let result = self.0.poll_unpin(cx);
            result.map_err(|error| match error.is_panic() {
                true => Failed::Panicked,
                false => Failed::Aborted,
            })
        }
    }
}
