//! Its shell waits for whole lines, which are the core's affair.

use std::io;

use tokio::io::BufReader;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt};

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

pub async fn serve<W>(wire: W, mut core: impl Core) -> io::Result<()>
where
    W: AsyncRead + AsyncWrite + Unpin,
{
    let mut wire = BufReader::new(wire);
    let mut line = Vec::new();
    while !core.is_over() && wire.read_until(b'\n', &mut line).await? > 0 {
        let replies = core.receive(&line);
        wire.write_all(replies.as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (_guest, wire) = tokio::io::duplex(8);
    drop(_guest);
    serve(wire, Till::default()).await
}
