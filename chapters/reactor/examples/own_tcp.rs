//! Guests and kitchen are tasks, all on one thread. Watch the threads.
#[path = "../src/executor.rs"]
mod executor;
#[path = "../src/timers.rs"]
mod timers;

pub(crate) use executor::spawn;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::{
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    mem,
    net::{self, SocketAddr},
    os::fd::AsFd,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};
pub(crate) use timers::sleep;

// part: wait
/// A socket, what we want to do with it, and who is to be woken then.
struct Waiting {
    socket: Arc<dyn AsFd + Send + Sync>,
    interest: PollFlags,
    waker: Waker,
}

static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());

/// Sleeps until a socket is ready or a timer is due, and wakes who waits.
fn wait() {
    let limit = timers::wake_due();
    let limit = limit.map(|left| Timespec::try_from(left).unwrap());
    let waiting = mem::take(&mut *WAITING.lock().unwrap());
    let mut list = Vec::new();
    for it in &waiting {
        list.push(PollFd::from_borrowed_fd(it.socket.as_fd(), it.interest));
    }
    match poll(&mut list, limit.as_ref()) {
        Ok(_) | Err(Errno::INTR) => {} // a signal: nobody is ready yet
        Err(e) => panic!("cannot wait for sockets: {e}"),
    }
    let answers: Vec<_> = list.iter().map(PollFd::revents).collect();
    for (it, answer) in waiting.into_iter().zip(answers) {
        if answer.is_empty() {
            WAITING.lock().unwrap().push(it);
        } else {
            it.waker.wake();
        }
    }
}

pub(crate) fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    executor::block_on(future, wait);
}
// end: wait

// part: net
/// Calls `work` until it no longer says that it would block.
async fn when_ready<T>(
    socket: &Arc<impl AsFd + Send + Sync + 'static>,
    interest: PollFlags,
    mut work: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    poll_fn(|cx| match work() {
        Err(e) if e.kind() == WouldBlock => {
            let (socket, waker) = (socket.clone(), cx.waker().clone());
            WAITING.lock().unwrap().push(Waiting {
                socket,
                interest,
                waker,
            });
            Poll::Pending
        }
        done => Poll::Ready(done),
    })
    .await
}

pub(crate) struct TcpListener(Arc<net::TcpListener>);

impl TcpListener {
    pub(crate) fn bind(address: &str) -> io::Result<Self> {
        let listener = net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(Arc::new(listener)))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
        let accepting = || self.0.accept();
        TcpStream::new(when_ready(&self.0, PollFlags::IN, accepting).await?.0)
    }
}

pub(crate) struct TcpStream(Arc<net::TcpStream>);

impl TcpStream {
    fn new(stream: net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self(Arc::new(stream)))
    }

    /// Blocks until the other system answers: no time within one machine.
    pub(crate) fn connect(to: SocketAddr) -> io::Result<Self> {
        Self::new(net::TcpStream::connect(to)?)
    }

    pub(crate) async fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let reading = || (&*self.0).read(into);
        when_ready(&self.0, PollFlags::IN, reading).await
    }

    pub(crate) async fn write_all(&self, mut from: &[u8]) -> io::Result<()> {
        while !from.is_empty() {
            let writing = || (&*self.0).write(from);
            let n = when_ready(&self.0, PollFlags::OUT, writing).await?;
            from = &from[n..];
        }
        Ok(())
    }

    /// No more to say.
    pub(crate) fn shutdown(&self) -> io::Result<()> {
        self.0.shutdown(net::Shutdown::Write)
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
