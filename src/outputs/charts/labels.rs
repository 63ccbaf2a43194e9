//! Labels that keep their distance.

/// Places of labels of some heights, as near to where they want to be as may be, in their order, without touching and within the ends. Where
/// there is no room for all, they share it evenly.
pub fn apart(wanted: &[f64], gap: f64, least: f64, most: f64) -> Vec<f64> {
    let count = wanted.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let gap = if count > 1 { gap.min((most - least) / (count - 1) as f64) } else { gap };
    // Blocks of labels that touch stand where their mean wants to be (pool adjacent violators).
    let mut blocks: Vec<(f64, Vec<usize>)> = Vec::new();
    for label in order {
        blocks.push((wanted[label], vec![label]));
        while let [.., (above, first), (below, second)] = &mut blocks[..] {
            let end = *above + 0.5 * gap * first.len() as f64;
            if end + 0.5 * gap * second.len() as f64 <= *below + 1e-9 {
                break;
            }
            let both: Vec<usize> = first.iter().chain(second.iter()).copied().collect();
            let middle = both
                .iter()
                .enumerate()
                .map(|(at, label)| wanted[*label] - (at as f64 - 0.5 * (both.len() - 1) as f64) * gap)
                .sum::<f64>()
                / both.len() as f64;
            blocks.truncate(blocks.len() - 2);
            blocks.push((middle, both));
        }
    }
    let mut places = vec![0.0; count];
    for (middle, labels) in &blocks {
        for (at, label) in labels.iter().enumerate() {
            places[*label] = middle + (at as f64 - 0.5 * (labels.len() - 1) as f64) * gap;
        }
    }
    within(&mut places, wanted, gap, least, most);
    places
}

/// Pushes labels in from both ends.
fn within(places: &mut [f64], wanted: &[f64], gap: f64, least: f64, most: f64) {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|one, other| {
        places[*one].total_cmp(&places[*other]).then(wanted[*one].total_cmp(&wanted[*other]))
    });
    let mut floor = least;
    for label in &order {
        places[*label] = places[*label].max(floor);
        floor = places[*label] + gap;
    }
    let mut ceiling = most;
    for label in order.iter().rev() {
        places[*label] = places[*label].min(ceiling);
        ceiling = places[*label] - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_that_do_not_touch_stay() {
        assert_eq!(apart(&[10.0, 50.0, 30.0], 12.0, 0.0, 100.0), [10.0, 50.0, 30.0]);
        assert_eq!(apart(&[50.0, 50.0], 12.0, 0.0, 100.0), [44.0, 56.0]);
        assert_eq!(apart(&[99.0, 99.0], 12.0, 0.0, 100.0), [88.0, 100.0]);
        assert_eq!(apart(&[], 12.0, 0.0, 100.0), [0.0; 0]);
    }

    proptest! {
        #[test]
        fn labels_never_touch_and_stay_within(wanted in prop::collection::vec(-50.0_f64..150.0, 1..30)) {
            let places = apart(&wanted, 12.0, 0.0, 100.0);
            let gap = if wanted.len() > 1 { 12.0_f64.min(100.0 / (wanted.len() - 1) as f64) } else { 12.0 };
            let mut sorted = places;
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                prop_assert!(pair[1] - pair[0] >= gap - 1e-6, "{:?}", sorted);
            }
            prop_assert!(sorted[0] >= -1e-6 && sorted[sorted.len() - 1] <= 100.0 + 1e-6);
        }
    }
}
