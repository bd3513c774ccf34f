//! What a program writes of itself. A timeline is of a whole process, so most tests start this program
//! again, with the one test that is called `scenario`.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::future::{pending, poll_fn, ready};
use std::mem::size_of_val;
use std::num::ParseIntError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::{Pin, pin};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::{Arc, Barrier, LazyLock, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use serde_json::Value;
use timeline::{LaneExt, lane, span};

// Programs that draw themselves.

#[test]
fn scenario() {
    match std::env::var("SCENARIO").as_deref() {
        Err(_) => {} // as a test of its own it is nothing
        Ok("names") => names(),
        Ok("polls_and_wakes") => polls_and_wakes(),
        Ok("nested") => block_on(outer()),
        Ok("drops") => drops(),
        Ok("panics") => panics(),
        Ok("spans") => spans(),
        Ok("cpu") => cpu(),
        Ok("hangs") => block_on(hangs()),
        Ok("spins") => block_on(spins(u64::MAX)),
        Ok("many_polls") => many_polls(),
        Ok("many_lanes") => many_lanes(),
        Ok("many_threads") => many_threads(),
        Ok("runtime") => main_of_tokio::main(),
        Ok("functions") => functions(),
        Ok("wakers") => wakers(),
        Ok("waits") => waits(),
        Ok("many_waits") => many_waits(),
        Ok(other) => panic!("no scenario is called `{other}`"),
    }
}

/// Is ready at its second poll, and is woken for it by another thread.
fn woken_by_a_thread() -> impl Future<Output = ()> + Unpin {
    let mut polls = 0;
    poll_fn(move |cx: &mut Context<'_>| {
        polls += 1;
        if polls == 2 {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake());
        Poll::Pending
    })
}

