//! Five runtimes at the same work, in turns. Watch the ratios, and how far they spread.

#[cfg(target_os = "linux")]
mod calls;
mod crowd;
mod runtimes;
#[path = "../serves_hyper.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "it is a program of its own, too"
)]
mod serves_hyper;
mod spread;
mod work;

use runtimes::{Futures, Little, Service, Smol, Tokio, TokioMulti};
use spread::spread;
use std::env::{args, current_exe};
use std::process::Command;
use work::{Served, beside_a_million, due_at_once, late_timers, memory};
use work::{ping_pong, repolls, serve, spawn, timers, yields};

type Work<T> = (&'static str, fn() -> T);

// part: race
/// One measurement on each runtime in turn, in rounds, and what it cost there as
/// a multiple of what it cost on the first in the same round.
fn race<T: Copy>(
    name: &str,
    rounds: usize,
    runtimes: &[Work<T>],
    cost: impl Fn(T) -> f64,
) -> Vec<Vec<T>> {
    let mut all = vec![Vec::new(); runtimes.len()];
    for round in 0..=rounds {
        for (measured, (_, run)) in all.iter_mut().zip(runtimes) {
            let seen = run();
            if round > 0 {
                measured.push(seen); // the first is to warm up
            }
        }
    }
    let first: Vec<_> = all[0].iter().map(|it| cost(*it)).collect();
    println!("{name}, {}: {} ns", runtimes[0].0, spread(first.clone(), 0));
    for (measured, (runtime, _)) in all.iter().zip(runtimes).skip(1) {
        let ratios =
            measured.iter().zip(&first).map(|(it, one)| cost(*it) / one);
        println!("{name}, {runtime}: {}", spread(ratios.collect(), 2));
    }
    all
}

// end: race

const ONE: &str = "tokio";
const MULTI: &str = "tokio multi_thread";

fn tell(name: &str, runtimes: &[Work<Served>], all: &[Vec<Served>]) {
    for (served, (runtime, _)) in all.iter().zip(runtimes) {
        let rate = served.iter().map(|it| it.rate / 1000.0).collect();
        let p99 = served.iter().map(|it| it.p99 / 1000.0).collect();
        let (rate, p99) = (spread(rate, 0), spread(p99, 1));
        println!("{name}, {runtime}: {rate} thousand a second, p99 {p99} ms");
        let user = served.iter().map(|it| it.user).sum::<f64>();
        let all = served.iter().map(|it| it.cpu).sum::<f64>();
        let part = 100.0 * user / all;
        println!("{name}, {runtime}: {part:.0} % of it not in the system");
    }
}

fn small(rounds: usize) {
    let all: [Work<f64>; 5] = [
        (ONE, spawn::<Tokio>),
        ("little", spawn::<Little>),
        (MULTI, spawn::<TokioMulti>),
        ("smol", spawn::<Smol>),
        ("futures", spawn::<Futures>),
    ];
    race("spawn and join", rounds, &all, |it| it);
    let all: [Work<f64>; 5] = [
        (ONE, yields::<Tokio>),
        ("little", yields::<Little>),
        (MULTI, yields::<TokioMulti>),
        ("smol", yields::<Smol>),
        ("futures", yields::<Futures>),
    ];
    race("yield", rounds, &all, |it| it);
    let all: [Work<f64>; 5] = [
        (ONE, ping_pong::<Tokio>),
        ("little", ping_pong::<Little>),
        (MULTI, ping_pong::<TokioMulti>),
        ("smol", ping_pong::<Smol>),
        ("futures", ping_pong::<Futures>),
    ];
    race("ping-pong", rounds, &all, |it| it);
    let all: [Work<f64>; 4] = [
        (ONE, timers::<Tokio>),
        ("little", timers::<Little>),
        (MULTI, timers::<TokioMulti>),
        ("smol", timers::<Smol>),
    ];
    race("timer", rounds, &all, |it| it);
    let all: [Work<f64>; 4] = [
        (ONE, late_timers::<Tokio>),
        ("little", late_timers::<Little>),
        (MULTI, late_timers::<TokioMulti>),
        ("smol", late_timers::<Smol>),
    ];
    race("timer after a sleep", rounds, &all, |it| it);
    let all: [Work<f64>; 4] = [
        (ONE, repolls::<Tokio>),
        ("little", repolls::<Little>),
        (MULTI, repolls::<TokioMulti>),
        ("smol", repolls::<Smol>),
    ];
    race("timer polled again", rounds, &all, |it| it);
    let all: [Work<f64>; 4] = [
        (ONE, beside_a_million::<Tokio>),
        ("little", beside_a_million::<Little>),
        (MULTI, beside_a_million::<TokioMulti>),
        ("smol", beside_a_million::<Smol>),
    ];
    race("timer beside a million", rounds, &all, |it| it);
    let all: [Work<f64>; 4] = [
        (ONE, due_at_once::<Tokio>),
        ("little", due_at_once::<Little>),
        (MULTI, due_at_once::<TokioMulti>),
        ("smol", due_at_once::<Smol>),
    ];
    race("timer due with others", rounds, &all, |it| it);
}

fn servers(rounds: usize) {
    let all: [Work<Served>; 4] = [
        (ONE, || serve::<Tokio>(Service::Echo, 0, 1000, 30)),
        ("little", || serve::<Little>(Service::Echo, 0, 1000, 30)),
        (MULTI, || serve::<TokioMulti>(Service::Echo, 0, 1000, 30)),
        ("smol", || serve::<Smol>(Service::Echo, 0, 1000, 30)),
    ];
    let seen = race("echo", rounds, &all, |it| it.cpu);
    tell("echo", &all, &seen);
    let all: [Work<Served>; 4] = [
        (ONE, || serve::<Tokio>(Service::Hyper, 0, 100, 60)),
        ("little", || serve::<Little>(Service::Hyper, 0, 100, 60)),
        (MULTI, || serve::<TokioMulti>(Service::Hyper, 0, 100, 60)),
        ("smol", || serve::<Smol>(Service::Hyper, 0, 100, 60)),
    ];
    let seen = race("hyper", rounds, &all, |it| it.cpu);
    tell("hyper", &all, &seen);
}

#[cfg(target_os = "linux")]
fn calls() {
    for name in [ONE, "little", MULTI, "smol"] {
        let calls = calls::each_echo(name);
        println!("echo, {name}: {calls:.2} calls to the system");
    }
}

#[cfg(not(target_os = "linux"))]
fn calls() {}

fn idlers(rounds: usize) {
    spread::stay_on_one_core();
    println!("idle connections: {}", crowd::most());
    let all: [Work<Served>; 2] = [
        ("none idle", || serve::<Little>(Service::Echo, 0, 1, 2000)),
        ("all idle", || {
            serve::<Little>(Service::Echo, crowd::most(), 1, 2000)
        }),
    ];
    race("one active", rounds, &all, |it| it.cpu);
}

fn memories() {
    for name in [ONE, "little", MULTI, "smol"] {
        let child = Command::new(current_exe().unwrap())
            .args(["memory", name])
            .output();
        print!("{}", String::from_utf8_lossy(&child.unwrap().stdout));
    }
}

/// What this program does as a process that it has started itself.
fn child(what: &str, args: &[String]) -> bool {
    match (what, args) {
        ("crowd", [server, n]) => crowd::stand_around(server, n),
        ("memory", [name]) => {
            let bytes = match name.as_str() {
                ONE => memory::<Tokio>(),
                "little" => memory::<Little>(),
                MULTI => memory::<TokioMulti>(),
                _ => memory::<Smol>(),
            };
            println!("sleeping task, {name}: {bytes} bytes");
        }
        #[cfg(target_os = "linux")]
        ("server", [name]) => match name.as_str() {
            ONE => calls::be_traced::<Tokio>(),
            "little" => calls::be_traced::<Little>(),
            MULTI => calls::be_traced::<TokioMulti>(),
            _ => calls::be_traced::<Smol>(),
        },
        _ => return false,
    }
    true
}

fn main() {
    let args: Vec<_> = args().skip(1).collect();
    let what = args.first().map_or("all", String::as_str);
    if child(what, args.get(1..).unwrap_or_default()) {
        return;
    }
    let rounds = args.get(1).map_or(15, |it| it.parse().unwrap());
    let all = what == "all";
    if all || what == "small" {
        small(rounds);
    }
    if all || what == "memories" {
        memories();
    }
    if all || what == "servers" {
        servers(rounds);
    }
    if all || what == "calls" {
        calls();
    }
    if all || what == "idlers" {
        idlers(rounds);
    }
}
