//! Several models on shared machines: little traffic of each is what makes machines of one's own dear.

/// A model that needs a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Bytes for its weights, and keys and values of its calls.
    pub memory: f64,
    /// Share of the time of a machine that its calls take.
    pub load: f64,
    /// Dollars a month that its calls would cost elsewhere.
    pub gain: f64,
}

/// A machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Bytes.
    pub memory: f64,
    /// Share of its time that calls may take.
    pub load: f64,
    /// Dollars a month.
    pub cost: f64,
}

/// Which item stands where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packing {
    /// Items of each machine, by their places.
    pub machines: Vec<Vec<usize>>,
    /// Items that stay elsewhere: they do not fit, or their machine would cost at least what they gain.
    pub left: Vec<usize>,
}

impl Packing {
    /// Dollars a month that it saves; what is paid once for all (people) is `fixed`.
    pub fn saving(&self, items: &[Item], place: &Place, fixed: f64) -> f64 {
        let gain: f64 = self.machines.iter().flatten().map(|item| items[*item].gain).sum();
        let people = if self.machines.is_empty() { 0.0 } else { fixed };
        gain - place.cost * self.machines.len() as f64 - people
    }
}

/// Packs items, those first that take the larger part of a machine (first fit decreasing: never more than 11/9 of the fewest machines,
/// and one). An item that is larger than a machine is left.
pub fn pack(items: &[Item], place: &Place) -> Packing {
    let size = |item: &Item| (item.memory / place.memory).max(item.load / place.load);
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| size(&items[*b]).total_cmp(&size(&items[*a])).then(a.cmp(b)));
    let mut packing = Packing::default();
    let mut used: Vec<(f64, f64)> = Vec::new();
    for at in order {
        let item = &items[at];
        if item.memory > place.memory || item.load > place.load {
            packing.left.push(at);
            continue;
        }
        let fits = |(memory, load): &(f64, f64)| {
            memory + item.memory <= place.memory && load + item.load <= place.load
        };
        let machine = used.iter().position(fits).unwrap_or(used.len());
        if machine == used.len() {
            used.push((0.0, 0.0));
            packing.machines.push(Vec::new());
        }
        used[machine].0 += item.memory;
        used[machine].1 += item.load;
        packing.machines[machine].push(at);
    }
    // A machine that costs at least what its items gain is not worth having.
    let (kept, dropped): (Vec<_>, Vec<_>) = packing
        .machines
        .into_iter()
        .partition(|machine| machine.iter().map(|item| items[*item].gain).sum::<f64>() > place.cost);
    packing.machines = kept;
    packing.left.extend(dropped.into_iter().flatten());
    packing.left.sort_unstable();
    packing
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLACE: Place = Place { memory: 80.0, load: 0.8, cost: 100.0 };

    #[test]
    fn models_with_little_traffic_share_a_machine_that_none_would_earn() {
        let item = Item { memory: 20.0, load: 0.1, gain: 40.0 };
        let alone = pack(&[item], &PLACE);
        assert_eq!((alone.machines.len(), alone.left), (0, vec![0]));
        let three = pack(&[item; 3], &PLACE);
        assert_eq!((three.machines.len(), three.left.len()), (1, 0));
        assert!((three.saving(&[item; 3], &PLACE, 5.0) - 15.0).abs() < 1e-9);
        assert!(alone.machines.is_empty());
        // What earns no more than its machine costs is not worth one.
        assert_eq!(pack(&[Item { gain: 100.0, ..item }], &PLACE).left, [0]);
    }

    #[test]
    fn who_takes_the_larger_part_of_a_machine_comes_first_whichever_part_it_is() {
        // Three quarters of the time against 13 of 20 parts of the memory, then less than half of either.
        let heavy = Item { memory: 52.0, load: 0.1, gain: 200.0 };
        let busy = Item { memory: 10.0, load: 0.6, gain: 200.0 };
        let small = Item { memory: 36.0, load: 0.04, gain: 200.0 };
        assert_eq!(pack(&[small, heavy, busy], &PLACE).machines, [vec![2, 1], vec![0]]);
    }

    #[test]
    fn what_is_too_large_stays_elsewhere() {
        let large = Item { memory: 81.0, load: 0.1, gain: 1e6 };
        let busy = Item { memory: 1.0, load: 0.9, gain: 1e6 };
        assert_eq!(pack(&[large, busy], &PLACE).left, [0, 1]);
        // What is exactly as large fits.
        let whole = Item { memory: 80.0, load: 0.8, gain: 101.0 };
        assert_eq!(pack(&[whole], &PLACE).machines, [vec![0]]);
    }

    proptest! {
        #[test]
        fn no_machine_holds_more_than_it_can_and_every_item_is_somewhere(
            items in prop::collection::vec((1.0_f64..90.0, 0.01_f64..0.9, 0.0_f64..500.0), 0..40)
        ) {
            let items: Vec<Item> = items.into_iter().map(|(memory, load, gain)| Item { memory, load, gain }).collect();
            let packing = pack(&items, &PLACE);
            for machine in &packing.machines {
                let sum = |of: fn(&Item) -> f64| machine.iter().map(|item| of(&items[*item])).sum::<f64>();
                prop_assert!(sum(|item| item.memory) <= PLACE.memory + 1e-9 && sum(|item| item.load) <= PLACE.load + 1e-9);
                prop_assert!(sum(|item| item.gain) > PLACE.cost);
            }
            let mut all: Vec<usize> = packing.machines.iter().flatten().chain(&packing.left).copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..items.len()).collect::<Vec<_>>());
            prop_assert!(packing.saving(&items, &PLACE, 0.0) >= 0.0);
        }
    }
}
