//! A prefix cache of one's own: which blocks of a prompt a replica still holds, the least recently used going first.

use std::collections::{BTreeMap, HashMap};

/// A cache of so many blocks.
#[derive(Debug)]
pub struct PrefixCache {
    room: usize,
    clock: u64,
    /// When each block was last used, and the blocks by that.
    used: HashMap<u64, u64>,
    oldest: BTreeMap<u64, u64>,
}

impl PrefixCache {
    /// An empty one.
    pub fn of(room: usize) -> Self {
        Self { room, clock: 0, used: HashMap::new(), oldest: BTreeMap::new() }
    }

    /// Serves a prompt: how many of its blocks are there, from the first on up to the first that is not; afterwards all of them are, as
    /// far as there is room.
    pub fn serve(&mut self, blocks: &[u64]) -> usize {
        let hits = blocks.iter().take_while(|block| self.used.contains_key(*block)).count();
        // The end of a prompt goes before its beginning, which more prompts share.
        for block in blocks.iter().rev() {
            self.clock += 1;
            if let Some(before) = self.used.insert(*block, self.clock) {
                self.oldest.remove(&before);
            }
            self.oldest.insert(self.clock, *block);
        }
        while self.used.len() > self.room {
            let Some((_, block)) = self.oldest.pop_first() else { break };
            self.used.remove(&block);
        }
        hits
    }
}

/// Share of the blocks of prompts that a cache of so many blocks holds when they come, in the order in which they come.
pub fn hit_share<'a>(prompts: impl Iterator<Item = &'a [u64]>, room: usize) -> f64 {
    let mut cache = PrefixCache::of(room);
    let (hits, blocks) =
        prompts.fold((0, 0), |(hits, blocks), prompt| (hits + cache.serve(prompt), blocks + prompt.len()));
    if blocks > 0 { hits as f64 / blocks as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_prefix_hits_up_to_its_first_new_block() {
        let mut cache = PrefixCache::of(100);
        assert_eq!(cache.serve(&[1, 2, 3]), 0);
        assert_eq!(cache.serve(&[1, 2, 9, 3]), 2);
        assert_eq!(cache.serve(&[7, 1]), 0);
    }

    #[test]
    fn the_least_recently_used_block_goes_first() {
        let mut cache = PrefixCache::of(3);
        cache.serve(&[1, 2]);
        cache.serve(&[3]);
        cache.serve(&[1]);
        cache.serve(&[4]);
        // 2 was used before 3 and 1.
        assert_eq!(cache.serve(&[2]), 0);
        assert_eq!(cache.serve(&[1]), 1);
        let none = PrefixCache::of(0).serve(&[1]);
        assert_eq!(none, 0);
    }

    #[test]
    fn a_share_is_of_all_blocks_that_came() {
        let prompts: [&[u64]; 4] = [&[1, 2, 3], &[1, 2, 9, 3], &[7, 1], &[1]];
        // Nothing is there at first, then 1 and 2 are; 7 is new; and 1 is there: three of ten.
        assert!((hit_share(prompts.into_iter(), 100) - 0.3).abs() < 1e-12);
        // Only the first block of the latest prompt stays where there is room for one.
        assert!((hit_share(prompts.into_iter(), 1) - 0.1).abs() < 1e-12);
        assert!(hit_share(std::iter::empty(), 100).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_larger_cache_holds_no_less(prompts in prop::collection::vec(prop::collection::vec(0_u64..30, 1..8), 1..60), room in 1_usize..20) {
            // Blocks of a prefix stand for all before them, so a prompt never has one twice.
            let prompts: Vec<Vec<u64>> = prompts.into_iter().map(|mut prompt| { prompt.sort_unstable(); prompt.dedup(); prompt }).collect();
            let share = |room| hit_share(prompts.iter().map(Vec::as_slice), room);
            prop_assert!(share(room) <= share(room + 5) + 1e-12 && share(1_000) <= 1.0);
        }
    }
}
