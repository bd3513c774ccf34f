//! Three cups as coroutines. Watch where the error of cup 2 turns up.
use anyhow::{Result, ensure};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use std::collections::BTreeMap;
use std::{thread, time::Duration, time::Instant};

/// It says for how long it wants to wait, and ends with a `Result`.
type Cup = Coroutine<(), Duration, Result<()>>;
type Wait = Yielder<(), Duration>;

fn boil(n: u32, wait: &Wait) -> Result<()> {
    wait.suspend(Duration::from_secs(1));
    ensure!(n != 2, "the kettle is empty"); // Oops!
    Ok(())
}

fn tea(n: u32, wait: &Wait) -> Result<()> {
    println!("tea {n}: kettle on");
    boil(n, wait)?;
    println!("tea {n}: leaves in");
    wait.suspend(Duration::from_millis(500));
    println!("tea {n}: poured");
    Ok(())
}

#[timeline::lane("tea {n}")]
fn resume(n: u32, cup: &mut Cup) -> CoroutineResult<Duration, Result<()>> {
    cup.resume(())
}

fn main() {
    let mut waiting = BTreeMap::new();
    for n in 1..=3 {
        let cup = Cup::new(move |wait, ()| tea(n, wait));
        waiting.insert((Instant::now(), n), cup);
    }
    while let Some(((due, n), mut cup)) = waiting.pop_first() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        match resume(n, &mut cup) {
            CoroutineResult::Yield(wait) => {
                waiting.insert((Instant::now() + wait, n), cup);
            }
            CoroutineResult::Return(Ok(())) => {
                println!("main: tea {n} is on the table");
            }
            CoroutineResult::Return(Err(error)) => {
                println!("main: no tea {n}, {error}");
            }
        }
    }
}
