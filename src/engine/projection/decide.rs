//! What a decision hangs on: each input at its tenth and ninetieth percentile, and the value at which the decision turns.

use super::draws::{Draws, WIDTH};
use super::fleet::Market;
use super::inputs::{Input, p90};
use super::lanes::follow;
use super::run::{expected, with_machines};
use super::{MOVES, Plan, Projection};

/// An input and what hangs on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// The input.
    pub input: Input,
    /// Its value at the tenth percentile, the median and the ninetieth.
    pub values: [f64; 3],
    /// Present value of what the plan saves against the other one there, everything else at its median.
    pub savings: [f64; 3],
    /// The value at which it saves nothing; `None`: there is none within four standard deviations.
    pub flips: Option<f64>,
}

/// What each lane would save by each move, in present value and without luck.
pub fn worth(projection: &Projection) -> Vec<[f64; MOVES]> {
    let draws = Draws::still(projection, &[[0.0; Input::COUNT]; WIDTH]);
    let summed = follow(projection, &draws).lane_saving;
    summed.into_iter().map(|saved| saved.map(|sum| sum / WIDTH as f64)).collect()
}

/// Standard deviations from the median that are looked at.
const FARTHEST: f64 = 4.0;
/// Halvings between two values.
const HALVINGS: usize = 40;
/// Swings below this many dollars are none.
const NO_SWING: f64 = 0.005;

/// Inputs on which the choice between two plans hangs, the widest swing first.
pub fn tornado(projection: &Projection, plan: Plan, against: Plan) -> Vec<Swing> {
    let expected = expected(projection);
    let saved = |z: &[[f64; Input::COUNT]]| savings(projection, &expected, plan, against, z);
    let shifted = |input: Input, z: f64| {
        let mut all = [0.0; Input::COUNT];
        all[input as usize] = z;
        all
    };
    let middle = saved(&[[0.0; Input::COUNT]])[0];
    let mut swings: Vec<Swing> = Input::ALL
        .into_iter()
        .filter(|input| !projection.input(*input).is_certain())
        .map(|input| {
            let ends = saved(&[shifted(input, -p90()), shifted(input, p90())]);
            let at = |z: f64| projection.input(input).at(z);
            Swing {
                input,
                values: [at(-p90()), at(0.0), at(p90())],
                savings: [ends[0], middle, ends[1]],
                flips: flip(|z| saved(z), |z| shifted(input, z), middle).map(at),
            }
        })
        .filter(|swing| swing.width() > NO_SWING)
        .collect();
    swings.sort_by(|a, b| b.width().total_cmp(&a.width()).then(a.input.cmp(&b.input)));
    swings
}

impl Swing {
    /// How much hangs on it.
    pub fn width(&self) -> f64 {
        let [low, middle, high] = self.savings;
        low.max(middle).max(high) - low.min(middle).min(high)
    }
}

/// Where the saving changes its sign, on the side nearer to the median.
fn flip(
    saved: impl Fn(&[[f64; Input::COUNT]]) -> Vec<f64>,
    shifted: impl Fn(f64) -> [f64; Input::COUNT],
    middle: f64,
) -> Option<f64> {
    let one = |z: f64| saved(&[shifted(z)])[0];
    let mut found: Option<f64> = None;
    for side in [-1.0, 1.0] {
        // Four steps on each side at once: a saving may turn twice.
        let steps: Vec<f64> = (1..=4).map(|step| side * FARTHEST / 4.0 * f64::from(step)).collect();
        let values = saved(&steps.iter().map(|z| shifted(*z)).collect::<Vec<_>>());
        let Some(turned) = values.iter().position(|value| (*value > 0.0) != (middle > 0.0)) else { continue };
        let (mut near, mut far) = (if turned == 0 { 0.0 } else { steps[turned - 1] }, steps[turned]);
        for _ in 0..HALVINGS {
            let between = 0.5 * (near + far);
            if (one(between) > 0.0) == (middle > 0.0) {
                near = between;
            } else {
                far = between;
            }
        }
        if found.is_none_or(|other| far.abs() < other.abs()) {
            found = Some(far);
        }
    }
    found
}

