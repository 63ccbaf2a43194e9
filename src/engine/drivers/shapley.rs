//! Shapley values: what each of some drivers is worth, as the mean over all orders in which they may move.

use super::DRIVERS;

/// Orders in which all drivers may move.
const ORDERS: i128 = factorial(DRIVERS);

const fn factorial(n: usize) -> i128 {
    if n == 0 { 1 } else { n as i128 * factorial(n - 1) }
}

/// Orders in which exactly `before` drivers move before a given one.
const fn orders(before: usize) -> i128 {
    factorial(before) * factorial(DRIVERS - 1 - before)
}

/// What each driver is worth, in whole units that add up to the last worth minus the first one exactly; `worth` is that of every set of
/// drivers that has moved, one bit each. Each value is exact but for its rounding; the units that rounding leaves go to the largest
/// remainders, of equal ones to the earlier driver.
pub fn shapley(worth: &[i128]) -> [i128; DRIVERS] {
    let mut sums = [0_i128; DRIVERS];
    each_step(worth, |driver, before, step| sums[driver] += orders(before) * step);
    let mut parts = sums.map(|sum| sum.div_euclid(ORDERS));
    let left = worth[worth.len() - 1] - worth[0] - parts.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..DRIVERS).collect();
    by_remainder.sort_by_key(|driver| std::cmp::Reverse(sums[*driver].rem_euclid(ORDERS)));
    // Less than one a driver, as every remainder is less than a unit.
    by_remainder.into_iter().take(usize::try_from(left).unwrap_or(0)).for_each(|driver| parts[driver] += 1);
    parts
}

/// The same of worths that are estimates.
pub fn shapley_estimate(worth: &[f64]) -> [f64; DRIVERS] {
    let weights: [f64; DRIVERS] = std::array::from_fn(|before| orders(before) as f64 / ORDERS as f64);
    let mut parts = [0.0; DRIVERS];
    each_step(worth, |driver, before, step| parts[driver] += weights[before] * step);
    parts
}

/// Every step of a driver from a set that it is not in, with how many moved before it.
fn each_step<T: Copy + std::ops::Sub<Output = T>>(worth: &[T], mut take: impl FnMut(usize, usize, T)) {
    for driver in 0..DRIVERS {
        let bit = 1_usize << driver;
        for set in (0..worth.len()).filter(|set| set & bit == 0) {
            take(driver, set.count_ones() as usize, worth[set | bit] - worth[set]);
        }
    }
}
