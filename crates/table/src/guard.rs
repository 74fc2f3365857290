//! Decoders of foreign files that stop with a panic where a file is damaged: a fault of the file, not of ours.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside a decoder.
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

static QUIET: Once = Once::new();

/// What `decode` gives; `None` when it stopped with a panic, which is not printed. The decoder is not to be used again.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    QUIET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !DECODING.get() {
                before(panic);
            }
        }));
    });
    DECODING.set(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(false);
    decoded.ok()
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_of_a_decoder_is_no_panic_of_ours() {
        assert_eq!(guarded(|| 1), Some(1));
        let decode = || -> u8 { panic!("damaged") };
        assert_eq!(guarded(decode), None);
    }
}
