//! A till, to be taken apart into a core and a shell.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt};
use tokio::io::{AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a conversation is about, and nothing of what carries it.
pub trait Core {
    /// Takes bytes, cut up in any way, and gives what to send.
    fn receive(&mut self, bytes: &[u8]) -> String;

    /// Whether the conversation has ended: send what there is, and close.
    fn is_over(&self) -> bool;
}

/// The core of a till.
#[derive(Debug, Default)]
pub struct Till {
    // What does it have to remember between two pieces?
}

impl Core for Till {
    fn receive(&mut self, bytes: &[u8]) -> String {
        todo!("{} bytes have come", bytes.len())
    }

    fn is_over(&self) -> bool {
        todo!("is the bill paid?")
    }
}

/// Carries bytes from the wire to the core, and back what the core says.
pub async fn serve<W>(wire: W, core: impl Core) -> io::Result<()>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    _ = core;
    tangled(wire).await
}

/// All in one: this is to be taken apart.
async fn tangled<W>(wire: W) -> io::Result<()>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    let mut wire = BufReader::new(wire);
    let (mut line, mut bill) = (String::new(), 0);
    while wire.read_line(&mut line).await? > 0 {
        let words: Vec<_> = line.split_whitespace().collect();
        let (reply, is_over) = match words[..] {
            [what, sum] => match sum.parse::<u64>() {
                Err(_) => (format!("what is {sum:?}?\n"), false),
                Ok(sum) if what != "pay" => {
                    bill += sum;
                    (format!("{what}, {bill} in all\n"), false)
                }
                Ok(sum) if sum < bill => {
                    (format!("{} more\n", bill - sum), false)
                }
                Ok(sum) => (format!("{} back\n", sum - bill), true),
            },
            _ => (format!("what is {:?}?\n", line.trim()), false),
        };
        wire.write_all(reply.as_bytes()).await?;
        if is_over {
            break;
        }
        line.clear();
    }
    Ok(())
}

async fn guest(server: SocketAddr) -> io::Result<()> {
    let mut wire = TcpStream::connect(server).await?;
    wire.write_all(b"tea 3\ncof").await?;
    wire.write_all(b"fee 4\npay 10\n").await?;
    let mut heard = String::new();
    wire.read_to_string(&mut heard).await?;
    print!("{heard}");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    let serve = async {
        let (socket, _) = listener.accept().await?;
        serve(socket, Till::default()).await
    };
    tokio::try_join!(serve, guest(server))?;
    Ok(())
}

#[cfg(test)]
#[path = "../../../chapters/choosing/exercises/till_without_a_wire/tests.rs"]
mod tests;
