//! One connection after another, each as its plan says.

use crate::runtimes::{Failed, Runtime};
use crate::script::{End, Plan, Script, count};
use crate::server::{Command, read_exact};
use crate::{PATIENCE, Shared, WHILE, quiet_panic};
use futures::channel::oneshot;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// All connections of the client with this number.
pub(crate) async fn run<R: Runtime>(
    script: Script,
    client: u64,
    server: SocketAddr,
    start: Instant,
    shared: Shared,
) {
    for connection in 0..script.connections(client) {
        let due = script.begin(client)
            + script.period(client) * u32::try_from(connection).unwrap();
        R::sleep(due.saturating_sub(start.elapsed())).await;
        let plan = script.plan(client, connection);
        let end = watch::<R>(plan, server, &shared).await;
        count(&mut shared.borrow_mut().counts, &format!("client: {end}"), 1);
    }
}

/// Runs it as a task beside another, and says how it ended.
async fn watch<R: Runtime>(
    plan: Plan,
    server: SocketAddr,
    shared: &Shared,
) -> String {
    let (tell, waits) = oneshot::channel();
    let mut task = R::spawn(connect::<R>(plan, server, tell, shared.clone()));
    // It is beside the connection, with a timer that is never due.
    let companion = R::spawn(R::sleep(Duration::from_secs(86_400)));
    if waits.await.is_ok() {
        R::sleep(WHILE).await;
        R::abort(&task);
    }
    let end = match (&mut task).await {
        Ok(Ok(end)) => end.to_owned(),
        Ok(Err(error)) => format!("{:?}", error.kind()),
        Err(Failed::Aborted) => "aborted".to_owned(),
        Err(Failed::Panicked) => "panicked".to_owned(),
    };
    R::abort(&companion);
    if companion.await == Err(Failed::Aborted) {
        count(&mut shared.borrow_mut().counts, "companions aborted", 1);
    }
    end
}

async fn connect<R: Runtime>(
    plan: Plan,
    server: SocketAddr,
    abort_me: oneshot::Sender<()>,
    shared: Shared,
) -> io::Result<&'static str> {
    let Plan { end, words, rest, first } = plan;
    let connecting = R::timeout(PATIENCE, R::connect(server)).await;
    let mut stream = connecting.ok_or(ErrorKind::TimedOut)??;
    for (pause, length) in words {
        R::sleep(pause).await;
        let talk = say_and_hear::<R>(&mut stream, first, length);
        let talked = R::timeout(PATIENCE, talk).await;
        talked.ok_or(ErrorKind::TimedOut)??;
        let bytes = length as u64;
        let counts = &mut shared.borrow_mut().counts;
        count(counts, "bytes that came back", bytes);
    }
    R::sleep(rest).await;
    if let Some(command) = Command::to(end) {
        R::write_all(&mut stream, &command.header(0)).await?;
    }
    let near = end.seen().0;
    let mut byte = [0];
    match end {
        End::Close => return Ok(near),
        End::Reset => {
            R::set_zero_linger(&stream)?;
            return Ok(near);
        }
        End::Panic => quiet_panic(),
        End::HalfClose => R::shutdown(&mut stream).await?,
        End::TimeOut => {
            let heard = R::read(&mut stream, &mut byte);
            return match R::timeout(WHILE, heard).await {
                None => Ok(near),
                Some(heard) => heard.map(|_| "an answer to silence"),
            };
        }
        End::Abort => abort_me.send(()).unwrap(),
        End::ServerClose
        | End::ServerReset
        | End::ServerAbort
        | End::ServerPanic => {}
    }
    let heard = R::timeout(PATIENCE, R::read(&mut stream, &mut byte)).await;
    match (heard.ok_or(ErrorKind::TimedOut)??, end) {
        (0, End::HalfClose) => Ok(near),
        (0, _) => Ok("end of stream"),
        _ => Ok("a byte that nobody sent"),
    }
}

async fn say_and_hear<R: Runtime>(
    stream: &mut R::Stream,
    first: u8,
    length: usize,
) -> io::Result<()> {
    let mut said = Command::Echo.header(length).to_vec();
    let head = said.len();
    said.extend((0..length).map(|n| first.wrapping_add(n as u8)));
    R::write_all(stream, &said).await?;
    let mut heard = vec![0; length];
    read_exact::<R>(stream, &mut heard).await?;
    match heard == said[head..] {
        true => Ok(()),
        false => Err(ErrorKind::InvalidData.into()),
    }
}
