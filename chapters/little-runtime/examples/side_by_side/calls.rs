//! How often a server calls the operating system. It is counted as a debugger
//! would: the server is a process of its own, which is stopped at each call.

use crate::crowd::AT_A_TIME;
use crate::runtimes::{Serve, Service};
use futures::channel::oneshot;
use nix::sys::ptrace::{self, Options};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::env::current_exe;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{sync::mpsc, thread};

const CLIENTS: usize = 1000;
const ROUNDS: usize = 3;

/// Calls for one echo, of all threads of the server.
#[expect(clippy::zombie_processes, reason = "`count` waits for its end")]
pub(crate) fn each_echo(runtime: &str) -> f64 {
    let mut server = Command::new(current_exe().unwrap())
        .args(["server", runtime])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = Pid::from_raw(server.id().cast_signed());
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE // its threads, too
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(pid, options).expect("may not trace a child of our own");
    ptrace::interrupt(pid).unwrap();

    let stops = AtomicUsize::new(0);
    thread::scope(|scope| {
        let clients = scope.spawn(|| {
            let mut stdin = server.stdin.take().unwrap();
            stdin.write_all(b"go\n").unwrap();
            let mut address = String::new();
            let stdout = server.stdout.take().unwrap();
            BufReader::new(stdout).read_line(&mut address).unwrap();
            let server = address.trim_end().parse().unwrap();
            let mut clients = Clients::connect(server);
            let before = stops.load(Ordering::Relaxed);
            (0..ROUNDS).for_each(|_| clients.talk());
            let stops = stops.load(Ordering::Relaxed) - before;
            // A call stops the server when it begins, and when it ends.
            stops as f64 / 2.0 / (ROUNDS * CLIENTS) as f64
        });
        count(pid, &stops);
        clients.join().unwrap()
    })
}

/// In each round, each says one thing, and hears it. So none has said the next
/// thing when the server looks again, however slow it is while it is traced.
struct Clients(Vec<TcpStream>);

impl Clients {
    fn connect(server: SocketAddr) -> Self {
        let mut clients = Self(Vec::new());
        for n in 1..=CLIENTS {
            let mut client = TcpStream::connect(server).unwrap();
            if n % AT_A_TIME == 0 {
                // Whoever is answered was accepted, and all before it.
                client.write_all(b"?").unwrap();
                client.read_exact(&mut [0]).unwrap();
            }
            clients.0.push(client);
        }
        clients.talk();
        clients
    }

    fn talk(&mut self) {
        for client in &mut self.0 {
            client.write_all(&[b'x'; 100]).unwrap();
        }
        for client in &mut self.0 {
            client.read_exact(&mut [0; 100]).unwrap();
        }
    }
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
                stops.fetch_add(1, Ordering::Relaxed);
                (pid, None)
            }
            Ok(WaitStatus::PtraceEvent(pid, ..)) => (pid, None),
            Ok(WaitStatus::Stopped(pid, signal)) => (pid, Some(signal)),
            other => unreachable!("{other:?}"),
        };
        let _ = ptrace::syscall(pid, signal); // it may be gone since
    }
}

/// What the process does, until its input ends.
pub(crate) fn be_traced<R: Serve>() {
    // Whoever traces has to be there before the threads.
    io::stdin().read_line(&mut String::new()).unwrap();
    let (tell, told) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let server = thread::spawn(|| R::serve(Service::Echo, tell, stopped));
    println!("{}", told.recv().unwrap());
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    stop.send(()).unwrap();
    server.join().unwrap();
}
