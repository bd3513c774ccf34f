//! Connections that say nothing. They are in a process of their own, so that the
//! server has all of its open files for the other ends.

use std::env::current_exe;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

/// So many connect before one has to be answered: fewer than any backlog takes.
pub(crate) const AT_A_TIME: usize = 100;

/// As many as there may be open files, but for some that have other uses.
pub(crate) fn most() -> usize {
    let limit = rlimit::increase_nofile_limit(10_100).unwrap_or(256);
    10_000.min(limit.saturating_sub(100) as usize)
}

/// A process with connections. To drop it is to close them.
#[derive(Debug)]
pub(crate) struct Crowd(Child);

impl Crowd {
    /// Returns when the server has accepted all of them.
    pub(crate) fn connect(server: SocketAddr, n: usize) -> Self {
        let mut child = Command::new(current_exe().unwrap())
            .args(["crowd", &server.to_string(), &n.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert_eq!(line, "connected\n", "the crowd did not get in");
        Self(child)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        drop(self.0.stdin.take()); // the end of its input is its end
        self.0.wait().unwrap();
    }
}

/// What the process does.
pub(crate) fn stand_around(server: &str, n: &str) {
    most();
    let n: usize = n.parse().unwrap();
    let mut crowd = Vec::new();
    for i in 1..=n {
        let mut socket = TcpStream::connect(server).unwrap();
        if i % AT_A_TIME == 0 || i == n {
            // Whoever is answered was accepted, and all before it.
            socket.write_all(b"?").unwrap();
            socket.read_exact(&mut [0]).unwrap();
        }
        crowd.push(socket);
    }
    println!("connected");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}
