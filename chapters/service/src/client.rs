//! A client: one connection, and one request at a time.
use anyhow::{Context, Result};
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use futures::FutureExt;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::pin::pin;
use tokio::net::TcpStream;
use tokio::task::coop::unconstrained;
use tokio_util::task::AbortOnDropHandle;

/// A connection to a server. It is closed when this is dropped.
#[derive(Debug)]
pub struct Client {
    server: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
    connection: AbortOnDropHandle<hyper::Result<()>>,
}

/// What a server has answered, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub body: String,
}

impl Client {
    /// # Errors
    /// Where nobody listens at this address.
    pub async fn connect(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        let connection = AbortOnDropHandle::new(tokio::spawn(connection));
        Ok(Self {
            server,
            sender,
            connection,
        })
    }

    /// Whom it is connected to.
    #[must_use]
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// # Errors
    /// Where the connection breaks before the whole answer is there.
    pub async fn get(&mut self, path: &str) -> Result<Reply> {
        self.ask(Method::GET, path, None, String::new()).await
    }

    /// # Errors
    /// Where the connection breaks before the whole answer is there.
    pub async fn post(
        &mut self,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<Reply> {
        self.ask(Method::POST, path, None, body).await
    }

    /// The same with a key, by which the server knows the request again.
    ///
    /// # Errors
    /// Where the connection breaks before the whole answer is there.
    pub async fn post_once(
        &mut self,
        path: &str,
        key: &str,
        body: impl Into<Bytes>,
    ) -> Result<Reply> {
        self.ask(Method::POST, path, Some(key), body).await
    }

    /// The head of the answer. The rest is still to come.
    ///
    /// # Errors
    /// Where the connection breaks before the head is there.
    pub async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>> {
        self.sender.ready().await?;
        let mut answer = pin!(self.sender.send_request(request));
        tokio::select! {
            biased;
            answer = &mut answer => Ok(answer?),
            _ = &mut self.connection => {
                // By now it is there, or it will never be.
                let answer = unconstrained(answer).now_or_never();
                Ok(answer.context("the connection has ended")??)
            }
        }
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Reply> {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("host", self.server.to_string());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Full::new(body.into()))?;
        let (head, body) = self.send(request).await?.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        let body = String::from_utf8(body).context("text was expected")?;
        Ok(Reply {
            status: head.status,
            body,
        })
    }
}
