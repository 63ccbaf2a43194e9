//! How what may move does move.

/// How what may move does move, once it may.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Adoption {
    /// `σ(r·(t − t50))`, with half of it after a time of its own ([`super::inputs::Input::Adoption`]).
    Logistic {
        /// Steepness, a month.
        rate: f64,
    },
    /// `(1 − e^{−(p+q)t}) / (1 + (q/p)·e^{−(p+q)t})` (Bass 1969).
    Bass {
        /// Share of the rest that moves by itself, a year.
        innovation: f64,
        /// Share that moves because others have, a year.
        imitation: f64,
    },
}

/// Both curves of adoption are `(1 − a·x)/(1 + b·x)`, where `x` shrinks by the same factor every month.
pub(super) struct Curve {
    pub(super) rate: f64,
    pub(super) shrinks: f64,
    pub(super) a: f64,
    pub(super) b: f64,
    /// Whether half has moved after a time of its own.
    pub(super) has_half: bool,
}

impl Curve {
    pub(super) fn of(adoption: Adoption) -> Self {
        let (rate, a, b, has_half) = match adoption {
            Adoption::Logistic { rate } => (rate, 0.0, 1.0, true),
            Adoption::Bass { innovation, imitation } => {
                ((innovation + imitation) / 12.0, 1.0, imitation / innovation, false)
            }
        };
        Self { rate, shrinks: (-rate).exp(), a, b, has_half }
    }
}