/// Is ready after so many polls, and wakes itself for each.
fn yields(polls: u64) -> impl Future<Output = ()> + Unpin {
    let mut left = polls;
    poll_fn(move |cx: &mut Context<'_>| {
        left -= 1;
        if left == 0 {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn names() {
    block_on(ready(()).lane("tea 1"));
    block_on(ready(()).lane(format_args!("tea {}", 2)));
    block_on(ready(()).lane("a \"quoted\" \\ name,\n\u{1} é 茶"));
}

fn polls_and_wakes() {
    block_on(woken_by_a_thread().lane("tea"));
}

#[lane("outer")]
async fn outer() {
    inner(1).await;
    inner(2).await;
}

#[lane("inner {n}")]
async fn inner(n: u32) {
    woken_by_a_thread().await;
}

fn drops() {
    drop(ready(()).lane("never polled"));
    let mut polled = Box::pin(pending::<()>().lane("polled"));
    assert!(poll_once(polled.as_mut()).is_pending());
    drop(polled);
    let mut done = ready(()).lane("done");
    assert!(poll_once(Pin::new(&mut done)).is_ready());
    drop(done);
    let mut outer = Box::pin(async { pending::<()>().lane("within").await }.lane("around"));
    assert!(poll_once(outer.as_mut()).is_pending());
}

fn panics() {
    let spill = || -> u32 { panic!("spilled") };
    let mut tea = poll_fn(|_| Poll::Ready(spill())).lane("tea");
    let poll = catch_unwind(AssertUnwindSafe(|| poll_once(Pin::new(&mut tea))));
    assert!(poll.is_err());
    drop(tea);
    assert!(catch_unwind(AssertUnwindSafe(|| span("chop", spill))).is_err());
    span("after", || ());
}

fn spans() {
    assert_eq!(span("chop", || 7), 7);
    span("around", || span("within", || ()));
    assert_eq!(parsed("12"), Ok(12));
    assert!(parsed("twelve").is_err());
    let mut cups = vec![String::from("tea")];
    first(&mut cups).push_str(" 1");
    assert_eq!(cups, ["tea 1"]);
}

/// A number, or none.
#[lane("parsed {text}")]
fn parsed(text: &str) -> Result<u32, ParseIntError> {
    let number: u32 = span("the text", || text.parse())?;
    if number > 10 {
        return Ok(number);
    }
    Ok(0)
}

#[lane("first of {}", cups.len())]
fn first(cups: &mut [String]) -> &mut String {
    &mut cups[0]
}

fn cpu() {
    // So much work, and not so long: beside others, a thread may get no core in a fifth of a second.
    span("computes", || {
        for n in 0..10_000_000_u64 {
            std::hint::black_box(n);
        }
    });
    span("sleeps", || thread::sleep(Duration::from_millis(100)));
}

#[lane("hangs")]
async fn hangs() {
    thread::sleep(Duration::from_secs(60));
}

#[lane("spins")]
async fn spins(polls: u64) {
    yields(polls).await;
}

fn many_polls() {
    block_on(spins(1_000_000));
    let mut dropped = Box::pin(yields(u64::MAX).lane("dropped"));
    for _ in 0..1000 {
        assert!(poll_once(dropped.as_mut()).is_pending());
    }
    drop(dropped);
    let mut polls = 0;
    block_on(
        poll_fn(|cx| {
            polls += 1;
            if polls == 500 {
                thread::sleep(Duration::from_millis(50));
            }
            let waker = cx.waker();
            waker.wake_by_ref();
            if polls == 1000 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .lane("one is long"),
    );
}

fn many_lanes() {
    for n in 0..1500 {
        span(n, || ());
    }
}

fn many_threads() {
    let together = &Barrier::new(8);
    thread::scope(|scope| {
        for n in 0..8 {
            let work = move || {
                together.wait();
                for _ in 0..5 {
                    block_on(yields(100).lane(format_args!("tea of guest {n}")));
                }
            };
            scope.spawn(work);
        }
    });
}

mod main_of_tokio {
    use super::*;

    #[lane("main")]
    #[tokio::main(worker_threads = 2)]
    pub(super) async fn main() {
        let cups: Vec<_> = (1..=3).map(|n| tokio::spawn(tea(n))).collect();
        for cup in cups {
            cup.await.unwrap();
        }
    }

    #[lane("tea {n}")]
    async fn tea(n: u32) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

// Functions of all kinds, under the attribute.

/// Has a documentation, and a visibility.
#[lane("plain {n}")]
#[must_use]
#[inline]
pub(crate) async fn attributes(n: u32) -> u32 {
    n
}

#[lane("borrows {text} {}", *number + 1)]
async fn borrows<'a>(text: &'a str, number: &mut u32, _unused: &u8) -> &'a str {
    *number += 1;
    ready(()).await;
    &text[1..]
}

#[lane("generic {} {N}", items.len())]
async fn generic<T, const N: usize>(items: Vec<T>) -> [T; N]
where
    T: Clone + fmt::Debug,
{
    ready(()).await;
    items[..N].to_vec().try_into().unwrap()
}

#[lane("impl {}", name)]
async fn impl_trait(name: impl fmt::Display, count: impl Fn() -> u32 + Send) -> impl fmt::Display {
    format!("{name} {}", count())
}

#[lane("patterns {n}")]
async fn patterns((first, second): (u32, Option<u32>), [third, ..]: [u32; 3], mut n: u32) -> u32 {
    n += first + third;
    ready(()).await;
    n + second.unwrap_or_default()
}

#[lane("question mark")]
async fn question_mark(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    let number: u32 = text.parse()?;
    if number > 10 {
        return Err("too many".into());
    }
    Ok(number)
}

#[lane("coerced")]
async fn coerced(early: bool) -> Box<dyn fmt::Display + Send> {
    if early {
        return Box::new(1);
    }
    Box::new("late")
}

#[lane("recursive {n}")]
async fn recursive(n: u32) -> u32 {
    if n == 0 {
        0
    } else {
        1 + Box::pin(recursive(n - 1)).await
    }
}

struct Pot {
    cups: u32,
}

impl Pot {
    #[lane("pour {n} of {}", self.cups)]
    async fn pour(&mut self, n: u32) -> &u32 {
        self.cups -= n;
        &self.cups
    }

    #[lane("empty")]
    async fn empty(mut self) -> Self {
        self.cups = 0;
        self
    }
}

impl Pot {
    #[lane("refill {n}")]
    fn refill(&mut self, mut n: u32) -> &mut u32 {
        n += self.cups;
        self.cups = n;
        &mut self.cups
    }
}

#[lane("words of {text}")]
fn words<'a>(text: &'a str, _unused: &u8) -> impl Iterator<Item = &'a str> {
    text.split(' ')
}

#[lane("last")]
fn last<T: fmt::Debug>(mut items: Vec<T>, or: impl FnOnce() -> T) -> T {
    if let Some(item) = items.pop() {
        return item;
    }
    or()
}

trait Brew {
    fn brew(&self) -> impl Future<Output = u32>;
}

impl Brew for Pot {
    #[lane("brew")]
    async fn brew(&self) -> u32 {
        self.cups
    }
}

fn functions() {
    assert_eq!(block_on(attributes(3)), 3);
    let mut number = 6;
    assert_eq!(block_on(borrows("tea", &mut number, &0)), "ea");
    assert_eq!(number, 7);
    assert_eq!(block_on(generic::<_, 2>(vec![1, 2, 3])), [1, 2]);
    let text = block_on(impl_trait("tea", || 5)).to_string();
    assert_eq!(text, "tea 5");
    assert_eq!(block_on(patterns((1, Some(2)), [4, 5, 6], 8)), 15);
    assert_eq!(block_on(question_mark("7")).unwrap(), 7);
    assert!(block_on(question_mark("seven")).is_err());
    assert!(block_on(question_mark("11")).is_err());
    assert_eq!(block_on(coerced(true)).to_string(), "1");
    assert_eq!(block_on(coerced(false)).to_string(), "late");
    assert_eq!(block_on(recursive(2)), 2);
    let mut pot = Pot { cups: 8 };
    assert_eq!(block_on(pot.pour(3)), &5);
    assert_eq!(block_on(pot.brew()), 5);
    assert_eq!(pot.refill(2), &7);
    assert_eq!(block_on(pot.empty()).cups, 0);
    assert_eq!(words("two words", &0).count(), 2);
    assert_eq!(last(vec![String::from("tea")], String::new), "tea");
}

/// Counts how often it is woken.
struct Task(Mutex<u32>);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        *self.0.lock().unwrap() += 1;
    }
}

