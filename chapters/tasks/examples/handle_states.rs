//! A handle in each state. Watch what it says, and what an await brings.
use std::time::Duration;
use tokio::{spawn, task::JoinHandle, time::sleep};

async fn tea(spilled: bool) -> &'static str {
    sleep(Duration::from_millis(100)).await;
    assert!(!spilled, "spilled");
    "a cup of tea"
}

async fn ask(task: &str, handle: &mut JoinHandle<&str>) {
    println!("{task}: is_finished {}", handle.is_finished());
    match handle.await {
        Ok(cup) => println!("{task}: {cup}"),
        Err(error) => {
            let (panic, cancelled) = (error.is_panic(), error.is_cancelled());
            println!("{task}: is_panic {panic}, is_cancelled {cancelled}");
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    ask("under way", &mut spawn(tea(false))).await;
    let mut done = spawn(tea(false));
    let mut panicked = spawn(tea(true));
    let mut too_late = spawn(tea(false));
    let detached = spawn(tea(false));
    let remote = detached.abort_handle();
    drop(detached);
    println!("detached: is_finished {}", remote.is_finished());
    sleep(Duration::from_millis(200)).await;
    println!("detached: is_finished {}", remote.is_finished());
    ask("done", &mut done).await;
    ask("panicked", &mut panicked).await;
    too_late.abort();
    ask("done, then aborted", &mut too_late).await;
    let mut aborted = spawn(tea(false));
    aborted.abort();
    ask("aborted", &mut aborted).await;
    let mut gone = spawn(tea(false));
    gone.abort();
    sleep(Duration::from_millis(100)).await; // it is dropped here
    ask("aborted before", &mut gone).await;
    println!("done, once more: is_finished {}", done.is_finished());
    sleep(Duration::from_millis(100)).await;
    println!("done, once more: {:?}", done.await);
}
