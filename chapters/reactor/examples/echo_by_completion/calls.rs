//! Calls to the system, counted as a debugger could: the server is a process of
//! its own, and it is stopped at each call.

use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::env::current_exe;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

const ROUNDS: usize = 20;

/// How many calls the server makes for an echo, when so many clients speak at
/// once, and then hear.
pub(crate) fn for_an_echo(clients: usize) -> io::Result<f64> {
    let mut server = Command::new(current_exe()?)
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()?;
    let pid = Pid::from_raw(server.id().cast_signed());
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE // its threads, too
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(pid, options)?;
    ptrace::interrupt(pid)?;

    let stops = AtomicUsize::new(0);
    thread::scope(|scope| {
        let talk = scope.spawn(|| {
            let seen = talk(&mut server, clients, &stops);
            server.kill()?; // so `count` ends
            // A call stops the server when it begins, and when it ends.
            Ok(seen? as f64 / 2.0 / (ROUNDS * clients) as f64)
        });
        count(pid, &stops);
        talk.join().expect("it does not panic")
    })
}

/// How often the server was stopped while so many clients talked to it.
fn talk(
    server: &mut Child,
    clients: usize,
    stops: &AtomicUsize,
) -> io::Result<usize> {
    let mut address = String::new();
    let stdout = server.stdout.take().expect("it is piped");
    BufReader::new(stdout).read_line(&mut address)?;
    let mut clients = (0..clients)
        .map(|_| TcpStream::connect(address.trim_end()))
        .collect::<io::Result<Vec<_>>>()?;
    let mut before = 0;
    for round in 0..=ROUNDS {
        for client in &mut clients {
            client.write_all(b"tea")?;
        }
        for client in &mut clients {
            client.read_exact(&mut [0; 3])?;
        }
        if round == 0 {
            before = stops.load(Relaxed); // the first is to warm up
        }
    }
    Ok(stops.load(Relaxed) - before)
}

/// Until the process ends. It has to be on the thread that began to trace.
fn count(server: Pid, stops: &AtomicUsize) {
    loop {
        let (pid, signal) = match waitpid(None, Some(WaitPidFlag::__WALL)) {
            Ok(WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, ..)) => {
                if pid == server {
                    return;
                }
                continue;
            }
            Ok(WaitStatus::PtraceSyscall(pid)) => {
                stops.fetch_add(1, Relaxed);
                (pid, None)
            }
            Ok(WaitStatus::PtraceEvent(pid, ..)) => (pid, None),
            Ok(WaitStatus::Stopped(pid, signal)) => (pid, Some(signal)),
            other => unreachable!("{other:?}"),
        };
        let _ = ptrace::syscall(pid, signal); // it may be gone since
    }
}
