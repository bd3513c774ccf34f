//! A server that is busy at first, and a deadline. Watch the pauses.

use std::time::Duration;

use timeline::LaneExt;
use tokio::time::{Instant, sleep, timeout_at};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    Busy,
    Refused,
    Late,
}

/// Makes a request, again where the server is busy, until the deadline.
///
/// # Errors
/// A refusal, `Late` where a request was cut at the deadline, and `Busy` where
/// there is no time for another one.
pub async fn ask<F>(
    deadline: Instant,
    mut request: impl FnMut() -> F,
) -> Result<u32, Failure>
where
    F: Future<Output = Result<u32, Failure>>,
{
    let wait = Duration::from_millis(100);
    loop {
        match timeout_at(deadline, request()).await {
            Err(_) => return Err(Failure::Late),
            Ok(Err(Failure::Busy)) => {}
            Ok(answer) => return answer,
        }
        if Instant::now() + wait >= deadline {
            return Err(Failure::Busy);
        }
        sleep(wait).await;
    }
}

async fn request(n: u32) -> Result<u32, Failure> {
    sleep(Duration::from_millis(50)).await;
    println!("request {n}: the server has {} before it", 3 - n);
    if n < 3 { Err(Failure::Busy) } else { Ok(n) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let deadline = Instant::now() + Duration::from_secs(1);
    let mut n = 0;
    let again = || {
        n += 1;
        request(n).lane(format!("request {n}"))
    };
    println!("main: {:?}", ask(deadline, again).await);
}

#[cfg(test)]
#[path = "../../../chapters/failing/exercises/until_the_deadline/tests.rs"]
mod tests;