/// Present value of what a plan saves against another one, on paths without luck.
fn savings(
    projection: &Projection,
    expected: &[Market],
    plan: Plan,
    against: Plan,
    z: &[[f64; Input::COUNT]],
) -> Vec<f64> {
    let mut all = Vec::with_capacity(z.len());
    for z in z.chunks(WIDTH) {
        let draws = Draws::still(projection, z);
        let mut followed = follow(projection, &draws);
        with_machines(projection, &draws, &mut followed, expected);
        all.extend((0..z.len()).map(|at| {
            let months = followed.months.iter().enumerate().map(|(number, month)| {
                let saved = month.cost[against as usize][at] - month.cost[plan as usize][at];
                saved / (1.0 + projection.interest).powi(number as i32 + 1)
            });
            months.sum::<f64>()
        }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::inputs::Uncertain;
    use super::super::tests::{at_once, lane, projection, set};
    use super::*;

    #[test]
    fn a_saving_turns_where_it_is_nought_nearest_to_the_median() {
        let turns = |saving: fn(f64) -> f64| {
            let shifted = |z: f64| {
                let mut all = [0.0; Input::COUNT];
                all[0] = z;
                all
            };
            flip(|all| all.iter().map(|z| saving(z[0])).collect(), shifted, saving(0.0))
        };
        let near = |found: Option<f64>, wanted: f64| {
            assert!(found.is_some_and(|found| (found - wanted).abs() < 1e-6), "{found:?} {wanted}");
        };
        near(turns(|z| 1.3 - z), 1.3);
        near(turns(|z| z + 0.3), -0.3);
        near(turns(|z| -1.9 - z), -1.9);
        // Of two turns the nearer one, whichever side it is on.
        near(turns(|z| (z + 0.5) * (z - 2.0)), -0.5);
        near(turns(|z| (z + 2.0) * (z - 0.5)), 0.5);
        assert_eq!(turns(|_| 1.0), None);
        // Of two equally near ones the lower; of two on the same side the first, if they lie apart.
        near(turns(|z| 0.25 - z * z), -0.5);
        near(turns(|z| (z - 1.5) * (z - 2.5)), 1.5);
        // Just within what is looked at, and just beyond.
        near(turns(|z| 3.9 - z), 3.9);
        assert_eq!(turns(|z| 4.1 - z), None);
        // To save nothing is to save no more: it turns where that begins, or ends.
        near(turns(|z| (2.0 - z).max(0.0)), 2.0);
        near(turns(|z| (1.5 - z).max(0.0)), 1.5);
        near(turns(|z| (z - 1.5).max(0.0)), 1.5);
        assert_eq!(turns(|_| 0.0), None);
    }

    #[test]
    fn a_swing_tells_three_values_and_what_is_saved_there_by_hand() {
        let mut of = projection(vec![lane()]);
        at_once(&mut of);
        of.lanes[0].moves[1].open = 400.0;
        of.horizon = 3;
        // At 100 % a month dollars count ½, ¼ and ⅛.
        of.interest = 1.0;
        set(&mut of, Input::Tokens, Uncertain::log_normal(1.0, (0.5, 2.0)));
        let swings = tornado(&of, Plan::Hosted, Plan::Stay);
        assert_eq!(swings.len(), 1);
        // 800 as logged less 400 of so many times the tokens.
        let wanted = [(0.5, 0.875 * 600.0), (1.0, 0.875 * 400.0), (2.0, 0.0)];
        for (place, (value, saved)) in wanted.into_iter().enumerate() {
            assert!((swings[0].values[place] - value).abs() < 1e-6, "{swings:?}");
            assert!((swings[0].savings[place] - saved).abs() < 1e-4, "{swings:?}");
        }
        assert!(swings[0].flips.is_some_and(|tokens| (tokens - 2.0).abs() < 1e-6));
    }

    #[test]
    fn a_swing_is_as_wide_as_its_savings_lie_apart() {
        let width =
            |savings| Swing { input: Input::Rent, values: [0.5, 1.0, 2.0], savings, flips: None }.width();
        assert!((width([2.0, 5.0, 7.0]) - 5.0).abs() < 1e-12);
        assert!((width([-4.0, 6.0, 3.0]) - 10.0).abs() < 1e-12);
    }
}
