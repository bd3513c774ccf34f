//! The same teas, on a reactor for every system. Watch the polls.
#[path = "../src/executor.rs"]
mod executor;
#[path = "../src/timers.rs"]
mod timers;

pub(crate) use executor::spawn;
use polling::{AsRawSource, AsSource, Event, Events, Poller};
use std::{
    collections::HashMap,
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    net::{self, SocketAddr},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Poll, Waker},
    time::Duration,
};
pub(crate) use timers::sleep;

// part: wait
static POLLER: LazyLock<Poller> =
    LazyLock::new(|| Poller::new().expect("one open file"));

/// Who is to be woken, by the key of the socket.
static WAITING: LazyLock<Mutex<HashMap<usize, Waker>>> =
    LazyLock::new(Mutex::default);

/// Sleeps until a socket is ready or a timer is due, and wakes who waits.
fn wait() {
    let limit = timers::wake_due();
    let mut events = Events::new();
    POLLER.wait(&mut events, limit).expect("it is there");
    for event in events.iter() {
        if let Some(waker) = WAITING.lock().unwrap().remove(&event.key) {
            waker.wake();
        }
    }
}

fn notify() {
    POLLER.notify().expect("it is there"); // for other threads
}

pub(crate) fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    executor::on_wake(notify);
    executor::block_on(future, wait);
}
// end: wait

// part: net
/// A socket that the poller knows, by this key.
struct Source<T: AsSource> {
    socket: T,
    key: usize,
}

static NEXT_KEY: AtomicUsize = AtomicUsize::new(0);

impl<T: AsSource> Source<T>
where
    for<'a> &'a T: AsRawSource,
{
    #[expect(unsafe_code, reason = "the poller may outlive the socket")]
    fn new(socket: T) -> io::Result<Self> {
        let key = NEXT_KEY.fetch_add(1, Relaxed);
        // SAFETY: the socket is in a `Source` from here on, is not taken out
        // of it, and the drop of a `Source` deletes it from the poller
        // before the socket itself is dropped.
        unsafe { POLLER.add(&socket, Event::none(key))? };
        Ok(Self { socket, key })
    }
}

impl<T: AsSource> Source<T> {
    /// Calls `work` until it no longer says that it would block.
    async fn when_ready<R>(
        &self,
        interest: fn(usize) -> Event,
        mut work: impl FnMut() -> io::Result<R>,
    ) -> io::Result<R> {
        poll_fn(|cx| match work() {
            Err(e) if e.kind() == WouldBlock => {
                let waker = cx.waker().clone();
                WAITING.lock().unwrap().insert(self.key, waker);
                match POLLER.modify(&self.socket, interest(self.key)) {
                    Ok(()) => Poll::Pending,
                    Err(e) => Poll::Ready(Err(e)),
                }
            }
            done => Poll::Ready(done),
        })
        .await
    }
}

impl<T: AsSource> Drop for Source<T> {
    fn drop(&mut self) {
        POLLER.delete(&self.socket).expect("it has been added");
        WAITING.lock().unwrap().remove(&self.key);
    }
}

pub(crate) struct TcpListener(Source<net::TcpListener>);

impl TcpListener {
    pub(crate) fn bind(address: &str) -> io::Result<Self> {
        let listener = net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(Source::new(listener)?))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.socket.local_addr()
    }

    pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
        let accepting = || self.0.socket.accept();
        let accepted = self.0.when_ready(Event::readable, accepting);
        TcpStream::new(accepted.await?.0)
    }
}

pub(crate) struct TcpStream(Source<net::TcpStream>);

impl TcpStream {
    fn new(stream: net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self(Source::new(stream)?))
    }

    /// Blocks until the other system answers: no time within one machine.
    pub(crate) fn connect(to: SocketAddr) -> io::Result<Self> {
        Self::new(net::TcpStream::connect(to)?)
    }

    pub(crate) async fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let reading = || (&self.0.socket).read(into);
        self.0.when_ready(Event::readable, reading).await
    }

    pub(crate) async fn write_all(&self, mut from: &[u8]) -> io::Result<()> {
        while !from.is_empty() {
            let writing = || (&self.0.socket).write(from);
            let n = self.0.when_ready(Event::writable, writing).await?;
            from = &from[n..];
        }
        Ok(())
    }

    /// No more to say.
    pub(crate) fn shutdown(&self) -> io::Result<()> {
        self.0.socket.shutdown(net::Shutdown::Write)
    }
}
// end: net

// part: tea
/// The other side, now with tasks: an order takes a second.
async fn kitchen(listener: TcpListener, cups: u32) {
    for _ in 0..cups {
        let socket = listener.accept().await.expect("a guest connects");
        spawn(async move {
            let heard = socket.read(&mut [0; 64]).await;
            heard.expect("a guest orders");
            sleep(Duration::from_secs(1)).await;
            let answer = socket.write_all(b"hot water").await;
            answer.expect("a guest waits");
        });
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, kitchen: SocketAddr) {
    let socket = TcpStream::connect(kitchen).expect("it is open");
    println!("tea {n}: kettle on");
    socket.write_all(b"tea").await.expect("an order is short");
    socket.shutdown().expect("it is connected");
    let heard = socket.read(&mut [0; 64]).await;
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    spawn(kitchen(listener, 5));
    block_on(async move {
        for n in 1..=5 {
            spawn(tea(n, address));
        }
    });
}
// end: tea
