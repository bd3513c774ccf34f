//! Five teas from a kitchen across the network. Watch the clock.
use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Wake, Waker},
    thread,
    time::Duration,
};

/// A future that nobody awaits. To wake it is to put it in the queue.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());
static UNFINISHED: Mutex<usize> = Mutex::new(0);

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

/// The task to poll next.
fn next_ready() -> Option<Arc<Task>> {
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
    let heard = socket.read(&mut [0; 64]);
    heard.expect("the kitchen answers");
    println!("tea {n}: poured");
}

fn main() {
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
