//! Lets the next ones in when all places are free.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub async fn serve<G, F>(
    mut door: mpsc::Receiver<G>,
    places: usize,
    guest: impl Fn(G) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut guests = JoinSet::new();
    while let Some(comes) = door.recv().await {
        if guests.len() == places {
            while guests.join_next().await.is_some() {}
        }
        guests.spawn(guest(comes));
    }
    while guests.join_next().await.is_some() {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<()>(1);
    drop(door);
    serve(comes, 2, |()| async {}).await;
}
