//! Two teas, in a loop that looks harmless. Watch how far it gets.
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
};

/// A future that nobody awaits. A wake puts it into the queue.
struct Task(Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>);

static READY: Mutex<VecDeque<Arc<Task>>> = Mutex::new(VecDeque::new());

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        READY.lock().unwrap().push_back(self);
    }
}

fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    Arc::new(Task(Mutex::new(Box::pin(future)))).wake();
}

/// Polls what is in the queue, until it is empty.
fn run() {
    while let Some(task) = READY.lock().unwrap().pop_front() {
        let waker = Waker::from(task.clone());
        let mut cx = Context::from_waker(&waker);
        let _ = task.0.lock().unwrap().as_mut().poll(&mut cx);
    }
}

/// Lets others go first, once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[timeline::lane("tea {n}")]
async fn tea(n: u32) {
    println!("tea {n}: kettle on");
    Yield(false).await;
    println!("tea {n}: poured");
}

fn main() {
    spawn(tea(1));
    spawn(tea(2));
    run();
}