fn wakers() {
    let tasks = [0, 1].map(|_| Arc::new(Task(Mutex::new(0))));
    let outer = tasks.clone().map(Waker::from);
    let kept = Mutex::new(Vec::<Waker>::new());
    let future = poll_fn(|cx| {
        kept.lock().unwrap().push(cx.waker().clone());
        Poll::<()>::Pending
    });
    let mut future = Box::pin(future.lane("tea"));
    for waker in [&outer[0], &outer[0], &outer[1], &outer[1]] {
        let mut cx = Context::from_waker(waker);
        assert!(future.as_mut().poll(&mut cx).is_pending());
    }
    let wakers: Vec<Waker> = std::mem::take(&mut kept.lock().unwrap());
    assert!(wakers[0].will_wake(&wakers[1]), "same outer, same inner");
    assert!(!wakers[1].will_wake(&wakers[2]), "each wakes its own task");
    assert!(wakers[2].will_wake(&wakers[3]));
    wakers[0].wake_by_ref();
    wakers[3].wake_by_ref();
    wakers.into_iter().for_each(Waker::wake);
    assert_eq!(tasks.each_ref().map(|task| *task.0.lock().unwrap()), [3, 3]);
    drop(outer);
    let owners = tasks.each_ref().map(Arc::strong_count);
    assert_eq!(owners, [1, 1], "the lane alone keeps no task alive");
}

