//! Five teas, and a signal while their kettles are on. Watch the end.
use nix::sys::signal::{SigHandler, Signal, signal};
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, ErrorKind::WouldBlock, Read, Write},
    mem,
    net::{SocketAddr, TcpListener, TcpStream},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
    thread,
    time::Duration,
};

/// A future that nobody awaits. To wake it is to put it in the queue.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());
static UNFINISHED: Mutex<usize> = Mutex::new(0);

/// Who is to be woken when there is something to read.
static WAITING: Mutex<Vec<(Arc<TcpStream>, Waker)>> = Mutex::new(Vec::new());

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

/// Sleeps until a socket has something, and wakes who waits for it.
fn wait_for_sockets() {
    let waiting = mem::take(&mut *WAITING.lock().unwrap());
    let sockets = waiting.iter().map(|(socket, _)| &**socket);
    let mut list: Vec<_> =
        sockets.map(|s| PollFd::new(s, PollFlags::IN)).collect();
    poll(&mut list, None).expect("no signal comes in between");
    let answers: Vec<_> = list.iter().map(PollFd::revents).collect();
    for ((socket, waker), answer) in waiting.into_iter().zip(answers) {
        if answer.is_empty() {
            WAITING.lock().unwrap().push((socket, waker));
        } else {
            waker.wake();
        }
    }
}

/// The task to poll next. Waits for the sockets if there is none.
fn next_ready() -> Option<Arc<Task>> {
    if READY.lock().unwrap().is_empty() {
        wait_for_sockets();
    }
    READY.lock().unwrap().pop_front()
}

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

/// Reads what is there. If nothing is, asks to be woken when there is.
async fn read(from: &Arc<TcpStream>, into: &mut [u8]) -> io::Result<usize> {
    poll_fn(|cx| match (&**from).read(into) {
        Err(e) if e.kind() == WouldBlock => {
            let waiting = (from.clone(), cx.waker().clone());
            WAITING.lock().unwrap().push(waiting);
            Poll::Pending
        }
        done => Poll::Ready(done),
    })
    .await
}

// part: tea
/// The other side, with threads of its own: an order takes a second.
fn kitchen(listener: &TcpListener) {
    for socket in listener.incoming() {
        let mut socket = socket.expect("a guest has connected");
        thread::spawn(move || {
            let heard = socket.read(&mut [0; 64]);
            heard.expect("a guest orders");
            thread::sleep(Duration::from_secs(1));
            socket.write_all(b"hot water").expect("a guest waits");
        });
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32, kitchen: SocketAddr) {
    let mut socket = TcpStream::connect(kitchen).expect("it is open");
    println!("tea {n}: kettle on");
    socket.write_all(b"tea").expect("an order is short");
    socket.set_nonblocking(true).expect("a socket can do that");
    let heard = read(&Arc::new(socket), &mut [0; 64]).await;
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

/// A signal that would end the process calls this in place of that.
extern "C" fn ignore(_signal: i32) {}

#[expect(unsafe_code, reason = "a handler may run between any two steps")]
fn main() {
    let handler = SigHandler::Handler(ignore);
    // SAFETY: the handler does nothing, so it can interrupt anything.
    unsafe { signal(Signal::SIGHUP, handler) }.expect("HUP can be handled");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || kitchen(&listener));
    block_on(async move {
        for n in 1..=5 {
            spawn(tea(n, address));
        }
    });
}
// end: tea
