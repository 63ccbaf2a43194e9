//! Parts of a whole.

/// A part of a whole, between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// A share, if the number lies between 0 and 1.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// `part / whole`, or nothing when there is no whole or the part lies outside it.
    pub fn of(part: f64, whole: f64) -> Option<Self> {
        if whole > 0.0 { Self::new(part / whole) } else { None }
    }

    /// The share as a number between 0 and 1.
    pub const fn value(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_does_not_exist() {
        assert_eq!(Share::of(0.0, 0.0), None);
        assert_eq!(Share::of(1.0, 4.0).map(Share::value), Some(0.25));
        assert_eq!(Share::new(1.1), None);
        assert_eq!(Share::new(f64::NAN), None);
    }
}