fn waits() {
    let (place, place_free) = tokio::sync::oneshot::channel::<()>();
    let (_tray, tray_free) = tokio::sync::oneshot::channel::<()>();
    let mut place_free = pin!(place_free.waits_for(format_args!("a {}", "\"place\"")));
    let mut tray_free = Box::pin(tray_free.waits_for("a tray"));
    block_on(ready(()).waits_for("nothing").lane("at once"));
    // In no lane it is no wait, and in a lane it becomes one.
    assert!(poll_once(place_free.as_mut()).is_pending());
    let mut tea = Box::pin(
        poll_fn(|_| {
            let inner = poll_fn(|_| poll_once(place_free.as_mut()).map(drop));
            let got = poll_once(pin!(inner.lane("inner")));
            if got.is_pending() {
                assert!(poll_once(tray_free.as_mut()).is_pending());
            } else {
                // Also in another lane than it began in.
                block_on(
                    async { drop(std::mem::replace(&mut tray_free, Box::pin(never()))) }
                        .lane("other"),
                );
            }
            got
        })
        .lane("tea"),
    );
    assert!(poll_once(tea.as_mut()).is_pending());
    assert!(poll_once(tea.as_mut()).is_pending());
    place.send(()).unwrap();
    assert!(poll_once(tea.as_mut()).is_ready());
    drop(tea);

    let mut dropped = Box::pin(pending::<()>().waits_for("a cup").lane("dropped"));
    assert!(poll_once(dropped.as_mut()).is_pending());
    drop(dropped);
    let mut polls = 0;
    let spills = poll_fn(|_| {
        polls += 1;
        assert!(polls < 2, "spilled");
        Poll::<()>::Pending
    });
    let mut spills = Box::pin(spills.waits_for("a saucer").lane("spills"));
    assert!(poll_once(spills.as_mut()).is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| poll_once(spills.as_mut()))).is_err());
    drop(spills);
}

fn never() -> timeline::Waits<tokio::sync::oneshot::Receiver<()>> {
    tokio::sync::oneshot::channel().1.waits_for("nothing")
}

fn many_waits() {
    block_on(
        async {
            for _ in 0..300 {
                yields(2).waits_for("its turn").await;
            }
        }
        .lane("tea"),
    );
}

// What they write.

#[test]
fn a_file_begins_with_its_version_and_its_start() {
    let run = run("names");
    assert_eq!(run.header["timeline"], 1);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let start = run.header["start"].as_f64().unwrap();
    assert!(now - 60.0 < start && start <= now, "{start} is not now");
}

#[test]
fn lanes_are_numbered_as_they_come_and_have_their_names() {
    let run = run("names");
    let new = run.events.iter().filter(|line| line["event"] == "new");
    let lanes: Vec<_> = new.map(|line| (&line["lane"], &line["name"])).collect();
    assert_eq!(lanes[0], (&0.into(), &"tea 1".into()));
    assert_eq!(lanes[1], (&1.into(), &"tea 2".into()));
    let odd = "a \"quoted\" \\ name,\n\u{1} é 茶";
    assert_eq!(lanes[2], (&2.into(), &odd.into()));
}

#[test]
fn a_wake_has_its_thread_and_comes_before_the_poll() {
    let run = run("polls_and_wakes");
    let tea = run.lane("tea");
    let in_order = ["new", "poll", "wake", "poll", "ready"];
    let mut what = what(&tea);
    what.retain(|event| *event != "pending"); // the other thread may be faster
    assert_eq!(what, in_order);
    let wake = tea.iter().find(|line| line["event"] == "wake").unwrap();
    let polls: Vec<_> = tea.iter().filter(|line| line["event"] == "poll").collect();
    assert_eq!(
        (&polls[0]["thread"], &polls[1]["thread"]),
        (&0.into(), &0.into())
    );
    assert_eq!(wake["thread"], 1);
}

