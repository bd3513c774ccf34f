//! A socket with nothing to read, and a file. Watch what each call says.
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::{fd::AsFd, unix::net::UnixStream};
use std::{env, fs::File, io};

fn ask(about: &str, file: impl AsFd) -> io::Result<()> {
    let mut list = [PollFd::new(&file, PollFlags::IN)];
    let ready = poll(&mut list, Some(&Timespec::default()))? > 0;
    println!(
        "{about}: poll says {}",
        if ready { "ready" } else { "wait" }
    );

    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let data = EventData::new_u64(0);
    match epoll::add(&epoll, &file, data, EventFlags::IN) {
        Ok(()) => println!("{about}: epoll takes it"),
        Err(e) => println!("{about}: epoll says {:?}", e.kind()),
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let (socket, _other_end) = UnixStream::pair()?;
    ask("socket", socket)?;
    ask("file", File::open(env::current_exe()?)?)
}
