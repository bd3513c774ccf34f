//! One cup by `async fn`, one by hand. Watch the lines, and count the polls.
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use timeline::LaneExt;
use tokio::time::{Sleep, sleep};

const SECOND: Duration = Duration::from_secs(1);
const HALF: Duration = Duration::from_millis(500);

// part: async
async fn tea(n: u32) -> u32 {
    println!("tea {n}: kettle on");
    sleep(SECOND).await;
    let lumps = n + 1;
    println!("tea {n}: poured, {lumps} lumps of sugar");
    sleep(HALF).await;
    println!("tea {n}: cool enough");
    lumps
}
// end: async

// part: enum
enum Tea {
    Ordered {
        n: u32,
    },
    Boiling {
        n: u32,
        timer: Pin<Box<Sleep>>,
    },
    Cooling {
        n: u32,
        lumps: u32,
        timer: Pin<Box<Sleep>>,
    },
    Served,
}

impl Future for Tea {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        loop {
            match &mut *self {
                Tea::Ordered { n } => {
                    println!("tea {n}: kettle on");
                    let timer = Box::pin(sleep(SECOND));
                    *self = Tea::Boiling { n: *n, timer };
                }
                Tea::Boiling { n, timer } => {
                    ready!(timer.as_mut().poll(cx));
                    let (n, lumps) = (*n, *n + 1);
                    println!("tea {n}: poured, {lumps} lumps of sugar");
                    let timer = Box::pin(sleep(HALF));
                    *self = Tea::Cooling { n, lumps, timer };
                }
                Tea::Cooling { n, lumps, timer } => {
                    ready!(timer.as_mut().poll(cx));
                    println!("tea {n}: cool enough");
                    let lumps = *lumps;
                    *self = Tea::Served;
                    return Poll::Ready(lumps);
                }
                Tea::Served => panic!("polled after Ready"),
            }
        }
    }
}
// end: enum

// part: main
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lumps = tea(1).lane("async fn").await;
    println!("main: {lumps} lumps");
    let lumps = Tea::Ordered { n: 1 }.lane("by hand").await;
    println!("main: {lumps} lumps");
}
// end: main