#[test]
fn a_wait_is_noted_in_its_lane_from_first_pending_to_its_end() {
    let run = run("waits");
    let waits = |lane: &str| {
        let lines = run.lane(lane);
        let waits = lines.iter().filter(|line| !line["wait"].is_null());
        let told = waits.map(|line| {
            let name = line["for"].as_str().unwrap_or_default();
            format!(
                "{} {} {name}",
                line["event"].as_str().unwrap(),
                line["wait"]
            )
        });
        told.map(|it| it.trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(waits("at once"), [""; 0], "it did not wait");
    // Lanes of one name are told together here: the first has begun to wait, the last has got it.
    assert_eq!(waits("inner"), ["waits 0 a \"place\"", "got 0"]);
    assert_eq!(waits("tea"), ["waits 0 a tray", "gave up 0"]);
    assert_eq!(waits("other"), [""; 0], "it was another lane that waited");
    assert_eq!(waits("dropped"), ["waits 0 a cup", "gave up 0"]);
    assert_eq!(waits("spills"), ["waits 0 a saucer", "gave up 0"]);
    let dropped = run.lane("dropped");
    let mut dropped = what(&dropped);
    dropped.sort_unstable();
    assert_eq!(
        dropped,
        ["drop", "gave up", "new", "pending", "poll", "waits"]
    );
}

#[test]
fn of_many_waits_the_first_are_written_and_that_there_are_more() {
    let lane = run("many_waits").lane("tea");
    let count = |event: &str| what(&lane).iter().filter(|it| **it == event).count();
    assert_eq!((count("waits"), count("got")), (257, 256));
    let last = lane.iter().rfind(|line| line["event"] == "waits").unwrap();
    assert!(last["wait"].is_null(), "{last}");
}

#[test]
fn nested_lanes_are_polled_and_woken_together() {
    let run = run("nested");
    let mut polls = Vec::new();
    for line in &run.events {
        let event = line["event"].as_str().unwrap();
        if matches!(event, "poll" | "pending" | "ready") {
            polls.push(format!("{} {event}", run.name(line)));
        }
    }
    let first = [
        "outer poll",
        "inner 1 poll",
        "inner 1 pending",
        "outer pending",
    ];
    let second = [
        "outer poll",
        "inner 1 poll",
        "inner 1 ready",
        "inner 2 poll",
    ];
    let third = [
        "inner 2 pending",
        "outer pending",
        "outer poll",
        "inner 2 poll",
    ];
    let last = ["inner 2 ready", "outer ready"];
    assert_eq!(polls, [&first[..], &second, &third, &last].concat());
    let wakes = |name: &str| {
        what(&run.lane(name))
            .iter()
            .filter(|e| **e == "wake")
            .count()
    };
    assert_eq!(
        (wakes("outer"), wakes("inner 1"), wakes("inner 2")),
        (2, 1, 1)
    );
}

#[test]
fn a_drop_is_noted_unless_the_future_is_over() {
    let run = run("drops");
    assert_eq!(what(&run.lane("never polled")), ["new", "drop"]);
    assert_eq!(
        what(&run.lane("polled")),
        ["new", "poll", "pending", "drop"]
    );
    assert_eq!(what(&run.lane("done")), ["new", "poll", "ready"]);
    let drops = run.events.iter().filter(|line| line["event"] == "drop");
    let dropped: Vec<_> = drops.map(|line| run.name(line)).collect();
    assert_eq!(dropped, ["never polled", "polled", "around", "within"]);
}

#[test]
fn a_panic_ends_a_poll_and_a_span() {
    let run = run("panics");
    assert_eq!(what(&run.lane("tea")), ["new", "poll", "panic"]);
    assert_eq!(what(&run.lane("chop")), ["new", "begin", "panic"]);
    assert_eq!(what(&run.lane("after")), ["new", "begin", "end"]);
}

#[test]
fn a_span_ends_however_its_function_does() {
    let run = run("spans");
    for name in [
        "chop",
        "around",
        "within",
        "parsed 12",
        "parsed twelve",
        "first of 1",
    ] {
        assert_eq!(what(&run.lane(name)), ["new", "begin", "end"], "{name}");
    }
    let time = |name: &str, at: usize| run.lane(name)[at]["t"].as_f64().unwrap();
    for (outer, inner) in [("around", "within"), ("parsed 12", "the text")] {
        assert!(time(outer, 1) <= time(inner, 1), "{outer}");
        assert!(time(inner, 2) <= time(outer, 2), "{outer}");
    }
}

#[test]
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
fn cpu_time_tells_computing_from_sleeping() {
    let run = run("cpu");
    let cpu = |name: &str| run.lane(name)[2]["cpu"].as_f64().unwrap();
    assert!(cpu("computes") > 0.02, "{}", cpu("computes"));
    assert!(cpu("sleeps") < 0.02, "{}", cpu("sleeps"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_thread_that_is_put_off_its_core_does_not_sleep() {
    // One more that computes beside it than there are cores.
    let cores = thread::available_parallelism().unwrap().get();
    let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let busy: Vec<_> = (0..cores + 1)
        .map(|_| {
            let is_over = is_over.clone();
            let end = Instant::now() + Duration::from_secs(10);
            let goes_on = move || !is_over.load(std::sync::atomic::Ordering::Relaxed);
            thread::spawn(move || while goes_on() && Instant::now() < end {})
        })
        .collect();
    let run = run("cpu");
    is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    busy.into_iter().for_each(|thread| thread.join().unwrap());
    let of = |name: &str, what: &str| run.lane(name)[2][what].as_i64().unwrap();
    assert_eq!(of("computes", "sleeps"), 0);
    assert!(of("computes", "put_off") > 0);
    assert!(of("sleeps", "sleeps") > 0);
}

#[test]
fn a_killed_run_has_written_the_open_poll() {
    let run = killed_when("hangs", |text| text.contains("\"poll\""));
    assert_eq!(what(&run.lane("hangs")), ["new", "poll"]);
}

#[test]
fn a_killed_run_tells_roughly_how_many_polls_there_were() {
    let run = killed_when("spins", |text| text.matches("\"many\"").count() == 5);
    let polls = run.polls("spins");
    assert!(polls > 2000, "{polls}");
    let spins = run.lane("spins");
    let times: Vec<f64> = spins
        .iter()
        .filter(|line| line["event"] == "many")
        .map(|line| line["t"].as_f64().unwrap())
        .collect();
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] >= 0.09),
        "{times:?}"
    );
}

#[test]
fn a_million_polls_are_counted_and_not_written() {
    let run = &*MANY_POLLS;
    assert!(run.size < 400_000, "{} bytes", run.size);
    assert_eq!(run.polls("spins"), 1_000_000);
    let spins = run.lane("spins");
    let many = spins.iter().rfind(|line| line["event"] == "many").unwrap();
    assert_eq!(many["wakes"], 999_999);
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
    assert!(many["cpu"].as_f64().unwrap() > 0.01, "{many}");
    let last = what(&spins).split_off(spins.len() - 3);
    assert_eq!(last, ["many", "poll", "ready"]);
    let head = what(&spins[..1 + 3 * 256]);
    assert_eq!(head.iter().filter(|event| **event == "poll").count(), 256);
    let wakes = spins.iter().filter(|line| line["event"] == "wake").count();
    assert_eq!(wakes, 256);
}

#[test]
fn polls_before_a_drop_are_counted() {
    let run = &*MANY_POLLS;
    assert_eq!(run.polls("dropped"), 1000);
    let dropped = run.lane("dropped");
    let last = what(&dropped).split_off(dropped.len() - 2);
    assert_eq!(last, ["many", "drop"]);
}

#[test]
fn a_long_poll_is_written_among_many() {
    let run = &*MANY_POLLS;
    assert_eq!(run.polls("one is long"), 1000);
    let lane = run.lane("one is long");
    let time = |line: &Value| line["t"].as_f64().unwrap();
    let is_poll = |line: &Value| line["event"] == "poll";
    let is_long = |pair: &[Value]| is_poll(&pair[0]) && time(&pair[1]) - time(&pair[0]) >= 0.05;
    assert!(lane.windows(2).any(is_long));
    let last = lane.iter().rfind(|line| line["event"] == "many").unwrap();
    assert_eq!(last["wakes"], 1000);
}

#[test]
fn lanes_without_end_are_not_written() {
    let run = run("many_lanes");
    let count = |event: &str| {
        run.events
            .iter()
            .filter(|line| line["event"] == event)
            .count()
    };
    assert_eq!((count("new"), count("end")), (1000, 1000));
}

#[test]
fn lines_of_many_threads_stay_whole() {
    let run = run("many_threads"); // which parses each line
    let lanes = 8 * 5;
    // Per lane: new, and of 100 polls each with its end, 99 with a wake.
    let lines = lanes * (1 + 100 * 2 + 99);
    assert_eq!(run.events.len(), lines);
    let mut threads = HashSet::new();
    for n in 0..8 {
        let lines = run.lane(&format!("tea of guest {n}"));
        let of_it: HashSet<_> = lines
            .iter()
            .filter_map(|line| line["thread"].as_u64())
            .collect();
        assert_eq!(of_it.len(), 1);
        threads.extend(of_it);
    }
    assert_eq!(threads, (0..8).collect());
}

#[test]
fn main_can_have_a_lane_under_tokio() {
    let run = run("runtime");
    assert_eq!(what(&run.lane("main")).last(), Some(&"ready"));
    for name in ["tea 1", "tea 2", "tea 3"] {
        assert_eq!(what(&run.lane(name)).last(), Some(&"ready"), "{name}");
    }
}

#[test]
fn the_attribute_takes_functions_of_all_kinds() {
    functions();
    let run = run("functions");
    let new = run.events.iter().filter(|line| line["event"] == "new");
    let names: Vec<_> = new.map(|line| line["name"].as_str().unwrap()).collect();
    let first = ["plain 3", "borrows tea 7", "generic 3 2", "impl tea"];
    let then = ["patterns 8", "question mark", "question mark"];
    let later = [
        "question mark",
        "coerced",
        "coerced",
        "recursive 2",
        "recursive 1",
    ];
    let last = [
        "recursive 0",
        "pour 3 of 8",
        "brew",
        "refill 2",
        "empty",
        "words of two words",
        "last",
    ];
    assert_eq!(names, [&first[..], &then, &later, &last].concat());
}

#[test]
fn wakers_are_equal_when_the_outer_ones_are_and_keep_nothing_alive() {
    wakers(); // off
    let run = run("wakers");
    let tea = run.lane("tea");
    assert_eq!(tea.iter().filter(|line| line["event"] == "wake").count(), 6);
}

#[test]
fn off_there_is_no_file_and_no_name() {
    struct Unspeakable;
    impl fmt::Display for Unspeakable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("the name was formatted")
        }
    }
    #[lane("{name}")]
    async fn future(name: Unspeakable) {
        ready(name).await;
    }
    #[lane("{name}")]
    fn function(name: &Unspeakable) {
        let _ = name;
    }
    assert_eq!(std::env::var_os("WORKBOOK_TIMELINE"), None);
    block_on(future(Unspeakable));
    function(&Unspeakable);
    block_on(ready(()).lane(Unspeakable));
    block_on(yields(3).waits_for(Unspeakable).lane(Unspeakable));
    span(Unspeakable, || ());

    let folder = tempfile::tempdir().unwrap();
    let mut child = child("names", folder.path());
    assert!(
        child
            .env_remove("WORKBOOK_TIMELINE")
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_cannot_be_opened_ends_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = child("names", folder.path());
    child
        .env("WORKBOOK_TIMELINE", folder.path())
        .stderr(Stdio::piped());
    let output = child.output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    let what = format!("failed to open `{}`", folder.path().display());
    assert_eq!(said.matches(&what).count(), 1, "{said}");
}

#[test]
fn a_lane_makes_a_future_larger_by_a_pointer() {
    async fn tea(n: u32, cup: Vec<u8>) -> usize {
        tokio::task::yield_now().await;
        n as usize + cup.len()
    }
    #[lane("tea {n}")]
    async fn tea_in_a_lane(n: u32, cup: Vec<u8>) -> usize {
        tokio::task::yield_now().await;
        n as usize + cup.len()
    }
    let plain = size_of_val(&tea(1, vec![]));
    assert_eq!(size_of_val(&tea(1, vec![]).lane("tea")), plain + 8);
    assert_eq!(size_of_val(&tea_in_a_lane(1, vec![])), plain + 8);
    assert_eq!(size_of_val(&tea(1, vec![]).waits_for("a cup")), plain + 8);
}

#[test]
fn a_lane_is_send_when_its_future_is() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    fn is_unpin<T: Unpin>(_: T) {}
    #[lane("sent")]
    async fn sent(text: &str, count: &mut u32) {
        ready(text).await;
        *count += 1;
    }
    block_on(is_send(sent("tea", &mut 0)));
    is_unpin(ready(()).lane("tea"));
    is_unpin(is_send(ready(()).waits_for("a place")));
    // And one that is not may still be in a lane.
    let cell = Rc::new(Cell::new(1));
    block_on(async { cell.set(2) }.lane("here"));
    assert_eq!(cell.get(), 2);
}

