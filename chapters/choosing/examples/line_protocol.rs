//! A protocol without a socket. Watch what it does not need.
use std::mem;

// part: core
const LONGEST: usize = 80;

/// One guest's table: bytes in, replies out, and nothing besides.
#[derive(Debug, Default)]
pub struct Table {
    line: Vec<u8>, // what has come of the next line
    cups: u32,
    is_over: bool,
}

impl Table {
    /// Takes bytes, cut up in any way, and returns what to send.
    pub fn receive(&mut self, bytes: &[u8]) -> String {
        let mut replies = String::new();
        for &byte in bytes {
            if self.is_over {
                break;
            } else if byte == b'\n' {
                let line = mem::take(&mut self.line);
                replies += &self.reply(&String::from_utf8_lossy(&line));
            } else if self.line.len() == LONGEST {
                self.is_over = true;
                replies += "this line is too long\n";
            } else {
                self.line.push(byte);
            }
        }
        replies
    }

    /// Whether the conversation has ended: send what there is, and close.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    fn reply(&mut self, line: &str) -> String {
        match line {
            "tea" => self.cups += 1,
            "bill" => return format!("{} cups\n", self.cups),
            "bye" => self.is_over = true,
            other => return format!("no {other:?} here\n"),
        }
        format!("{line}, yes\n")
    }
}
// end: core

// part: tests
/// What a guest sends, and what it must hear.
pub const CONVERSATIONS: [(&str, &str); 4] = [
    ("tea\ntea\nbill\n", "tea, yes\ntea, yes\n2 cups\n"),
    ("soup\nbill\n", "no \"soup\" here\n0 cups\n"),
    ("tea\nbye\ntea\n", "tea, yes\nbye, yes\n"),
    ("bill\nte", "0 cups\n"),
];

fn main() {
    for (sent, heard) in CONVERSATIONS {
        let at_once = Table::default().receive(sent.as_bytes());
        assert_eq!(at_once, heard);

        let mut table = Table::default();
        let mut byte_by_byte = String::new();
        for byte in sent.bytes() {
            byte_by_byte += &table.receive(&[byte]);
        }
        assert_eq!(byte_by_byte, heard);
        println!("{sent:?}: {heard:?}");
    }
}
// end: tests
