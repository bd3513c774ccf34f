//! What the shim is given to run: this same file of tests, with the name of a program in its environment.

use std::process::Command;
use std::thread;

/// Where the name stands.
pub(crate) const PROGRAM: &str = "SHIM_TEST_PROGRAM";
/// The arguments with which this file of tests is a program.
pub(crate) const ARGS: [&str; 4] = ["--exact", "programs::program", "--ignored", "--nocapture"];

#[test]
#[ignore = "it is what the other tests run"]
fn program() {
    match std::env::var(PROGRAM).as_deref() {
        Ok("exits") => std::process::exit(3),
        Ok("waits") => {
            println!("waiting");
            loop {
                thread::park();
            }
        }
        Ok("repeats what it reads") => {
            for line in std::io::stdin().lines() {
                println!("read {}", line.expect("it is UTF-8"));
            }
            println!("read all");
        }
        Ok("floods") => loop {
            println!("tea");
        },
        Ok("leaves one behind") => {
            let itself = std::env::current_exe().expect("it was started");
            let left = Command::new(itself)
                .args(ARGS)
                .env(PROGRAM, "waits")
                .spawn();
            println!("left {}", left.expect("it is there").id());
        }
        #[cfg(target_os = "linux")]
        Ok("leaves its group and waits") => {
            use std::os::unix::process::CommandExt;
            // One child in a session of its own, one that leads a group, which the program joins.
            let again = |command: &mut Command| {
                let child = command.args(ARGS).env(PROGRAM, "waits").spawn();
                child.expect("it is there").id()
            };
            let itself = std::env::current_exe().expect("it was started");
            println!("left {}", again(Command::new("setsid").arg(&itself)));
            let leader = again(Command::new(&itself).process_group(0));
            let group = nix::unistd::Pid::from_raw(leader.cast_signed());
            nix::unistd::setpgid(nix::unistd::Pid::this(), group).expect("it is of this session");
            println!("joined {leader}");
            loop {
                thread::park();
            }
        }
        #[cfg(target_os = "linux")]
        Ok("starts another for each that ends") => {
            let nags = "trap '' TERM HUP; while :; do sleep 0.01; done";
            let nag = || Command::new("setsid").args(["sh", "-c", nags]).spawn();
            let _nagging = [nag(), nag(), nag()].map(|it| it.expect("it is there"));
            loop {
                let child = Command::new("setsid").args(["sleep", "60"]).spawn();
                let mut child = child.expect("it is there");
                println!("one more");
                let _ = child.wait();
            }
        }
        #[cfg(target_os = "linux")]
        Ok("ends its watch") => {
            let watch = std::os::unix::process::parent_id().to_string();
            let how = std::env::var("HOW").expect("it is given");
            // The watch has told of its beginning by then.
            let begun = std::env::var("BEGUN").expect("it is given");
            while !std::path::Path::new(&begun).exists() {
                thread::yield_now();
            }
            let _ = Command::new("setsid").args(["sleep", "60"]).spawn();
            let _ = Command::new("kill").args([&how, &watch]).status();
            loop {
                thread::park();
            }
        }
        Ok("hoards") => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1_u8; 8 << 20]);
                std::hint::black_box(&all);
            }
        }
        #[cfg(target_os = "linux")]
        Ok("lets others hoard") => {
            let itself = std::env::current_exe().expect("it was started");
            let mut hoards = Command::new("setsid");
            hoards.arg(itself).args(ARGS).env(PROGRAM, "hoards");
            let _ = hoards.status();
            loop {
                thread::park();
            }
        }
        Ok("reserves") => {
            // Four times the limit, of which it uses next to nothing.
            let reserved: Vec<u8> = Vec::with_capacity(1 << 30);
            println!("reserved {}", reserved.capacity());
            thread::sleep(std::time::Duration::from_millis(300));
        }
        _ => {}
    }
}