#[test]
fn arguments_live_as_long_as_in_any_async_fn() {
    struct Guard(&'static str, Rc<Mutex<Vec<&'static str>>>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(self.0);
        }
    }
    async fn plain(_: Guard, _unused: Guard, used: Guard, (_left, _): (Guard, Guard)) {
        ready(()).await;
        let _in_the_body = Guard("body", used.1.clone());
    }
    #[lane("guards")]
    async fn laned(_: Guard, _unused: Guard, used: Guard, (_left, _): (Guard, Guard)) {
        ready(()).await;
        let _in_the_body = Guard("body", used.1.clone());
    }
    fn dropped<F: Future>(
        call: impl FnOnce(Guard, Guard, Guard, (Guard, Guard)) -> F,
    ) -> Vec<&'static str> {
        let log = Rc::default();
        let guard = |name| Guard(name, Rc::clone(&log));
        let pair = (guard("left"), guard("right"));
        let mut future = pin!(call(guard("wild"), guard("unused"), guard("used"), pair));
        assert!(
            log.lock().unwrap().is_empty(),
            "the call itself drops nothing"
        );
        assert!(poll_once(future.as_mut()).is_ready());
        log.lock().unwrap().clone()
    }
    let order = dropped(laned);
    assert_eq!(order.len(), 6);
    assert_eq!(order, dropped(plain));
}

