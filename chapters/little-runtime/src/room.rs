//! How much memory is kept when a burst is over.

use slab::Slab;

/// What so many need is kept for those to come.
pub(crate) const ROOM: usize = 1024;

// part: room
/// Gives back the room that only a burst has needed, as far as nothing stands
/// behind it. Four times of what is needed may stay, or it would come and go.
pub(crate) fn give_back<T>(slab: &mut Slab<T>) {
    if slab.capacity() > 4 * slab.len().max(ROOM) {
        slab.shrink_to_fit();
    }
}
// end: room
