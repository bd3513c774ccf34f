//! A hundred requests, more than can be served. Count those served in time.
use std::sync::Arc;
use std::time::Duration;
use tokio::{sync::Semaphore, task::JoinSet, time::Instant, time::sleep};

const ROOM: usize = 3;
const QUEUE: usize = 6;

#[derive(PartialEq)]
enum Answer {
    InTime,
    Late,
    Busy,
}

async fn request(workers: Arc<Semaphore>, places: Arc<Semaphore>) -> Answer {
    let Ok(_place) = places.try_acquire() else {
        return Answer::Busy; // at once
    };
    let came = Instant::now();
    let _worker = workers.acquire().await.expect("it is never closed");
    sleep(Duration::from_millis(50)).await;
    match came.elapsed() < Duration::from_millis(250) {
        true => Answer::InTime,
        false => Answer::Late, // the client has left
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let workers = Arc::new(Semaphore::new(ROOM));
    let places = Arc::new(Semaphore::new(ROOM + QUEUE));
    let mut requests = JoinSet::new();
    for _ in 1..=100 {
        requests.spawn(request(workers.clone(), places.clone()));
        sleep(Duration::from_millis(8)).await;
    }
    let answers = requests.join_all().await;
    let count = |kind| answers.iter().filter(|&a| *a == kind).count();
    println!("in time: {}", count(Answer::InTime));
    println!("late: {}", count(Answer::Late));
    println!("busy: {}", count(Answer::Busy));
}