// The other process.

struct Run {
    header: Value,
    /// By time, as the documentation says.
    events: Vec<Value>,
    /// Of the lanes, by number.
    names: Vec<String>,
    /// In bytes.
    size: usize,
}

static MANY_POLLS: LazyLock<Run> = LazyLock::new(|| run("many_polls"));

fn run(scenario: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let status = child(scenario, folder.path()).status().unwrap();
    assert!(status.success(), "{scenario}: {status}");
    Run::parse(&fs::read_to_string(folder.path().join("timeline")).unwrap())
}

fn killed_when(scenario: &str, done: impl Fn(&str) -> bool) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("timeline");
    let mut child = child(scenario, folder.path()).spawn().unwrap();
    let so_far = || fs::read_to_string(&file).unwrap_or_default();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done(&so_far()) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(done(&so_far()), "{scenario} did not come so far");
    Run::parse(&so_far())
}

fn child(scenario: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "scenario", "--nocapture", "--test-threads=2"])
        .env("SCENARIO", scenario)
        .env("WORKBOOK_TIMELINE", folder.join("timeline"))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

impl Run {
    fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'));
        let lines = text
            .lines()
            .map(|line| serde_json::from_str(line).expect(line));
        let mut events: Vec<Value> = lines.collect();
        let header = events.remove(0);
        events.sort_by(|a, b| {
            a["t"]
                .as_f64()
                .unwrap()
                .total_cmp(&b["t"].as_f64().unwrap())
        });
        let mut new: Vec<_> = events
            .iter()
            .filter(|line| line["event"] == "new")
            .collect();
        new.sort_by_key(|line| line["lane"].as_u64());
        let name = |line: &Value| line["name"].as_str().unwrap().to_owned();
        let names = new.into_iter().map(name).collect();
        Self {
            header,
            events,
            names,
            size: text.len(),
        }
    }

    /// The lines of all lanes of this name.
    fn lane(&self, name: &str) -> Vec<Value> {
        let of_it = |line: &&Value| self.name(line) == name;
        self.events.iter().filter(of_it).cloned().collect()
    }

    /// The name of the lane of the line.
    fn name(&self, line: &Value) -> &str {
        let lane = line["lane"].as_u64().unwrap();
        &self.names[usize::try_from(lane).unwrap()]
    }

    /// How often the lane was polled, by the rule in the documentation.
    fn polls(&self, name: &str) -> u64 {
        let mut polls = 0;
        for line in self.lane(name) {
            match line["event"].as_str().unwrap() {
                "many" => polls = line["polls"].as_u64().unwrap(),
                "poll" => polls += 1,
                _ => {}
            }
        }
        polls
    }
}

fn what(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["event"].as_str().unwrap())
        .collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_timeline_that_has_no_room_is_removed_and_the_program_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let full = folder.path().join("timeline");
    std::os::unix::fs::symlink("/dev/full", &full).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "scenario"])
        .env("SCENARIO", "names")
        .env("WORKBOOK_TIMELINE", &full)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    assert!(full.symlink_metadata().is_err(), "half a timeline is left");
}
