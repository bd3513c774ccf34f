//! An allocator that counts: it is the system's, and knows how many bytes are in
//! use. What a process has beyond that, the allocator keeps, and not the program.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;
static IN_USE: AtomicIsize = AtomicIsize::new(0);

/// How many bytes were asked for and are not given back, on all threads.
pub(crate) fn in_use() -> isize {
    IN_USE.load(Ordering::Relaxed)
}

fn count(bytes: isize) {
    IN_USE.fetch_add(bytes, Ordering::Relaxed);
}

#[expect(unsafe_code, reason = "an allocator cannot do without")]
// SAFETY: each call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller keeps to what both ask for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(
        &self,
        place: *mut u8,
        layout: Layout,
        size: usize,
    ) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}
