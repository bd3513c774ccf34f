//! A thousand clients and their server, on a runtime of our own.
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

// part: echo
const CLIENTS: usize = 1000;

async fn echo(socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(()); // end of stream
        }
        socket.write_all(&buffer[..n]).await?;
    }
}

async fn serve(listener: TcpListener, clients: usize) {
    for _ in 0..clients {
        let socket = listener.accept().await.expect("a client connects");
        spawn(async { echo(socket).await.expect("it stays to the end") });
    }
}

/// Five rounds of a KiB, with a rest after each: half a second in all.
async fn client(n: usize, server: SocketAddr) -> io::Result<()> {
    let socket = TcpStream::connect(server)?;
    for round in 1..=5 {
        let sent = format!("client {n}, round {round}; ").repeat(50);
        socket.write_all(sent.as_bytes()).await?;
        let (mut back, mut have) = (vec![0; sent.len()], 0);
        while have < sent.len() {
            let n = socket.read(&mut back[have..]).await?;
            assert!(n > 0, "the server has hung up");
            have += n;
        }
        assert_eq!(back, sent.as_bytes(), "client {n}: these are not mine");
        sleep(Duration::from_millis(100)).await;
    }
    socket.0.shutdown(net::Shutdown::Write)?; // no more to say
    assert_eq!(socket.read(&mut [0]).await?, 0, "client {n}: one too many");
    Ok(())
}

/// How many clients: each takes two open files, one at each end.
fn room() -> io::Result<usize> {
    let limit = rlimit::increase_nofile_limit(2 * CLIENTS as u64 + 64)?;
    let room = CLIENTS.min(limit.saturating_sub(64) as usize / 2);
    if room < CLIENTS {
        eprintln!("only {limit} open files: {room} clients");
        eprintln!("for more: `sudo prlimit --nofile=4096 --pid $$` on Linux,");
        eprintln!("`ulimit -n 4096` in a new terminal window on macOS");
    }
    Ok(room)
}

fn main() -> io::Result<()> {
    let clients = room()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = listener.0.local_addr()?;
    spawn(serve(listener, clients));
    block_on(async move {
        for n in 1..=clients {
            spawn(async move { client(n, server).await.expect("no errors") });
            if n % 100 == 0 {
                sleep(Duration::from_millis(1)).await; // room to accept
            }
        }
    });
    println!("{clients} clients, every byte came back");
    Ok(())
}
// end: echo
