//! Remembers nothing of a line that has not ended.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

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
    bill: u64,
    is_paid: bool,
}

impl Core for Till {
    fn receive(&mut self, bytes: &[u8]) -> String {
        let mut replies = String::new();
        for line in String::from_utf8_lossy(bytes).lines() {
            if !self.is_paid {
                replies += &self.reply(line);
            }
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (_guest, wire) = tokio::io::duplex(8);
    drop(_guest);
    serve(wire, Till::default()).await
}
