//! How much may still be done for a picture: counted, not timed, so that the same picture gives
//! the same answer on every machine.

/// Work done and allowed, in looks at a pixel.
pub(crate) struct Work {
    left: u64,
}

impl Work {
    pub(crate) fn new(limit: u64) -> Self {
        Self { left: limit }
    }

    pub(crate) fn spend(&mut self, looks: usize) {
        self.left = self.left.saturating_sub(looks as u64);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left == 0
    }
}
