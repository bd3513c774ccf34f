//! Answers, and ends as it is asked to. A message is a command, the length of
//! what follows, and that.

use crate::runtimes::{Failed, Runtime};
use crate::script::{End, count};
use crate::{Shared, WHILE, quiet_panic};
use futures::channel::oneshot;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::rc::Rc;

pub(crate) const HEADER: usize = 4;

/// What the server is to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Echo,
    /// Is not answered.
    Silence,
    Close,
    Reset,
    Abort,
    Panic,
}

impl Command {
    const ALL: [Self; 6] = [
        Self::Echo,
        Self::Silence,
        Self::Close,
        Self::Reset,
        Self::Abort,
        Self::Panic,
    ];

    pub(crate) fn header(self, length: usize) -> [u8; HEADER] {
        let [.., a, b, c] = (length as u32).to_be_bytes();
        [self as u8, a, b, c]
    }

    /// What a client says for the server to end it so.
    pub(crate) fn to(end: End) -> Option<Self> {
        match end {
            End::TimeOut => Some(Self::Silence),
            End::ServerClose => Some(Self::Close),
            End::ServerReset => Some(Self::Reset),
            End::ServerAbort => Some(Self::Abort),
            End::ServerPanic => Some(Self::Panic),
            _ => None,
        }
    }

    fn read(header: [u8; HEADER]) -> (Self, usize) {
        let [command, a, b, c] = header;
        let length = u32::from_be_bytes([0, a, b, c]);
        (Self::ALL[usize::from(command)], length as usize)
    }
}

/// Listens until the task is aborted. Two tasks accept in turns.
pub(crate) async fn listen<R: Runtime>(
    shared: Shared,
) -> (SocketAddr, [R::Handle<()>; 2]) {
    let (listener, address) = R::listen().await.unwrap();
    let listener = Rc::new(listener);
    let acceptors = [(); 2].map(|()| {
        let (listener, shared) = (listener.clone(), shared.clone());
        R::spawn(async move {
            loop {
                let stream = R::accept(&listener).await.unwrap();
                shared.borrow_mut().open += 1;
                drop(R::spawn(watch::<R>(stream, shared.clone())));
            }
        })
    });
    (address, acceptors)
}

/// Counts how the task of a connection ends, and aborts it if it wants that.
async fn watch<R: Runtime>(stream: R::Stream, shared: Shared) {
    let (tell, told) = oneshot::channel();
    let mut task = R::spawn(answer::<R>(stream, tell));
    if told.await.is_ok() {
        R::sleep(WHILE).await;
        R::abort(&task);
    }
    let end = match (&mut task).await {
        Ok(Ok(end)) => end.to_owned(),
        Ok(Err(error)) => format!("{:?}", error.kind()),
        Err(Failed::Aborted) => "aborted".to_owned(),
        Err(Failed::Panicked) => "panicked".to_owned(),
    };
    let mut shared = shared.borrow_mut();
    count(&mut shared.counts, &format!("server: {end}"), 1);
    shared.open -= 1;
}

async fn answer<R: Runtime>(
    mut stream: R::Stream,
    abort_me: oneshot::Sender<()>,
) -> io::Result<&'static str> {
    loop {
        let mut header = [0; HEADER];
        if R::read(&mut stream, &mut header[..1]).await? == 0 {
            return Ok("end of stream");
        }
        read_exact::<R>(&mut stream, &mut header[1..]).await?;
        let (command, length) = Command::read(header);
        let mut words = vec![0; length];
        read_exact::<R>(&mut stream, &mut words).await?;
        match command {
            Command::Echo => R::write_all(&mut stream, &words).await?,
            Command::Silence => {}
            Command::Close => return Ok(End::ServerClose.seen().1),
            Command::Reset => {
                R::set_zero_linger(&stream)?;
                return Ok(End::ServerReset.seen().1);
            }
            Command::Abort => {
                abort_me.send(()).unwrap();
                return std::future::pending().await;
            }
            Command::Panic => quiet_panic(),
        }
    }
}

pub(crate) async fn read_exact<R: Runtime>(
    stream: &mut R::Stream,
    mut buffer: &mut [u8],
) -> io::Result<()> {
    while !buffer.is_empty() {
        match R::read(stream, buffer).await? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            n => buffer = &mut buffer[n..],
        }
    }
    Ok(())
}
