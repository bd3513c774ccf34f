//! A till, taken apart into a core and a shell.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
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
    line: Vec<u8>, // what has come of the next line
    bill: u64,
    is_paid: bool,
}

impl Core for Till {
    fn receive(&mut self, bytes: &[u8]) -> String {
        let mut replies = String::new();
        for byte in bytes {
            if self.is_paid {
                break;
            }
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            replies += &self.reply(&String::from_utf8_lossy(&line));
        }
        replies
    }

    fn is_over(&self) -> bool {
        self.is_paid
    }
}

impl Till {
    fn reply(&mut self, line: &str) -> String {
        let words: Vec<_> = line.split_whitespace().collect();
        let [what, sum] = words[..] else {
            return format!("what is {:?}?\n", line.trim());
        };
        let Ok(sum) = sum.parse::<u64>() else {
            return format!("what is {sum:?}?\n");
        };
        if what != "pay" {
            self.bill += sum;
            return format!("{what}, {} in all\n", self.bill);
        }
        if sum < self.bill {
            return format!("{} more\n", self.bill - sum);
        }
        self.is_paid = true;
        format!("{} back\n", sum - self.bill)
    }
}

/// Carries bytes from the wire to the core, and back what the core says.
pub async fn serve<W>(mut wire: W, mut core: impl Core) -> io::Result<()>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    while !core.is_over() {
        let n = wire.read(&mut buffer).await?;
        if n == 0 {
            break;
        }
        let replies = core.receive(&buffer[..n]);
        wire.write_all(replies.as_bytes()).await?;
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
