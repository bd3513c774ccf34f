//! What `listen` must do: hear all that comes, and the end, and not ask while
//! nothing comes.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use mio::Poll;

use super::{connected, listen};

/// A socket that counts how often it is read.
struct Counting(mio::net::TcpStream, Arc<AtomicUsize>);

impl Read for Counting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.read(into)
    }
}

/// Listens, and says after each part how many bytes were heard until then.
fn hear(
    stream: &mut impl Read,
    poll: &mut Poll,
    so_far: &mpsc::Sender<usize>,
) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    timeline::span("who listens", || {
        listen(stream, poll, |part| {
            all.extend_from_slice(part);
            let _ = so_far.send(all.len());
        })
    })?;
    Ok(all)
}

/// A thread that sends each of these when the one before was heard, and says
/// at last that there is no more.
fn guest(mut stream: TcpStream, orders: Vec<Vec<u8>>) -> mpsc::Sender<usize> {
    let (send, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut sent = 0;
        for order in orders {
            stream.write_all(&order).unwrap();
            sent += order.len();
            while heard.recv().is_ok_and(|bytes| bytes < sent) {}
        }
        stream.shutdown(Shutdown::Write).unwrap();
    });
    send
}

#[exercise::test]
fn short_orders_are_heard() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (stream, mut kitchen) = connected(&poll)?;
    let heard = guest(stream, vec![b"tea".into(), b"milk".into()]);
    let all = hear(&mut kitchen, &mut poll, &heard)?;
    assert_eq!(String::from_utf8_lossy(&all), "teamilk");
    Ok(())
}

#[exercise::test]
fn an_order_longer_than_the_buffer_is_heard() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (stream, mut kitchen) = connected(&poll)?;
    let order = "tea for all twelve of us, please";
    let heard = guest(stream, vec![order.into()]);
    let all = hear(&mut kitchen, &mut poll, &heard)?;
    assert_eq!(String::from_utf8_lossy(&all), order);
    Ok(())
}

#[exercise::test]
fn the_end_that_comes_with_the_last_bytes_is_heard() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (mut stream, mut kitchen) = connected(&poll)?;
    stream.write_all(b"tea")?;
    stream.shutdown(Shutdown::Write)?;
    // Both are there before anybody listens: one event for both.
    thread::sleep(Duration::from_millis(50));
    let (nobody, _) = mpsc::channel();
    let all = hear(&mut kitchen, &mut poll, &nobody)?;
    assert_eq!(String::from_utf8_lossy(&all), "tea");
    Ok(())
}

#[exercise::test]
fn a_guest_may_go_without_an_order() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (stream, mut kitchen) = connected(&poll)?;
    drop(stream);
    let (nobody, _) = mpsc::channel();
    let all = hear(&mut kitchen, &mut poll, &nobody)?;
    assert_eq!(all.len(), 0, "bytes from a guest who said nothing");
    Ok(())
}

#[exercise::test]
fn a_hundred_thousand_bytes_come_in_their_order() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (stream, mut kitchen) = connected(&poll)?;
    let order: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let heard = guest(stream, vec![order.clone()]);
    let all = hear(&mut kitchen, &mut poll, &heard)?;
    assert_eq!(all.len(), order.len(), "bytes that were heard");
    assert!(all == order, "the bytes are not those that were sent");
    Ok(())
}

#[exercise::test]
fn it_does_not_ask_while_nothing_comes() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let (mut stream, kitchen) = connected(&poll)?;
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    let (send, heard) = mpsc::channel();
    thread::spawn(move || {
        stream.write_all(b"tea").unwrap();
        heard.recv().unwrap();
        // Time enough for those who ask in vain.
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(10));
            if counted.load(Ordering::SeqCst) > 8 {
                break;
            }
        }
        stream.shutdown(Shutdown::Write).unwrap();
    });
    hear(&mut Counting(kitchen, Arc::clone(&reads)), &mut poll, &send)?;
    let reads = reads.load(Ordering::SeqCst);
    assert!(reads <= 8, "{reads} reads for one order and the end");
    Ok(())
}
