//! Guests and kitchen are tasks, all on one thread. Watch the threads.
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    mem,
    net::{self, SocketAddr},
    os::fd::AsFd,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

/// A future that nobody awaits. To wake it is to put it in the queue.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

/// A socket, what we wait for, and who is to be woken then.
type Waiting = (Arc<dyn AsFd + Send + Sync>, PollFlags, Waker);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());
static UNFINISHED: Mutex<usize> = Mutex::new(0);
static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());
static TIMERS: Mutex<BTreeMap<Instant, Vec<Waker>>> =
    Mutex::new(BTreeMap::new());

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push_back(self);
    }
}

fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    *UNFINISHED.lock().unwrap() += 1;
    let task = Task(Mutex::new(Some(Box::pin(future))));
    Arc::new(task).wake(); // a new task is a woken task
}

/// Is ready from this moment on.
struct Sleep(Instant);

fn sleep(duration: Duration) -> Sleep {
    Sleep(Instant::now() + duration)
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.0 {
            return Poll::Ready(());
        }
        let mut timers = TIMERS.lock().unwrap();
        timers.entry(self.0).or_default().push(cx.waker().clone());
        Poll::Pending
    }
}

// part: wait
/// Wakes all that are due. Returns the time until the next.
fn wake_due() -> Option<Duration> {
    let now = Instant::now();
    let mut timers = TIMERS.lock().unwrap();
    let later = timers.split_off(&now);
    let due = mem::replace(&mut *timers, later);
    due.into_values().flatten().for_each(Waker::wake);
    timers.keys().next().map(|at| *at - now)
}

/// Sleeps until a socket is ready or the time is up. Wakes who waits.
fn wait_for_sockets(limit: Option<Duration>) {
    let waiting = mem::take(&mut *WAITING.lock().unwrap());
    let mut list = Vec::new();
    for (socket, flags, _) in &waiting {
        list.push(PollFd::from_borrowed_fd(socket.as_fd(), *flags));
    }
    let limit = limit.map(|left| Timespec::try_from(left).unwrap());
    match poll(&mut list, limit.as_ref()) {
        Ok(_) | Err(Errno::INTR) => {} // a signal: nobody is ready yet
        Err(e) => panic!("cannot wait for sockets: {e}"),
    }
    let answers: Vec<_> = list.iter().map(PollFd::revents).collect();
    for ((socket, flags, waker), answer) in waiting.into_iter().zip(answers) {
        if answer.is_empty() {
            WAITING.lock().unwrap().push((socket, flags, waker));
        } else {
            waker.wake();
        }
    }
}

/// The task to poll next. Sleeps if there is none.
fn next_ready() -> Option<Arc<Task>> {
    if READY.lock().unwrap().is_empty() {
        let left = wake_due();
        let more = !READY.lock().unwrap().is_empty();
        wait_for_sockets(if more { Some(Duration::ZERO) } else { left });
    }
    READY.lock().unwrap().pop_front()
}
// end: wait

/// Runs the future, and all that is spawned, to the end.
fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    spawn(future);
    let mut polls = 0;
    while *UNFINISHED.lock().unwrap() > 0 {
        let Some(task) = next_ready() else { continue };
        let waker = Waker::from(task.clone());
        let mut cx = Context::from_waker(&waker);
        let mut job = task.0.lock().unwrap();
        let Some(future) = job.as_mut() else { continue };
        polls += 1;
        if future.as_mut().poll(&mut cx).is_ready() {
            *job = None; // dropped here
            *UNFINISHED.lock().unwrap() -= 1;
        }
    }
    println!("block_on: {polls} polls");
}

// part: net
/// Calls `work` until it no longer says that it would block.
async fn when_ready<T>(
    socket: &Arc<impl AsFd + Send + Sync + 'static>,
    flags: PollFlags,
    mut work: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    poll_fn(|cx| match work() {
        Err(e) if e.kind() == WouldBlock => {
            let waiting = (socket.clone() as _, flags, cx.waker().clone());
            WAITING.lock().unwrap().push(waiting);
            Poll::Pending
        }
        done => Poll::Ready(done),
    })
    .await
}

struct TcpListener(Arc<net::TcpListener>);

impl TcpListener {
    fn bind(address: &str) -> io::Result<Self> {
        let listener = net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(Arc::new(listener)))
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let accepting = || self.0.accept();
        TcpStream::new(when_ready(&self.0, PollFlags::IN, accepting).await?.0)
    }
}

struct TcpStream(Arc<net::TcpStream>);

impl TcpStream {
    fn new(stream: net::TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self(Arc::new(stream)))
    }

    /// Blocks until the other system answers: no time within one machine.
    fn connect(to: SocketAddr) -> io::Result<Self> {
        Self::new(net::TcpStream::connect(to)?)
    }

    async fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let reading = || (&*self.0).read(into);
        when_ready(&self.0, PollFlags::IN, reading).await
    }

    async fn write_all(&self, mut from: &[u8]) -> io::Result<()> {
        while !from.is_empty() {
            let writing = || (&*self.0).write(from);
            let n = when_ready(&self.0, PollFlags::OUT, writing).await?;
            from = &from[n..];
        }
        Ok(())
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
    let heard = socket.read(&mut [0; 64]).await;
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.0.local_addr().expect("it is bound");
    spawn(kitchen(listener, 5));
    block_on(async move {
        for n in 1..=5 {
            spawn(tea(n, address));
        }
    });
}
// end: tea
