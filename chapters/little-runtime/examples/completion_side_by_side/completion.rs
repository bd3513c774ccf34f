//! A server on io_uring, and what is measured of it.

use crate::calls;
use crate::runtimes::{ANY, Little, Serve, Service, Tokio};
use crate::{spread::spread, work::serve};
use compio::BufResult;
use compio::driver::ProactorBuilder;
use compio::io::{AsyncRead, AsyncWriteExt};
use compio::net::{TcpListener, TcpStream};
use compio::runtime::{Runtime, spawn};
use futures::channel::oneshot::Receiver;
use futures::future::{Either, select};
use std::env::args;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::mpsc::Sender;

const ROUNDS: usize = 15;

pub(crate) struct Compio;

/// As large a buffer as all others have.
async fn echo(mut stream: TcpStream) {
    let mut buffer = Vec::with_capacity(1024);
    loop {
        buffer.clear();
        let BufResult(read, filled) = stream.read(buffer).await;
        if !matches!(read, Ok(1..)) {
            return;
        }
        let BufResult(written, sent) = stream.write_all(filled).await;
        written.unwrap();
        buffer = sent;
    }
}

async fn until(stop: Receiver<()>, serving: impl Future<Output = ()>) {
    match select(pin!(serving), stop).await {
        Either::Left(_) => unreachable!("it serves for ever"),
        Either::Right(_) => {}
    }
}

impl Serve for Compio {
    fn serve(service: Service, tell: Sender<SocketAddr>, stop: Receiver<()>) {
        assert!(matches!(service, Service::Echo), "hyper wants readiness");
        let mut driver = ProactorBuilder::new();
        driver.single_issuer(true).defer_taskrun(true); // one thread, as here
        let mut runtime = Runtime::builder();
        let runtime = runtime.with_proactor(driver).build().unwrap();
        runtime.block_on(until(stop, async {
            let listener = TcpListener::bind(ANY).await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                spawn(echo(stream)).detach();
            }
        }));
    }
}

fn cost<R: Serve>() -> f64 {
    serve::<R>(Service::Echo, 0, 1000, 30).cpu
}

fn race() {
    let [mut tokio, mut little, mut compio] = [vec![], vec![], vec![]];
    for round in 0..=ROUNDS {
        let first = cost::<Tokio>();
        let others = [cost::<Little>(), cost::<Compio>()];
        if round > 0 {
            tokio.push(first); // the first is to warm up
            little.push(others[0] / first);
            compio.push(others[1] / first);
        }
    }
    println!("echo, tokio: {} ns", spread(tokio, 0));
    println!("echo, little: {}", spread(little, 2));
    println!("echo, compio: {}", spread(compio, 2));
}

pub(crate) fn compare() {
    match args().nth(2).as_deref() {
        Some("tokio") => calls::be_traced::<Tokio>(),
        Some("little") => calls::be_traced::<Little>(),
        Some(_) => calls::be_traced::<Compio>(),
        None => {
            race();
            for name in ["tokio", "little", "compio"] {
                let calls = calls::each_echo(name);
                println!("echo, {name}: {calls:.2} calls to the system");
            }
        }
    }
}
