//! Has no place for who comes too early.

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
        while guests.try_join_next().is_some() {}
        if guests.len() < places {
            guests.spawn(guest(comes));
        }
    }
    while guests.join_next().await.is_some() {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (door, comes) = mpsc::channel::<()>(1);
    drop(door);
    serve(comes, 2, |()| async {}).await;
}
