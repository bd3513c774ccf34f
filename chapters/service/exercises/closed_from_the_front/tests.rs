//! What `shut_down` must do. The clock is paused: a second takes no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use timeline::LaneExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{Service, shut_down};

const SECOND: Duration = Duration::from_secs(1);
const NOTICE: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(60);

/// What happened, and after how many seconds.
#[derive(Clone)]
struct Log(Arc<Mutex<Vec<(String, u64)>>>, Instant);

impl Log {
    fn new() -> Self {
        Self(Arc::default(), Instant::now())
    }

    fn say(&self, what: &str) {
        let seconds = self.1.elapsed().as_secs();
        self.0.lock().unwrap().push((what.to_owned(), seconds));
    }

    fn said(&self) -> Vec<(String, u64)> {
        self.0.lock().unwrap().clone()
    }
}

/// Says so when it is dropped.
struct Held(&'static str, Log);

impl Drop for Held {
    fn drop(&mut self) {
        self.1.say(self.0);
    }
}

fn service() -> Service {
    Service {
        ready: watch::Sender::new(true),
        no_more: CancellationToken::new(),
        requests: JoinSet::new(),
        empty: CancellationToken::new(),
        workers: JoinSet::new(),
    }
}

/// What is said so far, with the names alone.
fn names(said: &[(String, u64)]) -> Vec<&str> {
    said.iter().map(|(what, _)| what.as_str()).collect()
}

#[exercise::test]
async fn readiness_goes_first_and_requests_hear_after_the_notice() {
    let (log, mut service) = (Log::new(), service());
    let (mut ready, heard) = (service.ready.subscribe(), log.clone());
    let balancer = tokio::spawn(async move {
        _ = ready.changed().await;
        heard.say("not ready");
    });
    let (no_more, heard) = (service.no_more.clone(), log.clone());
    service.requests.spawn(async move {
        no_more.cancelled().await;
        heard.say("no more requests");
    });
    let aborted: usize = shut_down(service, NOTICE, LIMIT).await;
    balancer.await.unwrap();
    let wanted = [
        ("not ready".to_owned(), 0),
        ("no more requests".to_owned(), 10),
    ];
    assert_eq!(log.said(), wanted, "what was heard, after seconds");
    assert_eq!(aborted, 0, "tasks that were aborted");
}

#[exercise::test]
async fn workers_hear_when_the_requests_have_ended() {
    let (log, mut service) = (Log::new(), service());
    let said = log.clone();
    let request = async move {
        sleep(25 * SECOND).await;
        said.say("request: has put a job into the queue");
    };
    service.requests.spawn(request.lane("request"));
    let (empty, said) = (service.empty.clone(), log.clone());
    let worker = async move {
        empty.cancelled().await;
        said.say("worker: hears that nothing more comes");
        sleep(5 * SECOND).await;
        said.say("worker: has done the last job");
    };
    service.workers.spawn(worker.lane("worker"));
    let aborted: usize = shut_down(service, NOTICE, LIMIT).await;
    let wanted = [
        ("request: has put a job into the queue".to_owned(), 25),
        ("worker: hears that nothing more comes".to_owned(), 25),
        ("worker: has done the last job".to_owned(), 30),
    ];
    assert_eq!(log.said(), wanted, "what was said, after seconds");
    assert_eq!(aborted, 0, "tasks that were aborted");
}

#[exercise::test]
async fn both_have_one_limit() {
    let (log, mut service) = (Log::new(), service());
    for name in ["request", "worker"] {
        let held = Held(name, log.clone());
        let task = async move {
            let _held = held;
            sleep(3600 * SECOND).await;
        };
        match name {
            "request" => service.requests.spawn(task.lane(name)),
            _ => service.workers.spawn(task.lane(name)),
        };
    }
    let aborted: usize = shut_down(service, NOTICE, LIMIT).await;
    let seconds = log.1.elapsed().as_secs();
    assert_eq!(seconds, 70, "seconds: 10 of notice, 60 for both");
    assert_eq!(aborted, 2, "tasks that were aborted");
}

#[exercise::test]
async fn when_it_returns_every_task_has_ended() {
    let (log, mut service) = (Log::new(), service());
    let held = Held("the request has ended", log.clone());
    service.requests.spawn(async move {
        let _held = held;
        sleep(3600 * SECOND).await;
    });
    let held = Held("the worker has ended", log.clone());
    let empty = service.empty.clone();
    service.workers.spawn(async move {
        let _held = held;
        empty.cancelled().await;
    });
    _ = shut_down(service, NOTICE, LIMIT).await;
    let said = log.said();
    let wanted = ["the request has ended", "the worker has ended"];
    assert_eq!(names(&said), wanted, "what has ended when it returned");
}
