//! Three cups as callbacks. Watch where the error of cup 2 turns up.
use anyhow::{Result, anyhow};
use calloop::timer::{TimeoutAction, Timer};
use calloop::{EventLoop, LoopHandle};
use std::time::Duration;

/// What the loop hands to each callback.
type Done = Vec<(u32, Result<()>)>;
type Events = LoopHandle<'static, Done>;
type Next = fn(u32, &Events, &mut Done);

fn call_later(n: u32, next: Next, events: &Events, ms: u64) {
    let timer = Timer::from_duration(Duration::from_millis(ms));
    let handle = events.clone();
    let callback = move |_, (): &mut (), done: &mut Done| {
        next(n, &handle, done);
        TimeoutAction::Drop
    };
    let added = events.insert_source(timer, callback);
    added.expect("a timer needs nothing from the system");
}

#[timeline::lane("tea {n}")]
fn tea(n: u32, events: &Events) {
    println!("tea {n}: kettle on");
    call_later(n, boiled, events, 1000);
}

#[timeline::lane("boiled {n}")]
fn boiled(n: u32, events: &Events, done: &mut Done) {
    if n == 2 {
        done.push((n, Err(anyhow!("the kettle is empty")))); // Oops!
        return;
    }
    println!("tea {n}: leaves in");
    call_later(n, drawn, events, 500);
}

#[timeline::lane("drawn {n}")]
fn drawn(n: u32, _events: &Events, done: &mut Done) {
    println!("tea {n}: poured");
    done.push((n, Ok(())));
}

fn main() -> Result<()> {
    let mut events = EventLoop::try_new()?;
    let mut done = Done::new();
    for n in 1..=3 {
        tea(n, &events.handle());
    }
    while done.len() < 3 {
        events.dispatch(None, &mut done)?;
    }
    for (n, cup) in done {
        match cup {
            Ok(()) => println!("main: tea {n} is on the table"),
            Err(error) => println!("main: no tea {n}, {error}"),
        }
    }
    Ok(())
}
